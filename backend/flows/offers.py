"""What may be decided where a matter stands: the buttons of whoever is asked, or stands above."""

from __future__ import annotations

from backend.flows.conditions import is_met
from backend.flows.definition import Decision, Flow, Happening, Intervention, Reach
from backend.flows.lines import is_barred
from backend.flows.moves import Actor, Facts, LineOf
from backend.flows.places import Place, Stored, read_place
from backend.flows.steps import Step, choose_branch


def decisions_offered(flow: Flow, stored: Stored, facts: Facts, line_of: LineOf) -> list[Decision]:
    """What those who are asked may decide now."""
    step = Step(flow, read_place(stored), facts, line_of)
    return [decision for decision in step.node.decisions.values() if is_offered(step, decision)]


def is_offered(step: Step, decision: Decision) -> bool:
    """Whether somebody may take this decision now."""
    facts = step.known_facts()
    if decision.is_automatic or not is_met(decision.when, facts):
        return False
    if not decision.back:
        return True
    return step.place.last_visit(choose_branch(decision.branches, facts).to) is not None


def interventions_offered(
    flow: Flow, stored: Stored, actor: Actor, facts: Facts, line_of: LineOf
) -> list[Decision]:
    """What somebody who is not asked may do now, by his role in his office."""
    step = Step(flow, read_place(stored), facts, line_of)
    return [
        intervention.decision
        for intervention in flow.interventions.values()
        if may_intervene(step, intervention, actor)
    ]


def may_intervene(step: Step, intervention: Intervention, actor: Actor) -> bool:
    """Whether the actor's role and office let him, here and now."""
    return (
        step.place.node in intervention.at
        and actor.role in intervention.roles
        and actor.office is not None
        and actor.office in _offices_within(intervention.reach, step.place, step.line_of)
        and not is_barred(step.flow, actor.office, step.facts, step.line_of)
        and is_offered(step, intervention.decision)
    )


def happenings_possible(
    flow: Flow, stored: Stored, facts: Facts, line_of: LineOf
) -> list[Decision]:
    """What may happen to the matter now without any office."""
    step = Step(flow, read_place(stored), facts, line_of)
    return [one.decision for one in flow.happenings.values() if may_happen(step, one)]


def may_happen(step: Step, happening: Happening) -> bool:
    """Whether it can happen here and now."""
    return step.place.node in happening.at and is_offered(step, happening.decision)


def _offices_within(reach: Reach, place: Place, line_of: LineOf) -> set[int]:
    if reach is Reach.FIRST:
        return {place.first}
    above = {*place.offices[:-1], *line_of(place.office)[:-1]}
    return above | {place.office} if reach is Reach.LINE else above
