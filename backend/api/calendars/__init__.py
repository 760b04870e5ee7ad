"""The resources of meetings, the duty roster and calendar feeds."""
