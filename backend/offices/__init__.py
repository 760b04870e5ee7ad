"""Offices, the posts that people hold in them, and who stands in for whom."""
