"""Work that must be done and answered for: the matter, its steps, assignments, deadlines and links."""
