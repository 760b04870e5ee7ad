"""A letter that is two things becomes two matters (分办); two about one thing are joined (并案)."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from backend.accounts.models import User
from backend.matters.links import join, link_matter
from backend.matters.models import Link, Matter, Step
from backend.matters.opening import Opening, open_matter
from backend.matters.steps import ONCE, Author, Entry, Sending, hold_matter, write_step


def split_matter(
    *, actor: User, matter: int, version: int | None, opening: Opening, sending: Sending = ONCE
) -> Matter:
    """Open a second matter out of one, with clocks of its own (rule 22); the trail of both says so.

    Its first clocks are counted from when the letter came. Whether the actor may is asked by the
    action of the kind. Raises Refused: 404; 412. The same ``sending`` again gives the one that it
    opened.
    """
    with hold_matter(actor=actor, matter=matter, version=version, sending=sending) as held:
        whole = held.matter
        if held.replayed:
            told = Step.objects.get(user=actor, key=sending.key).facts
            return Matter.objects.get(pk=told["part"])
        part = open_matter(actor=actor, opening=replace(opening, received_at=whole.received_at))
        join(part, Link.Kind.SPLIT_FROM, whole)
        write_step(whole, Author(actor), Entry("split", facts={"part": part.pk}, sending=sending))
        return part


def join_matters(
    *, actor: User, matter: int, version: int | None, lead: int, sending: Sending = ONCE
) -> Link:
    """Let a matter go on together with ``lead``; each keeps its clocks and is answered for itself.

    The trail of both says so. Raises Refused: 404 for one that the actor does not see; 412; 422
    ``link-unfit``. Again changes nothing.
    """
    with transaction.atomic():
        # In one order for everybody, so that two who join them at once do not wait for each other.
        list(Matter.objects.select_for_update().filter(pk__in=(matter, lead)).order_by("pk"))
        with hold_matter(actor=actor, matter=lead, version=None) as held:
            link, new = link_matter(
                actor=actor,
                matter=matter,
                version=version,
                kind=Link.Kind.JOINED_WITH,
                to=held.matter,
                sending=sending,
            )
            if new:
                write_step(held.matter, Author(actor), Entry("join", facts={"part": matter}))
            return link
