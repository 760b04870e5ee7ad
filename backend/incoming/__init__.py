"""Incoming documents (收文): registered by number, instructed, handled, circulated, archived."""
