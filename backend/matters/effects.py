"""Writing down what a step through the flow makes of a matter."""

from __future__ import annotations

import datetime as dt

from backend.flows import engine
from backend.flows.moves import Asked, Move
from backend.flows.places import read_place
from backend.lib import clock
from backend.matters.clocks import change_clocks, note_earliest_deadline
from backend.matters.course import course_of
from backend.matters.kinds import Kind, get_kind
from backend.matters.links import add_link
from backend.matters.models import Assignment, Link, Matter
from backend.matters.news import tell_asked
from backend.matters.readers import let_asked_see, let_office_see
from backend.matters.steps import NOBODY, Author, Entry, lock_matter_for_nobody, write_step

_MOVED = ("place", "state", "office", "closed_at", "outcome", "due_on")


def write_move(
    matter: Matter,
    move: Move,
    author: Author,
    entry: Entry,
    *,
    backdated_to: dt.date | None = None,
) -> None:
    """Write everything that ``move`` says of a held matter, and its step.

    The kind carries out what took effect. Opens the sub-matters that it calls for; where the matter
    has ended, goes on with those that wait for it. ``backdated_to`` is the first day of a clock
    that has passed.
    """
    _end_assignments(matter, move, author, entry.action)
    place_matter(matter, move)
    change_clocks(
        matter,
        move.clocks,
        counted_from=clock.today(),
        reason=entry.remark,
        backdated_to=backdated_to,
    )
    note_earliest_deadline(matter)
    open_assignments(matter, move.opens)
    step = write_step(matter, author, entry, *_MOVED)
    kind = get_kind(matter.kind)
    if kind.carry_out is not None:
        for effect in move.effects:
            kind.carry_out(matter, effect, step)
    if move.sub_matters:
        open_parts(matter, kind, move)
    if move.outcome:
        _go_on_with_waiting(matter)


def place_matter(matter: Matter, move: Move) -> None:
    """Set on the matter where it stands by now, and let its office see it; the caller saves it."""
    matter.place, matter.state = move.place, move.state
    if matter.office_id != move.office:
        matter.office_id = move.office
        let_office_see(matter, move.office)
    if move.outcome:
        matter.outcome, matter.closed_at = move.outcome, clock.now()


def open_assignments(matter: Matter, asks: tuple[Asked, ...]) -> None:
    """Put what is asked into the inboxes of those who are asked."""
    now = clock.now()
    Assignment.objects.bulk_create(
        Assignment(
            matter=matter,
            ask=ask.key,
            node=ask.node,
            office_id=ask.office,
            role=ask.role,
            person_id=ask.person,
            opened_at=now,
            due_on=matter.due_on,
        )
        for ask in asks
    )
    let_asked_see(matter, asks)
    tell_asked(matter, asks)


def open_parts(matter: Matter, kind: Kind, move: Move) -> None:
    """Open the sub-matters that a step calls for, each linked as its part."""
    for name in move.sub_matters:
        if kind.open_part is None:
            raise LookupError(f"{kind.name} opens no {name}")
        add_link(kind.open_part(matter, name), Link.Kind.PART_OF, matter)


def _end_assignments(matter: Matter, move: Move, author: Author, decision: str) -> None:
    now = clock.now()
    still_open = matter.assignments.filter(state=Assignment.State.OPEN)
    if move.done is not None:
        still_open.filter(ask=move.done).update(
            state=Assignment.State.DONE,
            closed_at=now,
            decided_by=author.user,
            decision=decision,
            person=author.holder,
        )
    if move.withdrawn:
        still_open.filter(ask__in=move.withdrawn).update(
            state=Assignment.State.WITHDRAWN, closed_at=now
        )


def _go_on_with_waiting(ended: Matter) -> None:
    wholes = ended.links.filter(kind=Link.Kind.PART_OF, other__closed_at=None)
    for whole in wholes.values_list("other", flat=True):
        with lock_matter_for_nobody(whole) as matter:
            if not read_place(matter.place).sub_matters.get(ended.flow.name):
                continue
            course = course_of(matter)
            move = engine.end_sub_matter(
                course.flow,
                matter.place,
                name=ended.flow.name,
                facts=course.facts,
                line_of=course.line_of,
            )
            facts = {"part": ended.pk, "effects": list(move.effects)}
            entry = Entry("part-ended", matter.place["node"], matter.state, facts=facts)
            write_move(matter, move, NOBODY, entry)
