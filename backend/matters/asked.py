"""Whether somebody may do what a matter asks, and from which seat; and what he may decide there."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.flows.definition import Decision
from backend.flows.moves import Actor
from backend.flows.offers import decisions_offered, interventions_offered
from backend.flows.places import read_place
from backend.flows.urges import URGE
from backend.lib import clock
from backend.lib.problems import Refused, not_allowed
from backend.matters.course import Course, course_of
from backend.matters.models import Assignment, Matter
from backend.matters.steps import Author
from backend.offices.models import Post
from backend.offices.seats import Seat, Seats


def author_for(user: User, seats: Seats, assignment: Assignment) -> Author | None:
    """How ``user`` does the assignment: in his own right first, then for whom he substitutes.

    None where it is not for him: another took it, or it asks a role that he has not. Somebody who
    is asked by name need not hold a post in the office, but must hold one.
    """
    fits = [
        seat
        for seat in seats.seats
        if seat.office == assignment.office_id
        and assignment.role in ("", seat.role)
        and assignment.person_id in (None, seat.holder or user.pk)
    ]
    office = assignment.office_id
    if fits:
        seat = min(fits, key=lambda seat: seat.holder is not None)
        return Author(user, seat.post, seat.holder, office)
    named = assignment.person_id == user.pk and any(seat.holder is None for seat in seats.seats)
    return Author(user, office=office) if named else None


def find_assignment_of(
    user: User, seats: Seats, matter: Matter
) -> tuple[Assignment, Author] | None:
    """The open assignment that is the user's to do: what names somebody before what asks a role."""
    for assignment in _open_assignments(matter):
        if author := author_for(user, seats, assignment):
            return assignment, author
    return None


def require_asked(user: User, seats: Seats, matter: Matter) -> tuple[Assignment, Author]:
    """As :func:`find_assignment_of`.

    Raises Refused 409 ``assignment-taken``, ``decided-already`` where others are waited for now;
    403 ``post-ended``, else ``not-allowed``.
    """
    found = find_assignment_of(user, seats, matter)
    if found is not None:
        return found
    for assignment in _open_assignments(matter):
        refuse_taken(seats, assignment)
        refuse_ended_post(user, assignment)
    if _has_decided(user, matter):
        text = _("You have decided here already. Others are waited for.")
        raise Refused("decided-already", text, status=409)
    raise not_allowed(_("This is asked of somebody else."))


def asked_of_others(user: User, seats: Seats, matter: Matter) -> list[Assignment]:
    """The open assignments that are not the user's to do."""
    return [one for one in _open_assignments(matter) if author_for(user, seats, one) is None]


def refuse_taken(seats: Seats, assignment: Assignment) -> None:
    """Refuse (409) what asks a role that he has, and another took."""
    if (assignment.office_id, assignment.role) in seats.pairs:
        text = _("Somebody else has taken this. Ask for it to be handed over.")
        raise Refused("assignment-taken", text, status=409)


def refuse_ended_post(user: User, assignment: Assignment) -> None:
    """Refuse (403) who is asked by name and holds no post any more, or held what is asked."""
    if assignment.person_id is not None:
        over = assignment.person_id == user.pk
    else:
        held = Post.objects.filter(user=user, office=assignment.office_id, role=assignment.role)
        over = held.filter(starts_on__lte=clock.today()).exists()
    if over:
        raise post_ended()


def post_ended() -> Refused:
    """What somebody is told who acts as if he held his post still."""
    text = _("Your post has ended. Whoever leads the office hands this to somebody else.")
    return Refused("post-ended", text, status=403)


def find_seat_above(
    course: Course, matter: Matter, user: User, seats: Seats, name: str
) -> Seat | None:
    """The first of his seats from which he may step in by the intervention ``name``."""
    for seat in seats.seats:
        by = Actor(person=seat.holder or user.pk, role=seat.role, office=seat.office)
        offered = interventions_offered(course.flow, matter.place, by, course.facts, course.line_of)
        if name in {decision.name for decision in offered}:
            return seat
    return None


def offers_for(user: User, matter: Matter) -> list[Decision]:
    """The decisions that this person may take now: what he is asked, and what he may step in by."""
    if matter.closed_at is not None:
        return []
    seats, course = Seats.of(user), course_of(matter)
    offers = []
    if find_assignment_of(user, seats, matter) is not None:
        offers = decisions_offered(course.flow, matter.place, course.facts, course.line_of)
    return offers + [
        intervention.decision
        for name, intervention in course.flow.interventions.items()
        if find_seat_above(course, matter, user, seats, name) is not None
        and (name != URGE or asked_of_others(user, seats, matter))
    ]


def may_take_back(user: User, matter: Matter) -> bool:
    """Whether the last step is this person's to take back still."""
    whose, seats = read_place(matter.place).revocable_by, Seats.of(user)
    return whose is not None and whose in seats.people and bool(seats.seats)


def _has_decided(user: User, matter: Matter) -> bool:
    asked = [one.key for one in read_place(matter.place).questions if one.decision]
    return matter.assignments.filter(ask__in=asked, decided_by=user).exists()


def _open_assignments(matter: Matter) -> list[Assignment]:
    rows = matter.assignments.filter(state=Assignment.State.OPEN)
    return sorted(rows, key=lambda one: (one.person_id is None, one.ask))
