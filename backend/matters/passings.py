"""What somebody may do with what is asked, beside deciding it: take it, give it back, pass it on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from backend.accounts.models import Role, User
from backend.flows.places import read_place
from backend.flows.versions import read_version
from backend.matters.asked import author_for, may_take_back
from backend.matters.models import Assignment, Matter
from backend.offices.seats import Seats

CLAIM, RELEASE, HAND_OVER, ADD_SIGNER, TAKE_BACK = (
    "claim", "release", "hand-over", "add-signer", "take-back",
)  # fmt: skip
"""Named as the trail names their steps."""


class Passing(NamedTuple):
    """One of these acts, and the assignment that it is about; the last step that is taken back has none."""

    name: str
    assignment: Assignment | None


def passings_for(user: User, matter: Matter) -> list[Passing]:
    """What ``user`` may do now; whom it may go to is said by ``choices``."""
    found = [Passing(TAKE_BACK, None)] if may_take_back(user, matter) else []
    seats, questions = Seats.of(user), read_place(matter.place).questions
    by_name = {one.key for one in questions if one.person is not None}
    rows = matter.assignments.filter(state=Assignment.State.OPEN).select_related("office", "person")
    for one in rows.order_by("ask"):
        names = _names_of_passings(user, seats, matter, one, personal=one.ask in by_name)
        found += [Passing(name, one) for name in names]
    return found


def _names_of_passings(
    user: User, seats: Seats, matter: Matter, assignment: Assignment, *, personal: bool
) -> Iterator[str]:
    if author_for(user, seats, assignment) is None:
        if seats.at(assignment.office_id, Role.LEADER) is not None:
            yield HAND_OVER
        return
    if assignment.person_id is None:
        yield CLAIM
    elif not personal:
        yield RELEASE
    yield HAND_OVER
    ask = read_version(matter.flow_id).nodes[assignment.node].ask
    if ask is not None and ask.add_signers:
        yield ADD_SIGNER
