"""Takes a matter through its flow. Pure: it knows no database, only flow, place and facts.

Each function returns the ``Move`` that the caller writes down, and leaves the place that it was
given as it is. The caller knows before that the actor may answer this ask (his post, or he stands
in for its holder), and sees by the matter's version that two clicks are one. ``offers`` says what
may be decided, ``signers`` hands an ask over and adds people to those asked.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.flows.definition import Decision, Flow
from backend.flows.demands import refuse_unless_given
from backend.flows.moves import NOTHING, Actor, Chosen, Facts, LineOf, Move
from backend.flows.offers import is_offered, may_happen, may_intervene
from backend.flows.places import IRREVOCABLE, Place, Stored, read_place
from backend.flows.steps import Step, begin_step, choose_branch
from backend.flows.votes import count_votes
from backend.lib.problems import Refused, not_allowed


def start(flow: Flow, *, office: int, facts: Facts, line_of: LineOf) -> Move:
    """The first move of a matter that an office opens.

    Refuses (422) where the flow is barred from that office.
    """
    step = Step(flow, Place(node="", first=office, offices=[office]), facts, line_of)
    step.change_clocks(flow.clocks)
    step.enter(flow.nodes[choose_branch(flow.start, step.known_facts()).to], NOTHING)
    return step.move()


def decide(
    flow: Flow,
    stored: Stored,
    *,
    decision: str,
    actor: Actor,
    facts: Facts,
    line_of: LineOf,
    chosen: Chosen = NOTHING,
) -> Move:
    """What one who is asked decides.

    Refuses (409) where ``actor.ask`` is not open or this is not to be decided here, (403) another
    person than the one asked, (422) what is missing or wrong.
    """
    step = begin_step(flow, stored, facts, line_of)
    question = step.get_question(actor)
    taken = _require_offered(step, step.node.decisions.get(decision))
    _refuse_unless_given(step, taken, chosen)
    if not taken.branches:
        step.take(taken, chosen)
        return step.move()
    question.decision, question.person, step.done = taken.name, actor.person, question.key
    if effect := count_votes(step.node, step.place, question):
        step.take(step.node.decisions[effect], chosen)
    else:
        step.open_after(question.key)
    if taken.revocable and step.effects == [taken.name]:
        step.place.before, step.place.revocable_by = {**stored, **IRREVOCABLE}, actor.person
    return step.move()


def intervene(
    flow: Flow,
    stored: Stored,
    *,
    intervention: str,
    actor: Actor,
    facts: Facts,
    line_of: LineOf,
    chosen: Chosen = NOTHING,
) -> Move:
    """What somebody does who is not asked, by ``actor.role`` in ``actor.office``.

    Refuses (403) who sits in an office out of reach or in another role, (409) where it is not to be done now.
    """
    step = begin_step(flow, stored, facts, line_of)
    named = flow.interventions.get(intervention)
    taken = _require_offered(step, named.decision if named else None)
    if named is None or not may_intervene(step, named, actor):
        raise not_allowed(_("Only an office above may do this, at certain points of the flow."))
    _refuse_unless_given(step, taken, chosen)
    step.take(taken, chosen)
    return step.move()


def happen(
    flow: Flow,
    stored: Stored,
    *,
    happening: str,
    facts: Facts,
    line_of: LineOf,
    chosen: Chosen = NOTHING,
) -> Move:
    """What whom the matter concerns does, or a day brings.

    Refuses (409) where it does not happen at this point, (422) what is missing or wrong.
    """
    step = begin_step(flow, stored, facts, line_of)
    named = flow.happenings.get(happening)
    taken = _require_offered(step, named.decision if named and may_happen(step, named) else None)
    _refuse_unless_given(step, taken, chosen)
    step.take(taken, chosen)
    return step.move()


def take_back(flow: Flow, stored: Stored, *, actor: Actor, facts: Facts, line_of: LineOf) -> Move:
    """Undo the last step, by whoever took it, while nobody has acted since; else refuses (409)."""
    later = read_place(stored)
    if later.before is None or later.revocable_by != actor.person:
        raise Refused(
            "nothing-to-take-back",
            _("Only whoever took the last step may take it back, while nobody has acted since."),
            status=409,
        )
    step = Step(flow, read_place(later.before), facts, line_of)
    step.place.next_key = later.next_key
    step.withdrawn = [question.key for question in later.questions if question.is_open]
    for question in step.place.questions:
        if question.is_open:
            step.place.ask_anew(question)
            step.opened.append(question)
    return step.move()


def pass_clock(flow: Flow, stored: Stored, *, clock: str, facts: Facts, line_of: LineOf) -> Move:
    """What follows when the clock of a deadline rule has passed; refuses (409) one that runs not.

    Nothing follows at once where the node has no decision for it: a later one may.
    """
    step = begin_step(flow, stored, facts, line_of)
    if step.place.clocks.get(clock) != "running":
        raise Refused("clock-not-running", _("This deadline does not run."), status=409)
    step.place.clocks[clock] = "passed"
    step.take_due_decision()
    return step.move()


def end_sub_matter(flow: Flow, stored: Stored, *, name: str, facts: Facts, line_of: LineOf) -> Move:
    """What follows when a sub-matter has ended that ran by the flow ``name``; refuses (409) if none is open."""
    step = begin_step(flow, stored, facts, line_of)
    if not step.place.sub_matters.get(name):
        raise Refused("no-sub-matter", _("No such matter is awaited here."), status=409)
    step.place.sub_matters[name] -= 1
    step.take_due_decision()
    return step.move()


def _require_offered(step: Step, decision: Decision | None) -> Decision:
    if decision is None or not is_offered(step, decision):
        raise Refused(
            "not-offered", _("This cannot be decided here. Read the matter again."), status=409
        )
    return decision


def _refuse_unless_given(step: Step, decision: Decision, chosen: Chosen) -> None:
    refuse_unless_given(
        step.flow,
        decision,
        chosen,
        facts=step.facts,
        office=step.place.office,
        line_of=step.line_of,
    )
