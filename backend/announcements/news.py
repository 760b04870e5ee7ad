"""Tells people by a notification that an announcement is there, is urged, or was withdrawn."""

from __future__ import annotations

from collections.abc import Iterable

from backend.accounts.models import User
from backend.announcements.models import Announcement
from backend.notifications.actions import notify
from backend.notifications.models import Kind


def tell_people(
    announcement: Announcement, people: Iterable[int], kind: Kind = Kind.ANNOUNCED
) -> None:
    """Notify ``people``, who have a receipt of it. Neither its title nor its text leaves the house."""
    notify(
        recipients=User.objects.filter(pk__in=list(people)),
        kind=kind,
        day=announcement.read_by,
        path=f"/desk/announcements/{announcement.pk}/",
    )
