"""Urging (催办) those who have not read or not confirmed an announcement."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.announcements.actions import lock_announcement, require_published
from backend.announcements.models import Receipt
from backend.announcements.news import tell_people
from backend.announcements.posts import require_publisher, require_seat
from backend.lib import clock
from backend.lib.problems import Refused
from backend.notifications.models import Kind

NOT_AGAIN_WITHIN = dt.timedelta(days=1)


def urge_missing(*, actor: User, announcement: int) -> int:
    """Notify all who have not read, or not confirmed, an announcement of one's office; returns how many.

    Raises Refused: 403, 404; 409 ``announcement-withdrawn``, ``announcement-replaced``,
    ``nobody-to-urge``; 429 ``urged-already`` within a day.
    """
    require_publisher(actor)
    now = clock.now()
    with transaction.atomic(), attribute_changes_to(actor):
        found = lock_announcement(actor, announcement)
        require_seat(actor, found.office)
        require_published(found)
        if found.urged_at is not None and found.urged_at + NOT_AGAIN_WITHIN > now:
            wait = int((found.urged_at + NOT_AGAIN_WITHIN - now).total_seconds()) + 1
            told = _("They were urged within the last day. Wait until tomorrow.")
            raise Refused("urged-already", told, status=429, retry_after=wait)
        missing = found.receipts.standing_at(Receipt.Standing.WAITING)
        people = set(missing.values_list("addressee", flat=True))
        if not people:
            raise Refused("nobody-to-urge", _("Everybody has done what is asked."), status=409)
        found.urged_at = now
        found.save(update_fields=["urged_at"])
        tell_people(found, people, Kind.ANNOUNCEMENT_URGED)
    return len(people)
