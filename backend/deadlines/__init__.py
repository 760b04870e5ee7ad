"""By when something must be done, by which row of which law."""
