"""The resources of announcements."""
