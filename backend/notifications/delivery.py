"""The outgoing queue: claimed row by row, tried with growing pauses, given up loudly."""

from __future__ import annotations

import datetime as dt
import logging

from celery import current_app
from django.conf import settings
from django.db import transaction

from backend.jobs.dispatch import try_to_order
from backend.lib import clock
from backend.lib.breaker import Breaker
from backend.notifications.channels import CHANNELS, Rejected, Unreached
from backend.notifications.models import Message, Wishes
from backend.notifications.texts import write_out

logger = logging.getLogger(__name__)
CLAIM = dt.timedelta(minutes=5)
"""How long a try may take before another worker takes it up: far longer than a call is bounded."""
MOST_TRIES = 20
"""About a day: after 1, 2, 4 … minutes, from the eighth on after two hours."""
_FIRST_PAUSE, _LONGEST_PAUSE = dt.timedelta(minutes=1), dt.timedelta(hours=2)
_AT_ONCE = 200
_breakers = {name: Breaker(settings.OUTSIDE_PAUSE_S) for name in CHANNELS}


def order_sending() -> None:
    """Have a worker send once the transaction is committed; beat orders it again if that is lost."""
    task = "backend.notifications.tasks.send_waiting"
    transaction.on_commit(
        lambda: (
            try_to_order(lambda: current_app.send_task(task), "notifications wait for beat")
            and None
        )
    )


def send_waiting_messages() -> int:
    """Send what waits, oldest first, at most some hundreds; returns how many left the house.

    Any number of workers may do it at once: a message is claimed by one. A worker that dies while
    sending leaves its claim to run out; the message is then sent again under the same key.
    """
    sent = 0
    for _turn in range(_AT_ONCE):
        message = _claim_message()
        if message is None:
            break
        sent += _try_message(message)
    return sent


@transaction.atomic
def _claim_message() -> Message | None:
    """The oldest message that is due, by a channel that is not known to be down; claimed."""
    open_channels = [name for name, breaker in _breakers.items() if not breaker.is_open]
    now = clock.now()
    message = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("notification__recipient")
        .filter(state=Message.State.WAITING, not_before__lte=now, channel__in=open_channels)
        .order_by("not_before")
        .first()
    )
    if message is not None:
        message.tries += 1
        message.not_before = now + CLAIM
        message.save(update_fields=["tries", "not_before"])
    return message


def _try_message(message: Message) -> bool:
    """Send it outside of any transaction and write down how that went."""
    wishes = Wishes.objects.filter(user=message.notification.recipient_id).first()
    language = wishes.language if wishes else settings.LANGUAGE_CODE
    subject, text = write_out(message.notification, language)
    try:
        CHANNELS[message.channel].send(
            str(message.key), message.notification.recipient, subject, text
        )
    except Rejected as error:
        _end_message(message, Message.State.GIVEN_UP, str(error))
    except Unreached as error:
        _breakers[message.channel].open()
        _postpone_message(message, str(error))
    else:
        _end_message(message, Message.State.SENT, "")
        return True
    return False


def _postpone_message(message: Message, trouble: str) -> None:
    if message.tries >= MOST_TRIES:
        _end_message(message, Message.State.GIVEN_UP, trouble)
        return
    pause = min(_FIRST_PAUSE * 2 ** (message.tries - 1), _LONGEST_PAUSE)
    _update_message(message, not_before=clock.now() + pause, trouble=trouble[:200])


def _end_message(message: Message, state: str, trouble: str) -> None:
    _update_message(message, state=state, ended_at=clock.now(), trouble=trouble[:200])
    if state == Message.State.GIVEN_UP:
        logger.error("message %s by %s is given up: %s", message.key, message.channel, trouble)


def _update_message(message: Message, **facts: object) -> None:
    """Only while the claim is this worker's: one that came too late writes nothing."""
    mine = Message.objects.filter(pk=message.pk, tries=message.tries, state=Message.State.WAITING)
    mine.update(**facts)
