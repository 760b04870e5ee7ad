"""Joining a matter with what it is about or has to do with."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.directory.models import LegalEntity, Person
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Link, Matter
from backend.matters.steps import ONCE, Author, Entry, Sending, lock_matter, write_step
from backend.papers.models import Paper
from backend.units.models import Unit

Target = Unit | LegalEntity | Person | Matter | Paper
_COLUMNS: dict[type[Model], str] = {
    Unit: "unit",
    LegalEntity: "entity",
    Person: "person",
    Matter: "other",
    Paper: "paper",
}
_BETWEEN_MATTERS = frozenset(
    {Link.Kind.CAUSED_BY, Link.Kind.ANSWERS, Link.Kind.SPLIT_FROM, Link.Kind.JOINED_WITH, Link.Kind.FOLLOWS}
)  # fmt: skip


def link_matter(
    *, actor: User, matter: int, version: int | None, kind: str, to: Target, sending: Sending = ONCE
) -> tuple[Link, bool]:
    """Say what a matter has to do with ``to``, a thing that the actor sees; and whether that is new.

    Raises Refused: 404 for a matter that he does not see; 412; 422 ``link-unfit`` for a kind that
    does not fit the thing, or a matter linked with itself.
    """
    with lock_matter(actor=actor, matter=matter, version=version, sending=sending) as held:
        _refuse_unfit(held.matter, kind, to)
        link, new = add_link(held.matter, kind, to)
        if new:
            facts = {"kind": kind, _COLUMNS[type(to)]: to.pk}
            write_step(held.matter, Author(actor), Entry("link", facts=facts, sending=sending))
        return link, new


def add_link(matter: Matter, kind: str, to: Target) -> tuple[Link, bool]:
    """The link between a matter and a thing, and whether it was made now."""
    what = {_COLUMNS[type(to)]: to}
    return Link.objects.get_or_create(
        matter=matter, kind=kind, **what, defaults={"made_at": clock.now()}
    )


def papers_of(user: User, matter: Matter) -> QuerySet[Paper]:
    """The papers that the matter made, of those that ``user`` may see, the first one first."""
    made = Paper.objects.visible_to(user).filter(matter_links__matter=matter)
    return made.select_related("template", "office").order_by("pk")


def matters_of(user: User, papers: Collection[Paper]) -> dict[int, Matter]:
    """By its key the matter that made each of ``papers``, where ``user`` may see that."""
    seen = Matter.objects.visible_to(user).filter(links__paper__in=papers)
    links = Link.objects.filter(paper__in=papers, matter__in=seen).select_related("matter")
    return {link.paper_id: link.matter for link in links if link.paper_id is not None}


def _refuse_unfit(matter: Matter, kind: str, to: Target) -> None:
    fits = {Matter: kind in _BETWEEN_MATTERS, Paper: kind == Link.Kind.MADE}
    about = kind not in _BETWEEN_MATTERS and kind != Link.Kind.MADE
    if not fits.get(type(to), about) or to == matter:
        text = _("This kind of link does not fit what it leads to.")
        raise Refused("link-unfit", text, field="kind")
