"""Drafting an official document, and writing it anew while it is a draft or being checked."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.documents.endings import write_ending
from backend.documents.models import Document, Party, Secrecy
from backend.documents.wording import (
    Wording,
    urgency_of,
    write_parties,
    write_wording,
)
from backend.lib.problems import Refused, not_found
from backend.matters.asked import require_asked
from backend.matters.models import Matter
from backend.matters.opening import Opening, open_matter
from backend.matters.steps import (
    ONCE,
    Author,
    Entry,
    LockedMatter,
    Sending,
    lock_matter,
    write_step,
)
from backend.offices.models import Office
from backend.offices.seats import Seat, Seats
from backend.repeats.refusals import key_reused_refusal

KIND = "document"
FLOW = "document"
STUB_FLOW = "document-stub"
OPEN_NODES = frozenset({"draft", "check"})
"""Where in the flow its text may be written anew by whoever is asked."""


def draft_document(
    *, actor: User, office: int | None, wording: Wording, key: uuid.UUID
) -> tuple[Document, bool]:
    """Open a matter for a document of ``office``, and whether it is new; the same key again is the same one.

    Without an office it is that of the actor's first post that lets him. A secret one is an entry
    alone and runs by a flow of its own. Raises Refused: 403 without the right; 404
    ``office-unknown``; 409 ``draft-changed`` for another text under the key; 422 as ``write_wording`` and
    ``write_ending``.
    """
    require_right(actor, Right.DRAFT_DOCUMENTS)
    seat = _get_seat(actor, office)
    fresh = Document(sent_as=key)
    if wording.kind is None:
        raise Refused("kind-unknown", _("Say which kind of document it is."), field="kind")
    write_wording(fresh, wording)
    write_ending(actor, fresh, wording)
    with transaction.atomic(), attribute_changes_to(actor):
        # Of two that come at once the second waits for the first, and finds its document.
        Office.objects.select_for_update(no_key=True).get(pk=seat.office)
        known = Document.objects.select_related("matter").filter(sent_as=key).first()
        if known is not None:
            return _require_same_draft(actor, known, fresh), False
        _open_matter_of_draft(actor, seat, fresh, wording)
        write_parties(fresh, wording)
    return fresh, True


def edit_document(
    *,
    actor: User,
    document: int,
    version: int | None,
    wording: Wording,
    sending: Sending = ONCE,
) -> Document:
    """Write a draft anew, by whoever is asked to draft or to check it; what is not named stays.

    Raises Refused: 404; 412; 403 where he is not asked; 409 ``document-frozen`` once it is on its
    way to be signed; 422 as ``write_wording`` and ``write_ending``.
    """
    with lock_open_document(actor, document, version, sending) as held:
        found = Document.objects.select_related("kind", "matter", "ends").get(pk=document)
        if not held.replayed:
            write_wording(found, wording)
            write_ending(actor, found, wording)
            if found.secrecy != Secrecy.OPEN:
                told = _("Draft a secret document as such, and give this one up.")
                raise Refused("secret-has-text", told, field="secrecy")
            found.save()
            write_parties(found, wording)
            matter = held.matter
            matter.title = found.title
            matter.urgency = wording.urgency or matter.urgency
            author = require_asked(actor, Seats.of(actor), matter)[1]
            write_step(matter, author, Entry("edit", sending=sending), "title", "urgency")
        return found


@contextmanager
def lock_open_document(
    actor: User, document: int, version: int | None, sending: Sending
) -> Iterator[LockedMatter]:
    """Hold the matter of a document whose text may be written anew by the actor, who is asked there."""
    with (
        attribute_changes_to(actor),
        lock_matter(actor=actor, matter=document, version=version, sending=sending) as held,
    ):
        if held.matter.kind != KIND:
            raise not_found(_("There is no such document for you."))
        if not held.replayed:
            refuse_frozen(held.matter)
            require_asked(actor, Seats.of(actor), held.matter)
        yield held


def refuse_frozen(matter: Matter) -> None:
    """Refuse (409) where the text is no longer open."""
    if matter.closed_at is not None or matter.place["node"] not in OPEN_NODES:
        told = _("Its text stays as it is from here on. Have it sent back to change it.")
        raise Refused("document-frozen", told, status=409)


def _get_seat(actor: User, office: int | None) -> Seat:
    for seat in Seats.of(actor).giving(Right.DRAFT_DOCUMENTS):
        if office in (None, seat.office):
            return seat
    raise not_found(_("You hold no post in such an office that lets you draft."))


def _open_matter_of_draft(actor: User, seat: Seat, fresh: Document, wording: Wording) -> None:
    office = Office.objects.select_related("region").get(pk=seat.office)
    secret = fresh.secrecy != Secrecy.OPEN
    if secret and Party.Part.JOINT in wording.parties:
        raise Refused("secret-has-text", _("Of a secret one keep the entry alone."), field="joint")
    open_matter(
        actor=actor,
        author=Author(actor, seat.post, seat.holder, seat.office),
        opening=Opening(
            kind=KIND,
            child=fresh,
            title=fresh.title,
            office=office,
            region=office.region,
            flow=STUB_FLOW if secret else FLOW,
            urgency=urgency_of(wording),
            secrecy=Matter.Secrecy.NAMED if secret else Matter.Secrecy.OPEN,
        ),
    )


def _require_same_draft(actor: User, known: Document, fresh: Document) -> Document:
    same = (
        "kind_id", "direction", "title", "body", "note", "signer_id", "secrecy", "ends_id", "ending",
    )  # fmt: skip
    mine = known.matter.opened_by_id == actor.pk
    if not mine or any(getattr(known, name) != getattr(fresh, name) for name in same):
        raise key_reused_refusal()
    return known
