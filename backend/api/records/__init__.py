"""Lifecycle records over REST."""
