"""What is done with papers between offices: send, open, sign for, return, recall, pass on.

Whoever acts holds the post for it in the office (``posts.require_seat``); each act locks the row
that it changes, so that of two that come at once one is told what the other did.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.deliveries.models import Delivery, Distribution
from backend.deliveries.news import tell_office, tell_receivers
from backend.deliveries.posts import require_mailroom, require_seat
from backend.deliveries.receivers import get_receivers
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.offices.models import Office
from backend.offices.seats import Seat, Seats
from backend.papers.models import Paper
from backend.papers.sight import end_reading, let_office_read
from backend.papers.words import check_text
from backend.repeats.refusals import key_reused_refusal

State = Delivery.State


class Content(NamedTuple):
    """What a distribution says beside the paper: its title, what is asked, by when to sign."""

    title: str
    note: str
    sign_by: dt.date | None


def send_paper(
    *,
    actor: User,
    paper: int,
    sender_office: int,
    receiver_offices: Sequence[int],
    title: str = "",
    note: str = "",
    sign_by: dt.date | None = None,
    key: uuid.UUID | None = None,
) -> tuple[Distribution, bool]:
    """Send an issued paper of one's own authority to other offices, below, above or beside it.

    Returns the distribution, and whether it is new: the same ``key`` of the same actor sends once.
    All receivers are told, or none. Without a ``title`` that of the paper. Raises Refused: 403; 404
    for a paper or an office that is not the actor's; 409 ``paper-not-issued``,
    ``delivered-already``; 422 ``paper-foreign``, ``receivers-missing``, ``receiver-unknown``,
    ``receiver-is-sender``, ``office-ended`` with the heirs, ``day-invalid``, ``field-too-long``,
    ``idempotency-conflict``.
    """
    require_mailroom(actor)
    sender = _get_sender(actor, sender_office)
    seat = require_seat(actor, sender)
    content = _check_content(title, note, sign_by)
    with _changes_of(actor):
        found = _lock_issued(actor, paper)
        own = (sender.authority_id, sender.body_id)
        if (found.office.authority_id, found.office.body_id) != own:
            told = _("The paper is of another authority. Pass on what was delivered of it.")
            raise Refused("paper-foreign", told, field="paper")
        return _create_distribution(actor, seat, found, receiver_offices, content, key=key)


def redistribute_delivery(
    *,
    actor: User,
    delivery: int,
    receiver_offices: Sequence[int],
    note: str = "",
    sign_by: dt.date | None = None,
    key: uuid.UUID | None = None,
) -> tuple[Distribution, bool]:
    """Pass on (转发) what was signed for to further offices; what they receive hangs below it.

    Returns the distribution, and whether it is new. Raises Refused: 403, 404; 409
    ``delivery-unsigned``, ``delivery-returned``; else as :func:`send_paper`.
    """
    with _lock_received(actor, delivery) as (found, seat):
        content = _check_content(found.distribution.title, note, sign_by)
        _require_state(found, State.SIGNED)
        paper = _lock_issued(actor, found.paper_id)
        return _create_distribution(
            actor, seat, paper, receiver_offices, content, key=key, parent=found
        )


def open_delivery(*, actor: User, delivery: int) -> Delivery:
    """Open what one's office received: it reads the paper from now on, and nobody recalls it.

    Again changes nothing. Raises Refused: 403, 404; 409 ``delivery-recalled``,
    ``delivery-returned``.
    """
    with _lock_received(actor, delivery) as (found, seat):
        _require_state(found, State.SENT, State.OPENED, State.SIGNED)
        if found.state == State.SENT:
            found.state = State.OPENED
            found.opened_at, found.opened_by = clock.now(), actor
            found.save(update_fields=["state", "opened_at", "opened_by"])
        let_office_read(found.paper, seat.office)
        return found


def sign_for_delivery(*, actor: User, delivery: int) -> Delivery:
    """Sign (签收) for one's office that it has the paper, which opens it too.

    The same person again changes nothing. Raises Refused: 403, 404; 409 ``delivery-signed`` where
    somebody else was first, ``delivery-recalled``, ``delivery-returned``.
    """
    with _lock_received(actor, delivery) as (found, seat):
        if found.state == State.SIGNED and found.signed_by_id == actor.pk:
            return found
        _require_state(found, State.SENT, State.OPENED)
        found.state = State.SIGNED
        found.signed_at, found.signed_by, found.signed_for_id = clock.now(), actor, seat.holder
        if found.opened_at is None:
            found.opened_at, found.opened_by = found.signed_at, actor
        found.save(
            update_fields=[
                "state", "signed_at", "signed_by", "signed_for", "opened_at", "opened_by",
            ]
        )  # fmt: skip
        let_office_read(found.paper, seat.office)
        return found


def return_delivery(*, actor: User, delivery: int, reason: str) -> Delivery:
    """Give a paper that is wrong here back to its sender, who is told; the office reads it no more.

    Raises Refused: 403, 404; 409 ``delivery-recalled``, ``delivery-returned``,
    ``delivery-passed-on`` while somebody further has it of this office; 422 ``reason-missing``.
    """
    told = _check_text(reason, "reason", 400)
    if not told:
        raise Refused("reason-missing", _("Say why it is returned."), field="reason")
    with _lock_received(actor, delivery) as (found, seat):
        _require_state(found, State.SENT, State.OPENED, State.SIGNED)
        passed_on = Delivery.objects.filter(distribution__parent=found)
        if passed_on.exclude(state__in=(State.RETURNED, State.RECALLED)).exists():
            text = _("It was passed on from here. Recall that first, or have it returned.")
            raise Refused("delivery-passed-on", text, status=409)
        _end_delivery(found, State.RETURNED, actor, told)
        end_reading(found.paper, [found.receiver_id, seat.office])
        tell_office(found.distribution)
        return found


def recall_delivery(*, actor: User, delivery: int) -> Delivery:
    """Take back what one's office sent, before the receiver has opened it. Again changes nothing.

    Raises Refused: 403, 404; 409 ``delivery-opened``, ``delivery-signed``, ``delivery-returned``.
    """
    require_mailroom(actor)
    with _changes_of(actor):
        found = _lock_delivery(actor, delivery)
        require_seat(actor, found.distribution.sender)
        if found.state != State.RECALLED:
            _require_state(found, State.SENT)
            _end_delivery(found, State.RECALLED, actor, "")
        return found


@contextmanager
def _changes_of(actor: User) -> Iterator[None]:
    with transaction.atomic(), attribute_changes_to(actor):
        yield


@contextmanager
def _lock_received(actor: User, delivery: int) -> Iterator[tuple[Delivery, Seat]]:
    """A delivery to an office of the actor's, locked until the end, with his seat there."""
    require_mailroom(actor)
    with _changes_of(actor):
        found = _lock_delivery(actor, delivery)
        yield found, require_seat(actor, found.receiver)


def _lock_delivery(actor: User, delivery: int) -> Delivery:
    # Apart: a row that had to be waited for is no longer found where others were joined to it.
    if not Delivery.objects.visible_to(actor).filter(pk=delivery).exists():
        raise not_found(_("There is no such delivery for you."))
    rows = Delivery.objects.select_related("distribution__sender", "receiver", "paper")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=delivery)


def _get_sender(actor: User, office: int) -> Office:
    offices = Seats.of(actor).offices_and_descendants()
    found = Office.objects.filter(pk__in=offices, pk=office).first()
    if found is None:
        raise not_found(_("There is no such office in your line."))
    return found


def _lock_issued(actor: User, paper: int) -> Paper:
    """A paper that the actor reads, held so that it is not withdrawn while it is sent."""
    rows = Paper.objects.visible_to(actor).select_related("office", "template")
    found = rows.select_for_update(of=("self",), no_key=True).filter(pk=paper).first()
    if found is None:
        raise not_found(_("There is no such paper."))
    if found.state != Paper.State.ISSUED:
        told = _("Only an issued paper that is in force is sent.")
        raise Refused("paper-not-issued", told, status=409)
    return found


def _check_content(title: str, note: str, sign_by: dt.date | None) -> Content:
    if sign_by is not None and sign_by < clock.today():
        raise Refused("day-invalid", _("Choose today or a later day."), field="sign_by")
    return Content(_check_text(title, "title", 200), _check_text(note, "note", 400), sign_by)


def _check_text(text: str, name: str, most: int) -> str:
    checked = check_text(text, name=name)
    if len(checked) > most:
        told = _("At most %(most)d characters, not %(length)d.")
        facts = {"most": most, "length": len(checked)}
        raise Refused("field-too-long", told % facts, field=name)
    return checked


def _create_distribution(
    actor: User,
    seat: Seat,
    paper: Paper,
    receivers: Sequence[int],
    content: Content,
    *,
    key: uuid.UUID | None,
    parent: Delivery | None = None,
) -> tuple[Distribution, bool]:
    fresh = Distribution(
        paper=paper, sender_id=seat.office, parent=parent, title=content.title or paper.title,
        note=content.note, sign_by=content.sign_by, sent_at=clock.now(), sent_by=actor,
        sent_for_id=seat.holder, idempotency_key=key,
    )  # fmt: skip
    made = None if key is None else _sent_before(actor, key)
    if made is not None:
        return _require_same_distribution(made, fresh, receivers), False
    offices = get_receivers(receivers, sender=seat.office, paper=paper)
    fresh.save()
    fresh.path = f"{parent.distribution.path if parent else ''}{fresh.pk}/"
    fresh.save(update_fields=["path"])
    Delivery.objects.bulk_create(
        [Delivery(distribution=fresh, paper=paper, receiver=office) for office in offices]
    )
    tell_receivers(fresh, [office.pk for office in offices])
    return fresh, True


def _sent_before(actor: User, key: uuid.UUID) -> Distribution | None:
    """What ``actor`` sent by this key before; of two requests with one key the second waits here."""
    list(User.objects.select_for_update(no_key=True).filter(pk=actor.pk).values_list("pk"))
    return Distribution.objects.filter(sent_by=actor, idempotency_key=key).first()


def _require_same_distribution(
    made: Distribution, asked: Distribution, receivers: Sequence[int]
) -> Distribution:
    same = ("paper_id", "sender_id", "parent_id", "title", "note", "sign_by")
    sent_to = set(made.deliveries.values_list("receiver", flat=True))
    if sent_to != set(receivers) or any(
        getattr(made, name) != getattr(asked, name) for name in same
    ):
        raise key_reused_refusal()
    return made


def _end_delivery(delivery: Delivery, state: str, actor: User, reason: str) -> None:
    delivery.state, delivery.reason = state, reason
    delivery.ended_at, delivery.ended_by = clock.now(), actor
    delivery.save(update_fields=["state", "reason", "ended_at", "ended_by"])


def _require_state(delivery: Delivery, *allowed: str) -> None:
    """Raises Refused (409) that says where the delivery stands."""
    if delivery.state in allowed:
        return
    told = {
        State.SENT: ("delivery-unsigned", _("It is not signed for yet. Sign for it first.")),
        State.OPENED: ("delivery-unsigned", _("It is not signed for yet. Sign for it first.")),
        State.SIGNED: ("delivery-signed", _("It is signed for already.")),
        State.RETURNED: ("delivery-returned", _("It was returned to its sender.")),
        State.RECALLED: ("delivery-recalled", _("Its sender has recalled it.")),
    }
    code, detail = told[State(delivery.state)]
    if allowed == (State.SENT,) and delivery.state in (State.OPENED, State.SIGNED):
        code = f"delivery-{delivery.state}"
        detail = _(
            "The receiver has opened it already. Ask it to return the paper, or end the document by "
            "another one that annuls or repeals it."
        )
    raise Refused(code, detail, status=409)
