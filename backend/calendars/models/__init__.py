"""Meetings, the duty roster, and the calendar feeds of people."""

from __future__ import annotations

from backend.calendars.models.duties import Duty, DutyDesk, DutySwap, Roster, Shift
from backend.calendars.models.feeds import CalendarFeed
from backend.calendars.models.meetings import Meeting, MeetingRoom, Participant

__all__ = [
    "CalendarFeed",
    "Duty",
    "DutyDesk",
    "DutySwap",
    "Meeting",
    "MeetingRoom",
    "Participant",
    "Roster",
    "Shift",
]
