"""Which days offices work: the State Council's yearly arrangement of holidays, kept as data."""
