"""What an addressee does with an announcement, and how far it has come with all of them."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.announcements.actions import require_published
from backend.announcements.models import Announcement, Receipt
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.offices.models import Office


class ReceiptCounts(NamedTuple):
    """Addressees of an announcement: all, who opened it, who confirmed it, whom one still waits for."""

    addressed: int
    seen: int
    confirmed: int
    waiting: int


def note_seen(*, actor: User, announcement: int) -> None:
    """Note that ``actor`` has opened it. Again, or for somebody who is no addressee, changes nothing."""
    mine = Receipt.objects.filter(announcement=announcement, addressee=actor)
    mine.unread().update(seen_at=clock.now())


def confirm_announcement(*, actor: User, announcement: int) -> Receipt:
    """Confirm that one has read it, which opens it too. Again changes nothing; late is late, and taken.

    Raises Refused: 404 for whoever is no addressee; 409 ``announcement-withdrawn``,
    ``announcement-replaced``, ``nothing-to-confirm``.
    """
    with transaction.atomic():
        mine = Receipt.objects.filter(announcement=announcement, addressee=actor)
        found = mine.select_for_update(of=("self",)).select_related("announcement").first()
        if found is None:
            raise not_found(_("There is no such announcement for you."))
        require_published(found.announcement)
        if found.announcement.confirm_by is None:
            told = _("Nobody is asked to confirm it. Reading it is enough.")
            raise Refused("nothing-to-confirm", told, status=409)
        if found.confirmed_at is None:
            found.confirmed_at = clock.now()
            found.seen_at = found.seen_at or found.confirmed_at
            found.save(update_fields=["confirmed_at", "seen_at"])
        return found


def count_receipts(announcement: Announcement) -> ReceiptCounts:
    """The receipts of an announcement, of people who have gone too; waited for is nobody who has."""
    rows = announcement.receipts.order_by()
    known = rows.aggregate(
        addressed=Count("pk"), seen=Count("seen_at"), confirmed=Count("confirmed_at")
    )
    return ReceiptCounts(
        **known, waiting=announcement.receipts.standing_at(Receipt.Standing.WAITING).count()
    )


def count_by_office(announcement: Announcement) -> QuerySet[Office]:
    """The offices of the addressees, each with how many were ``addressed``, have ``seen`` and ``confirmed``."""
    mine = Q(announcement_receipts__announcement=announcement)
    rows = Office.objects.filter(mine)
    return rows.annotate(
        addressed=Count("announcement_receipts"),
        seen=Count("announcement_receipts__seen_at"),
        confirmed=Count("announcement_receipts__confirmed_at"),
    )
