"""Two matters about one thing are joined (并案)."""

from __future__ import annotations

from django.db import transaction

from backend.accounts.models import User
from backend.matters.links import link_matter
from backend.matters.models import Link, Matter
from backend.matters.steps import ONCE, Author, Entry, Sending, lock_matter, write_step


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
        with lock_matter(actor=actor, matter=lead, version=None) as held:
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
