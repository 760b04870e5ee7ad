"""Tells people by a notification of meetings and duties."""

from __future__ import annotations

from collections.abc import Iterable

from backend.accounts.models import User
from backend.calendars.models import Duty, Meeting
from backend.lib import clock
from backend.notifications.actions import notify
from backend.notifications.models import Kind


def tell_of_meeting(meeting: Meeting, people: Iterable[User], kind: Kind) -> None:
    """Notify ``people`` of the meeting, with its day."""
    day = meeting.starts_at.astimezone(clock.SHANGHAI).date()
    notify(recipients=people, kind=kind, day=day, path=f"/desk/meetings/{meeting.pk}/")


def tell_participants(meeting: Meeting, kind: Kind) -> None:
    """Notify all who are asked, and whom they sent."""
    rows = meeting.participants.select_related("user", "substitute")
    tell_of_meeting(meeting, [who for row in rows for who in (row.user, row.comer)], kind)


def tell_of_duty(duty: Duty, person: User, kind: Kind) -> None:
    """Notify ``person`` of a duty, with its day."""
    notify(recipients=[person], kind=kind, day=duty.day, path="/desk/calendar/")
