"""By when an office must do something, by which row of which law; when a unit is due stands in ``units.inspection_due``."""
