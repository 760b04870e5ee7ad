"""The trail and the deadlines of a matter in the words in which people are told of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backend.flows.definition import Flow
from backend.lib import clock
from backend.matters.clocks import due_of_deadline
from backend.matters.kinds import all_kinds
from backend.matters.labels import label_in_language, say_action
from backend.matters.models import Deadline, Matter, Step


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One step, in words."""

    step: Step
    did: str
    state: str


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One deadline with the sentence that says why it is due then."""

    deadline: Deadline
    why: str
    late: bool
    paused: bool


def tell_trail(matter: Matter, flow: Flow, *, since: int = 0) -> Iterator[TrailLine]:
    """The steps behind version ``since``, the newest first."""
    kind = all_kinds()[matter.kind]
    rows = matter.steps.select_related("user", "on_behalf_of", "office", "post")
    for step in rows.filter(version__gt=since).order_by("-version"):
        state = (
            label_in_language(flow.states[step.to_state])
            if step.to_state in flow.states
            else step.to_state
        )
        yield TrailLine(step, say_action(kind, flow, step.node, step.action), state)


def tell_clocks(matter: Matter) -> Iterator[ClockLine]:
    """The deadlines, what is due first before the others."""
    rows = matter.deadlines.select_related("rule", "extended_by").prefetch_related("pauses")
    for deadline in rows.order_by("due_on", "pk"):
        runs = deadline.met_at is None and deadline.dropped_at is None
        paused = runs and any(pause.to_day is None for pause in deadline.pauses.all())
        late = runs and not paused and deadline.due_on < clock.today()
        yield ClockLine(deadline, due_of_deadline(deadline).sentence, late, paused)
