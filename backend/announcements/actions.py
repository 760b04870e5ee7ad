"""Publishing an announcement, correcting it by a new version, and withdrawing it.

Whoever acts holds the post for it in the office (``posts.require_seat``). What is published is
addressed, told and kept in one transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.announcements.addressees import address_again, address_offices, address_people
from backend.announcements.attachments import (
    Checked,
    check_distinct_files,
    get_kept_attachments,
    keep_again,
    keep_files,
)
from backend.announcements.audience import Audience, resolve_audience
from backend.announcements.models import Announcement, Reach
from backend.announcements.news import tell_people
from backend.announcements.posts import offices_to_publish_for, require_publisher, require_seat
from backend.announcements.wording import Wording, check_reason, check_wording
from backend.lib import clock
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.notifications.models import Kind
from backend.offices.models import Office
from backend.offices.seats import Seat
from backend.repeats.actions import make_row_once

State = Announcement.State


def publish_announcement(
    *,
    actor: User,
    office: int,
    wording: Wording,
    audience: Audience,
    files: Sequence[UploadedFile] = (),
    key: uuid.UUID,
) -> tuple[Announcement, bool]:
    """Tell the people of offices, of whole levels below, or some by name; each gets one receipt.

    Returns the announcement, and whether it is new: the same ``key`` of the same actor publishes
    once. All addressees are notified, or none. Raises Refused: 403; 404 for an office for which
    the actor does not publish; 413; 422 as ``check_wording``, ``resolve_audience`` and ``check_distinct_files``
    say, ``idempotency-conflict``.
    """
    require_publisher(actor)
    sender = Office.objects.filter(pk__in=offices_to_publish_for(actor), pk=office).first()
    if sender is None:
        raise not_found(_("There is no such office for which you publish."))
    seat, said = require_seat(actor, sender), check_wording(wording)
    reached, checked = resolve_audience(sender, audience), check_distinct_files(files)

    def make() -> Announcement:
        made = _create_announcement(actor, seat, said, checked)
        Reach.objects.bulk_create(
            [Reach(announcement=made, office_id=pk) for pk in sorted(reached.offices)]
        )
        told = address_offices(Announcement.objects.filter(pk=made.pk))
        told += address_people(made, reached.people)
        tell_people(made, _people_of(told))
        return made

    return _make_once(actor, key, ["publish", office, said, audience, _digests_of(checked)], make)


def correct_announcement(
    *,
    actor: User,
    announcement: int,
    wording: Wording,
    reason: str,
    files: Sequence[UploadedFile] = (),
    kept: Collection[uuid.UUID] = (),
    key: uuid.UUID,
) -> tuple[Announcement, bool]:
    """Replace an announcement by a new version that everybody reads, and confirms, anew.

    Its addressees are those of the version before; of whose attachments those in ``kept`` come
    with it. Returns the new version, and whether it is new. Raises Refused as
    :func:`publish_announcement`, 409 ``announcement-withdrawn``, ``announcement-replaced``, 422
    ``reason-missing``, ``attachment-unknown``.
    """
    require_publisher(actor)
    said, why = check_wording(wording), check_reason(reason)
    seen = _get_announcement(actor, announcement)
    seat = require_seat(actor, seen.office)
    again = get_kept_attachments(seen, kept)
    checked = check_distinct_files(files, besides=len(again))

    def make() -> Announcement:
        old = lock_announcement(actor, announcement)
        _end_announcement(old, State.REPLACED, actor, why)
        new = _create_announcement(actor, seat, said, checked, corrects=old)
        keep_again(new, again)
        reached = old.reaches.values_list("office", flat=True)
        Reach.objects.bulk_create([Reach(announcement=new, office_id=pk) for pk in reached])
        told = address_again(new, old) + address_offices(Announcement.objects.filter(pk=new.pk))
        tell_people(new, _people_of(told))
        return new

    asked = ["correct", announcement, said, why, sorted(map(str, kept)), _digests_of(checked)]
    return _make_once(actor, key, asked, make)


def withdraw_announcement(*, actor: User, announcement: int, reason: str) -> Announcement:
    """Take an announcement back. It stays to be read, as withdrawn with its reason.

    Who had opened it is told. Raises Refused: 403, 404; 409 ``announcement-withdrawn``,
    ``announcement-replaced``; 422 ``reason-missing``, ``field-too-long``.
    """
    require_publisher(actor)
    why = check_reason(reason)
    with transaction.atomic(), attribute_changes_to(actor):
        found = lock_announcement(actor, announcement)
        require_seat(actor, found.office)
        _end_announcement(found, State.WITHDRAWN, actor, why)
        readers = found.receipts.exclude(seen_at=None).of_staff_today()
        tell_people(found, readers.values_list("addressee", flat=True), Kind.ANNOUNCEMENT_ENDED)
        return found


def lock_announcement(actor: User, announcement: int) -> Announcement:
    """The announcement that ``actor`` sees, locked until the transaction ends. Raises Refused 404."""
    rows = Announcement.objects.visible_to(actor).select_related("office")
    found = lock_row(rows, announcement, no_key=True)
    if found is None:
        raise not_found(_("There is no such announcement for you."))
    return found


def require_published(announcement: Announcement) -> None:
    """Raises Refused (409) for one that was withdrawn or replaced."""
    if announcement.state == State.WITHDRAWN:
        told = _("It was withdrawn. There is nothing more to do about it.")
        raise Refused("announcement-withdrawn", told, status=409)
    if announcement.state == State.REPLACED:
        told = _("It was replaced by a correction. Go to the newest version.")
        raise Refused("announcement-replaced", told, status=409)


def _get_announcement(actor: User, announcement: int) -> Announcement:
    rows = Announcement.objects.visible_to(actor).select_related("office")
    found = rows.filter(pk=announcement).first()
    if found is None:
        raise not_found(_("There is no such announcement for you."))
    return found


def _create_announcement(
    actor: User,
    seat: Seat,
    said: Wording,
    files: Sequence[Checked],
    corrects: Announcement | None = None,
) -> Announcement:
    made = Announcement.objects.create(
        office_id=seat.office if corrects is None else corrects.office_id,
        published_at=clock.now(),
        published_by=actor,
        published_for_id=seat.holder,
        corrects=corrects,
        **said._asdict(),
    )
    keep_files(made, files)
    return made


def _end_announcement(announcement: Announcement, state: str, actor: User, reason: str) -> None:
    require_published(announcement)
    announcement.state, announcement.reason = state, reason
    announcement.ended_at, announcement.ended_by = clock.now(), actor
    announcement.save(update_fields=["state", "reason", "ended_at", "ended_by"])


def _make_once(
    actor: User, key: uuid.UUID, asked: Any, make: Callable[[], Announcement]
) -> tuple[Announcement, bool]:
    """What ``make`` makes, or made of the same ``key`` before, and whether it did so now."""
    with transaction.atomic(), attribute_changes_to(actor):
        made, pk = make_row_once(actor=actor, key=key, asked=asked, make=make)
    return made or Announcement.objects.get(pk=pk), made is not None


def _people_of(pairs: Collection[tuple[int, int]]) -> set[int]:
    return {person for _announcement, person in pairs}


def _digests_of(files: Sequence[Checked]) -> list[str]:
    return [one.seen.sha256 for one in files]
