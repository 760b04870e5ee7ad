"""Registering what came in: it gets the next number of the office, and its matter begins."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.deliveries.actions import return_delivery
from backend.deliveries.models import Delivery
from backend.deliveries.posts import require_mailroom, require_seat
from backend.evidence.attached_files import hash_sent_file
from backend.evidence.scan_intake import receive_scan
from backend.incoming.models import IncomingDocument, IncomingYear
from backend.lib import clock
from backend.lib.gapless_numbers import take_next_number
from backend.lib.problems import Refused, not_found
from backend.matters.models import Matter
from backend.matters.opening import Opening, open_matter
from backend.matters.steps import Author
from backend.offices.models import Office
from backend.offices.seats import Seat, Seats
from backend.papers.words import check_text
from backend.repeats.refusals import key_reused_refusal

KIND = "incoming"


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands on a document that came on paper."""

    title: str
    sender: str
    sender_number: str = ""
    written_on: dt.date | None = None
    urgency: str = Matter.Urgency.NORMAL


def register_delivery(*, actor: User, delivery: int) -> tuple[IncomingDocument, bool]:
    """Register what the actor's office has signed for; returns it, and whether that is new.

    A delivery is registered once: again it is the same one. Raises Refused: 403; 404; 409
    ``delivery-unsigned``.
    """
    require_mailroom(actor)
    with transaction.atomic(), attribute_changes_to(actor):
        if not Delivery.objects.received_by(actor).filter(pk=delivery).exists():
            raise not_found(_("There is no such delivery for you."))
        rows = Delivery.objects.select_related("distribution__sender", "paper", "receiver")
        found = rows.select_for_update(of=("self",), no_key=True).get(pk=delivery)
        seat = require_seat(actor, found.receiver)
        known = IncomingDocument.objects.filter(delivery=found).first()
        if known is not None:
            return known, False
        if found.state != Delivery.State.SIGNED:
            told = _("Sign for it first.")
            raise Refused("delivery-unsigned", told, status=409)
        fresh = IncomingDocument(
            delivery=found,
            sender=found.distribution.sender.name,
            sender_number=found.paper.number or "",
            written_on=found.paper.registered_on,
            sent_as=uuid.uuid4(),
        )
        _open_matter_of_incoming(
            actor, seat, fresh, found.distribution.title, Matter.Urgency.NORMAL
        )
        return fresh, True


def return_unregistered(*, actor: User, delivery: int, reason: str) -> Delivery:
    """Give a delivery back from the mailroom, where it has not become a matter yet.

    Raises Refused as ``return_delivery``, and 409 ``delivery-registered``: what is registered goes
    back by the decision in its matter, which ends with it.
    """
    with transaction.atomic():
        # First, for it asks for the right and locks the row that a registration locks too.
        returned = return_delivery(actor=actor, delivery=delivery, reason=reason)
        if IncomingDocument.objects.filter(delivery=returned).exists():
            told = _("It is registered. Return it in its matter.")
            raise Refused("delivery-registered", told, status=409)
        return returned


def register_letter(
    *,
    actor: User,
    office: int,
    letter: Letter,
    key: uuid.UUID,
    scan: UploadedFile | None = None,
) -> tuple[IncomingDocument, bool]:
    """Register what came on paper, with its scan; returns it, and whether that is new.

    The same key is the same one. Raises Refused: 403; 404 for an office in whose line the actor has
    no seat; 409 ``idempotency-conflict``; 422 ``field-missing``, ``field-too-long``, ``day-invalid``,
    and what ``receive_scan`` refuses.
    """
    require_mailroom(actor)
    offices = Office.objects.filter(pk__in=Seats.of(actor).offices_and_descendants(), pk=office)
    place = offices.first()
    if place is None:
        raise not_found(_("There is no such office in your line."))
    seat = require_seat(actor, place)
    fresh = _build_incoming_document(letter, key)
    digest = hash_sent_file(scan) if scan is not None else ""
    if scan is not None and not IncomingDocument.objects.filter(sent_as=key).exists():
        fresh.scan = receive_scan(actor=actor, sent=scan, field="scan")
    with transaction.atomic(), attribute_changes_to(actor):
        # Of two that come at once the second waits for the first, and finds what it registered.
        Office.objects.select_for_update(no_key=True).get(pk=seat.office)
        rows = IncomingDocument.objects.select_related("matter", "scan")
        known = rows.filter(sent_as=key).first()
        if known is not None:
            return _require_same_letter(actor, known, letter, digest), False
        _open_matter_of_incoming(
            actor, seat, fresh, check_text(letter.title, name="title"), letter.urgency
        )
    return fresh, True


def _build_incoming_document(letter: Letter, key: uuid.UUID) -> IncomingDocument:
    texts = {
        "title": (letter.title, 200, True),
        "sender": (letter.sender, 120, True),
        "sender_number": (letter.sender_number, 60, False),
    }
    for name, (text, most, needed) in texts.items():
        checked = check_text(text, name=name)
        if needed and not checked:
            raise Refused("field-missing", _("Fill this in."), field=name)
        if len(checked) > most:
            told = _("At most %(most)d characters, not %(length)d.")
            facts = {"most": most, "length": len(checked)}
            raise Refused("field-too-long", told % facts, field=name)
    if letter.written_on is not None and letter.written_on > clock.today():
        raise Refused("day-invalid", _("This day is yet to come."), field="written_on")
    return IncomingDocument(
        sender=letter.sender.strip(),
        sender_number=letter.sender_number.strip(),
        written_on=letter.written_on,
        sent_as=key,
    )


def _open_matter_of_incoming(
    actor: User, seat: Seat, fresh: IncomingDocument, title: str, urgency: str
) -> None:
    office = Office.objects.select_related("region").get(pk=seat.office)
    fresh.registrar, fresh.year = office, clock.today().year
    fresh.serial = take_next_number(IncomingYear, office=office.pk, year=fresh.year)
    open_matter(
        actor=actor,
        author=Author(actor, seat.post, seat.holder, seat.office),
        opening=Opening(
            kind=KIND,
            child=fresh,
            title=title,
            office=office,
            region=office.region,
            urgency=urgency,
            channel="paper" if fresh.delivery is None else "delivery",
            number=f"{office.code}{fresh.number}",
        ),
    )


def _require_same_letter(
    actor: User, known: IncomingDocument, letter: Letter, digest: str
) -> IncomingDocument:
    scan = known.scan.sha256 if known.scan else ""
    same = (known.matter.title, known.sender, known.sender_number, known.written_on, scan)
    asked = (letter.title.strip(), letter.sender.strip(), letter.sender_number.strip())
    if known.matter.opened_by_id != actor.pk or same != (*asked, letter.written_on, digest):
        raise key_reused_refusal()
    return known
