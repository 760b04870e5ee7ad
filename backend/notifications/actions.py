"""Saying something to people, and what a person does about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.notifications.channels import can_reach
from backend.notifications.delivery import order_sending
from backend.notifications.models import STOPPABLE, Kind, Message, Notification, Wishes


@transaction.atomic
def notify(
    *,
    recipients: Iterable[User],
    kind: Kind,
    number: str = "",
    day: dt.date | None = None,
    path: str = "",
) -> None:
    """Say something to ``recipients``, each once, with the transaction of what it is about.

    In the system always; outside by every channel that reaches the recipient, unless he stopped
    this kind, and only after the commit. For callers that have asked for the right to what they do.
    """
    people = {user.pk: user for user in recipients if user.is_active}.values()
    now = clock.now()
    said = Notification.objects.bulk_create(
        Notification(recipient=user, kind=kind, number=number, day=day, path=path, made_at=now)
        for user in people
    )
    silent = set(
        Wishes.objects.filter(user__in=people, stopped__contains=[kind]).values_list(
            "user", flat=True
        )
    )
    Message.objects.bulk_create(
        Message(notification=each, channel=channel, not_before=now)
        for each in said
        for channel in settings.NOTIFICATION_CHANNELS
        if each.recipient_id not in silent and can_reach(channel, each.recipient)
    )
    order_sending()


def mark_read(*, actor: User, notification: int) -> Notification:
    """Note that ``actor`` has read it; again changes nothing. Raises Refused 404 for another's."""
    with transaction.atomic():
        mine = Notification.objects.visible_to(actor).select_for_update()
        found = mine.filter(pk=notification).first()
        if found is None:
            raise not_found(_("There is no such notification."))
        if found.read_at is None:
            found.read_at = clock.now()
            found.save(update_fields=["read_at"])
        return found


def mark_all_read(*, actor: User) -> int:
    """Note that ``actor`` has read everything so far; returns how many he had not."""
    unread = Notification.objects.visible_to(actor).filter(read_at=None)
    return unread.update(read_at=clock.now())


def wishes_of(user: User) -> Wishes:
    """What ``user`` wants, or the unsaved row of whoever has said nothing."""
    return Wishes.objects.filter(user=user).first() or Wishes(user=user)


def change_wishes(*, actor: User, language: str, stopped: Collection[str]) -> Wishes:
    """Write down what ``actor`` wants. Refuses (422) to stop a kind that cannot be stopped."""
    if not set(stopped) <= STOPPABLE:
        names = ", ".join(str(Kind(kind).label) for kind in sorted(set(stopped) - STOPPABLE))
        detail = _("This cannot be stopped: %(names)s.") % {"names": names}
        raise Refused("kind-not-stoppable", detail, field="stopped")
    wishes, _new = Wishes.objects.update_or_create(
        user=actor, defaults={"language": language, "stopped": sorted(set(stopped))}
    )
    return wishes
