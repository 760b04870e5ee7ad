"""Deciding what a matter asks for, stepping in from above, taking a step back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.flows import engine
from backend.flows.moves import NOTHING, Actor, Chosen, Move
from backend.flows.places import read_place
from backend.flows.urges import URGE
from backend.lib import clock
from backend.lib.problems import Refused, not_allowed
from backend.matters.asked import find_seat_above, post_ended, require_asked
from backend.matters.course import Course, course_of
from backend.matters.effects import write_move
from backend.matters.kinds import Details, get_kind
from backend.matters.models import Matter
from backend.matters.steps import ONCE, Author, Entry, Sending, lock_matter
from backend.matters.urges import PEOPLE, urge_people
from backend.offices.models import Office, Post, post_in_force
from backend.offices.seats import Seats


def decide(
    *,
    actor: User,
    matter: int,
    version: int | None,
    decision: str,
    chosen: Chosen = NOTHING,
    details: Details | None = None,
    sending: Sending = ONCE,
) -> Matter:
    """Decide what the matter asks of the actor or of whom he substitutes, or step in from above.

    ``details`` are the columns of the kind that come with it. What nobody took is his by this.
    Raises Refused: 404 for a matter that he does not see; 412 for another version; 403 where he is
    not asked or his post has ended; 409 for what is not to be decided here, ``matter-closed``,
    ``assignment-taken``, ``decided-already``; 422 for what is missing or wrong. To urge is refused
    as :func:`urge_people` says. The same ``sending`` again changes nothing.
    """
    with lock_matter(actor=actor, matter=matter, version=version, sending=sending) as held:
        if not held.replayed:
            found = held.matter
            _refuse_closed(found)
            _refuse_unfit(found, chosen)
            told = _record_details(found, decision, details or {})
            author, move = _move_by_decision(actor, found, course_of(found), decision, chosen)
            facts = _facts_of(chosen, told)
            if decision == URGE:
                facts[PEOPLE] = urge_people(found, actor)
            entry = Entry(
                decision,
                found.place["node"],
                found.state,
                chosen.remark,
                facts,
                sending,
            )
            write_move(found, move, author, entry)
        return held.matter


def take_back(
    *, actor: User, matter: int, version: int | None, remark: str = "", sending: Sending = ONCE
) -> Matter:
    """Undo the last step, by whoever took it, while nobody acted since and where the flow lets him.

    Raises Refused: 404; 412; 403 ``post-ended``; 409 ``nothing-to-take-back``.
    """
    with lock_matter(actor=actor, matter=matter, version=version, sending=sending) as held:
        if not held.replayed:
            found, course = held.matter, course_of(held.matter)
            whose = read_place(found.place).revocable_by
            seats = Seats.of(actor)
            if not seats.seats:
                raise post_ended()
            person = whose if whose in seats.people else actor.pk
            move = engine.take_back(
                course.flow,
                found.place,
                actor=Actor(person=person),
                facts=course.facts,
                line_of=course.line_of,
            )
            author = Author(actor, on_behalf_of=None if person == actor.pk else person)
            entry = Entry("take-back", found.place["node"], found.state, remark, sending=sending)
            write_move(found, move, author, entry)
        return held.matter


def _move_by_decision(
    actor: User, matter: Matter, course: Course, decision: str, chosen: Chosen
) -> tuple[Author, Move]:
    """Who decides, and what comes of it."""
    seats = Seats.of(actor)
    if decision in course.flow.interventions:
        return _move_by_intervention(actor, seats, matter, course, decision, chosen)
    assignment, author = require_asked(actor, seats, matter)
    move = engine.decide(
        course.flow,
        matter.place,
        decision=decision,
        actor=Actor(person=author.holder, ask=assignment.ask),
        facts=course.facts,
        line_of=course.line_of,
        chosen=chosen,
    )
    return author, move


def _move_by_intervention(
    actor: User, seats: Seats, matter: Matter, course: Course, decision: str, chosen: Chosen
) -> tuple[Author, Move]:
    """A decision of somebody above who is not asked, from the first of his seats that lets him."""
    seat = find_seat_above(course, matter, actor, seats, decision)
    if seat is None:
        raise not_allowed(_("Only an office above may do this, at certain points of the flow."))
    move = engine.intervene(
        course.flow,
        matter.place,
        intervention=decision,
        actor=Actor(person=seat.holder or actor.pk, role=seat.role, office=seat.office),
        facts=course.facts,
        line_of=course.line_of,
        chosen=chosen,
    )
    return Author(actor, seat.post, seat.holder, seat.office), move


def _refuse_closed(matter: Matter) -> None:
    if matter.closed_at is not None:
        text = _("It is finished: nothing is decided in it any more.")
        raise Refused("matter-closed", text, status=409)


def _record_details(matter: Matter, decision: str, details: Details) -> Details:
    """Let the kind write what came with the decision, be it nothing; what the trail may say of it."""
    record = get_kind(matter.kind).record_details
    if record is not None:
        return record(matter, decision, details)
    if details:
        raise Refused("details-unknown", _("Nothing more can be said here."), field="details")
    return {}


def _refuse_unfit(matter: Matter, chosen: Chosen) -> None:
    """Refuse an office that is none today, and people who hold no post."""
    today = clock.today()
    if chosen.office is not None and not Office.objects.in_force(today).filter(pk=chosen.office):
        raise Refused("office-unfit", _("Choose an office that exists."), field="office")
    seated = Post.objects.filter(
        post_in_force(today), user__in=chosen.persons, user__is_active=True
    )
    if set(chosen.persons) - set(seated.values_list("user", flat=True)):
        raise Refused("person-unfit", _("Choose people who hold a post."), field="persons")


def _facts_of(chosen: Chosen, told: Details) -> dict[str, Any]:
    """What a step says beside its remark."""
    given = {
        "ground": chosen.ground,
        "office": chosen.office,
        "persons": list(chosen.persons),
        "details": dict(told),
    }
    return {name: value for name, value in given.items() if value}
