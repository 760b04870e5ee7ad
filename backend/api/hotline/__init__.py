"""The resources of the hotline 12365."""
