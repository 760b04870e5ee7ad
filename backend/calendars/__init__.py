"""Meetings, the duty roster, and a calendar feed of both for each person."""
