"""Matters (事项) and what waits for whom."""
