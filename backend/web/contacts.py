"""Numbers that anybody may call."""

from __future__ import annotations

HOTLINE = "12315"
"""Complaints and reports to market supervision; 12365 was merged into it."""

LIFT_RESCUE = "96333"
"""The emergency platform for lifts; it asks for the rescue number of the lift."""
