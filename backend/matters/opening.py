"""Opening a matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model

from backend.accounts.models import User
from backend.flows import engine
from backend.flows.versions import newest_version
from backend.lib import clock
from backend.matters.clocks import change_clocks, note_earliest_deadline
from backend.matters.course import course_of
from backend.matters.effects import open_assignments, open_parts, place_matter
from backend.matters.kinds import get_kind
from backend.matters.models import Matter
from backend.matters.readers import let_office_see, let_people_see
from backend.matters.steps import Author, Entry, add_step
from backend.offices.models import Office
from geo.models import Region


@dataclass(frozen=True, slots=True)
class Opening:
    """What a matter begins with. ``child`` is the unsaved row of its kind, ``flow`` the name of
    one of the kind's flows where it is not the usual one. What takes ``number`` out of a series in
    which many wait for each other is called when all is written that can be without it."""

    kind: str
    child: Model
    title: str
    office: Office
    region: Region
    received_at: dt.datetime | None = None
    flow: str = ""
    urgency: str = Matter.Urgency.NORMAL
    secrecy: str = Matter.Secrecy.OPEN
    channel: str = ""
    number: str | Callable[[], str] | None = None


def open_matter(*, actor: User | None, opening: Opening, author: Author | None = None) -> Matter:
    """Open a matter with its child, at the first node of its flow; its first clocks start.

    Whether ``actor`` may open one of this kind is asked by the action of the kind. Nobody opens
    what a citizen sends. Raises Refused as the flow does where it must not reach the office.
    """
    with transaction.atomic():
        matter = _write_rows(actor, opening)
        let_office_see(matter, opening.office.pk)
        if actor is not None:
            let_people_see(matter, [actor.pk])
        course = course_of(matter)
        move = engine.start(
            course.flow, office=opening.office.pk, facts=course.facts, line_of=course.line_of
        )
        place_matter(matter, move)
        change_clocks(matter, move.clocks, counted_from=_day_of(matter.received_at), reason="")
        note_earliest_deadline(matter)
        by = author or Author(actor, office=opening.office.pk)
        add_step(matter, by, Entry("open", from_state="-"))
        if callable(opening.number):
            matter.number = opening.number()
        written = ("place", "state", "office", "closed_at", "outcome", "due_on", "number")
        matter.save(update_fields=written)
        open_assignments(matter, move.opens)
        open_parts(matter, course.kind, move)
        return matter


def _write_rows(actor: User | None, opening: Opening) -> Matter:
    kind = get_kind(opening.kind)
    name = opening.flow or kind.flows[0]
    flow = newest_version(name)
    if flow is None:
        raise LookupError(f"no flow {name} is loaded")
    columns: dict[str, Any] = {
        name: getattr(opening, name)
        for name in ("kind", "title", "office", "region", "urgency", "secrecy", "channel")
    }
    matter = Matter.objects.create(
        **columns,
        number=None if callable(opening.number) else opening.number,
        flow=flow,
        state="",
        received_at=opening.received_at or clock.now(),
        opened_by=actor,
    )
    child: Any = opening.child
    child.matter = matter
    child.save(force_insert=True)
    return matter


def _day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()
