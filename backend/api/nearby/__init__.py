"""What stands near a point or in an area, and ways to visit it."""
