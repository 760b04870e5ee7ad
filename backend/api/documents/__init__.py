"""The resources of official documents."""
