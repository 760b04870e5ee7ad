"""What whom a matter concerns does, or a day brings, without any office deciding it."""

from __future__ import annotations

from backend.flows import engine
from backend.flows.moves import NOTHING, Chosen
from backend.flows.offers import happenings_possible
from backend.matters.course import course_of
from backend.matters.effects import write_move
from backend.matters.models import Matter
from backend.matters.steps import ONCE, Author, Entry, Sending


def let_happen(
    matter: Matter,
    happening: str,
    author: Author,
    *,
    chosen: Chosen = NOTHING,
    sending: Sending = ONCE,
) -> None:
    """Let a happening of its flow befall a held matter; that ``author`` may bring it was asked before.

    Raises Refused: 409 ``not-offered`` where it cannot happen at this point, 422 for what is missing.
    """
    course = course_of(matter)
    move = engine.happen(
        course.flow,
        matter.place,
        happening=happening,
        facts=course.facts,
        line_of=course.line_of,
        chosen=chosen,
    )
    entry = Entry(happening, matter.place["node"], matter.state, chosen.remark, sending=sending)
    write_move(matter, move, author, entry)


def can_happen(matter: Matter) -> set[str]:
    """The names of what may befall the matter now."""
    if matter.closed_at is not None:
        return set()
    course = course_of(matter)
    possible = happenings_possible(course.flow, matter.place, course.facts, course.line_of)
    return {decision.name for decision in possible}
