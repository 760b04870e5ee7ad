"""Whose an assignment is: taken, given back, handed to somebody else, asked of one more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.flows import signers
from backend.flows.moves import Actor
from backend.flows.places import read_place
from backend.flows.versions import read_version
from backend.lib.problems import Refused, not_allowed, not_found
from backend.matters.asked import author_for, refuse_ended_post, refuse_taken
from backend.matters.choices import people_to_take
from backend.matters.effects import write_move
from backend.matters.models import Assignment, Matter
from backend.matters.steps import ONCE, Author, Entry, Sending, lock_matter, write_step
from backend.matters.unattended import has_nobody_at_his_posts, select_unattended
from backend.offices.seats import Seats


@dataclass(frozen=True, slots=True)
class _Asked:
    """An open assignment of a held matter; ``author`` is how the actor would do it, if he may."""

    matter: Matter
    assignment: Assignment
    seats: Seats
    author: Author | None
    replayed: bool


def claim_assignment(
    *, actor: User, assignment: int, version: int | None, sending: Sending = ONCE
) -> Assignment:
    """Take what all with the role may take; what is his already stays as it is.

    Raises Refused: 404; 412; 403 for who may not do it, ``post-ended``; 409 ``assignment-taken``,
    ``assignment-closed``.
    """
    with _lock_asked(actor, assignment, version, sending) as asked:
        if asked.replayed:
            return asked.assignment
        author = _require_author(actor, asked)
        if asked.assignment.person_id is None:
            _give_assignment(asked, author.holder)
            write_step(asked.matter, author, Entry("claim", sending=sending))
        return asked.assignment


def release_assignment(
    *, actor: User, assignment: int, version: int | None, sending: Sending = ONCE
) -> Assignment:
    """Let all with the role take it again.

    Raises Refused as :func:`claim_assignment`; 409 ``assignment-personal`` for what is asked of
    this person alone.
    """
    with _lock_asked(actor, assignment, version, sending) as asked:
        if asked.replayed:
            return asked.assignment
        author = _require_author(actor, asked)
        if _is_personal(asked):
            text = _("This is asked of you by name. Hand it over instead.")
            raise Refused("assignment-personal", text, status=409)
        if asked.assignment.person_id is not None:
            _give_assignment(asked, None)
            write_step(asked.matter, author, Entry("release", sending=sending))
        return asked.assignment


def hand_over(
    *,
    actor: User,
    assignment: int,
    to: User,
    version: int | None,
    remark: str = "",
    sending: Sending = ONCE,
) -> Matter:
    """Let ``to`` do it, who holds such a post in the office; by whoever may do it or leads there.

    A clerk of the office may too where nobody who is there attends to it. Raises Refused as
    :func:`claim_assignment`; 422 ``person-unfit`` for who holds no such post, ``person-away`` for who
    is away without a substitute, ``asked-already``.
    """
    with _lock_asked(actor, assignment, version, sending) as asked:
        if not asked.replayed:
            author = asked.author or _author_as_head(actor, asked)
            _refuse_unfit(asked.assignment, to)
            move = signers.hand_over(
                read_version(asked.matter.flow_id),
                asked.matter.place,
                actor=Actor(person=_person_in_flow(asked), ask=asked.assignment.ask),
                to=to.pk,
            )
            facts = {"persons": [to.pk]}
            entry = Entry("hand-over", remark=remark, facts=facts, sending=sending)
            write_move(asked.matter, move, author, entry)
        return asked.matter


class Outcome(NamedTuple):
    """What came of handing one over: its matter where the actor sees it, and why it was refused."""

    assignment: int
    matter: Matter | None
    refusal: Refused | None


def hand_over_each(
    *, actor: User, assignments: Sequence[int], to: User, remark: str = ""
) -> list[Outcome]:
    """Hand over several, each for itself; what came of each: what cannot go holds up no other."""
    seen = Matter.objects.visible_to(actor)
    rows = Assignment.objects.filter(pk__in=assignments, matter__in=seen).select_related("matter")
    matters = {row.pk: row.matter for row in rows}
    outcomes = []
    for assignment in assignments:
        refusal = None
        try:
            hand_over(actor=actor, assignment=assignment, to=to, version=None, remark=remark)
        except Refused as refused:
            refusal = refused
        outcomes.append(Outcome(assignment, matters.get(assignment), refusal))
    return outcomes


def add_signer(
    *,
    actor: User,
    assignment: int,
    person: User,
    before: bool,
    version: int | None,
    remark: str = "",
    sending: Sending = ONCE,
) -> Matter:
    """Have one more asked, before the actor or right after him, where the flow allows it (加签).

    Raises Refused as :func:`claim_assignment`; 409 ``no-signers-here``; 422 ``person-unfit``,
    ``asked-already``.
    """
    with _lock_asked(actor, assignment, version, sending) as asked:
        if not asked.replayed:
            author = _require_author(actor, asked)
            _refuse_without_post(person)
            move = signers.add_signer(
                read_version(asked.matter.flow_id),
                asked.matter.place,
                actor=Actor(person=_person_in_flow(asked), ask=asked.assignment.ask),
                person=person.pk,
                before=before,
            )
            facts = {"persons": [person.pk], "before": before}
            entry = Entry("add-signer", remark=remark, facts=facts, sending=sending)
            write_move(asked.matter, move, author, entry)
        return asked.matter


@contextmanager
def _lock_asked(
    actor: User, assignment: int, version: int | None, sending: Sending
) -> Iterator[_Asked]:
    row = Assignment.objects.filter(pk=assignment).values("matter").first()
    if row is None:
        raise not_found(_("There is no such assignment for you."))
    with lock_matter(actor=actor, matter=row["matter"], version=version, sending=sending) as held:
        found = Assignment.objects.select_related("office").get(pk=assignment)
        if not held.replayed and found.state != Assignment.State.OPEN:
            text = _("This is no longer to be done. Read the matter again.")
            raise Refused("assignment-closed", text, status=409)
        seats = Seats.of(actor)
        yield _Asked(held.matter, found, seats, author_for(actor, seats, found), held.replayed)


def _require_author(actor: User, asked: _Asked) -> Author:
    if asked.author is not None:
        return asked.author
    refuse_taken(asked.seats, asked.assignment)
    refuse_ended_post(actor, asked.assignment)
    raise not_allowed(_("This is asked of somebody else."))


def _author_as_head(actor: User, asked: _Asked) -> Author:
    """From the seat of a leader of the office, or of a clerk where nobody attends to it."""
    seat = asked.seats.at(asked.assignment.office_id, Role.LEADER)
    if (
        seat is None
        and select_unattended(Assignment.objects.filter(pk=asked.assignment.pk)).exists()
    ):
        seat = asked.seats.at(asked.assignment.office_id, Role.CLERK)
    if seat is None:
        return _require_author(actor, asked)
    return Author(actor, seat.post, seat.holder, seat.office)


def _give_assignment(asked: _Asked, person: int | None) -> None:
    asked.assignment.person_id = person
    asked.assignment.save(update_fields=["person"])


def _person_in_flow(asked: _Asked) -> int | None:
    """Whom the flow asks by name; nobody where it asks a role."""
    questions = read_place(asked.matter.place).questions
    return next(one.person for one in questions if one.key == asked.assignment.ask)


def _is_personal(asked: _Asked) -> bool:
    return _person_in_flow(asked) is not None


def _refuse_unfit(assignment: Assignment, to: User) -> None:
    """Refuse who does not hold such a post in the office of the assignment."""
    if not people_to_take(assignment).filter(pk=to.pk).exists():
        text = _("Choose somebody who holds such a post in the office.")
        raise Refused("person-unfit", text, field="person")
    if has_nobody_at_his_posts(to):
        text = _("%(name)s is away and nobody stands in. Choose somebody else.")
        raise Refused("person-away", text % {"name": to}, field="person")


def _refuse_without_post(person: User) -> None:
    if not Seats.of(person).seats:
        raise Refused("person-unfit", _("Choose people who hold a post."), field="person")
