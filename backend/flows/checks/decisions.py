"""Whether each decision demands what its target needs, and can do what it says."""

from __future__ import annotations

from collections.abc import Iterator

from backend.flows.checks.walk import all_decisions
from backend.flows.conditions import facts_asked_for
from backend.flows.definition import Ask, Clocks, Decision, Demands, Flow, Where

_NEEDS_OFFICE = frozenset({Where.CHOSEN, Where.COMMON})
_KNOWN_AT_START = frozenset({Where.OWN, Where.NAMED})


def list_faults_of_decisions(flow: Flow) -> Iterator[str]:
    """What is wrong with decisions."""
    yield from _list_faults_of_start(flow)
    for path, decision in all_decisions(flow):
        yield from _list_unmet_needs(flow, path, decision)
        yield from _list_faults_of_backdating(path, decision)
        if decision.is_automatic:
            yield from _list_faults_of_automatic(path, decision)
        if decision.back:
            yield from _list_faults_of_return(path, decision)
        if decision.revocable:
            yield from _list_faults_of_revocation(flow, path, decision)
    for path, nodes, decision in flow.decisions_beside():
        if decision.is_automatic:
            yield f"{path}: somebody takes it, not a clock or a sub-matter"
        if any(flow.nodes[at].is_end for at in nodes):
            yield f"{path}.at: nothing is done at an end"


def _list_faults_of_start(flow: Flow) -> Iterator[str]:
    for branch in flow.start:
        node = flow.nodes[branch.to]
        if node.is_end:
            yield f"start: {branch.to!r} is an end"
        elif node.ask is not None and (node.ask.where not in _KNOWN_AT_START or node.ask.chosen):
            yield f"start: at {branch.to!r} the office that opens the matter must be asked"


def _list_unmet_needs(flow: Flow, path: str, decision: Decision) -> Iterator[str]:
    asks = [flow.nodes[branch.to].ask for branch in decision.branches if not decision.back]
    needs_office = any(ask is not None and ask.where in _NEEDS_OFFICE for ask in asks)
    needs_persons = any(ask is not None and ask.chosen for ask in asks)
    if needs_office and decision.demands.office is None:
        yield f"{path}.demands.office: the next node asks a chosen office"
    if not needs_office and decision.demands.office is not None:
        yield f"{path}.demands.office: no next node asks a chosen office"
    for whom, fact in sorted({fact for ask in asks if ask for fact in _facts_behind(ask)}):
        if fact not in decision.demands.facts:
            yield f"{path}.demands.facts: the next node asks the {whom} of {fact!r}"
    if needs_persons != bool(decision.demands.persons):
        yield f"{path}.demands.persons: goes with a next node that asks chosen persons"
    if decision.demands.persons and decision.demands.persons[0] > decision.demands.persons[1]:
        yield f"{path}.demands.persons: the least number is above the most"


def _facts_behind(ask: Ask) -> list[tuple[str, str]]:
    """The facts that say whom a node asks, each with what it holds."""
    named = [("person", ask.person), ("office", ask.office)]
    return [(whom, fact) for whom, fact in named if fact]


def _list_faults_of_automatic(path: str, decision: Decision) -> Iterator[str]:
    if decision.on_clock and decision.on_ended:
        yield f"{path}: a clock or a sub-matter takes it, not both"
    if decision.demands != Demands() or decision.when or decision.back or decision.revocable:
        yield f"{path}: what nobody takes can demand nothing, depend on nothing and not go back"
    if not decision.branches:
        yield f"{path}: what nobody takes must lead somewhere"


def _list_faults_of_backdating(path: str, decision: Decision) -> Iterator[str]:
    if decision.clocks.backdated and not decision.on_clock:
        yield f"{path}.clocks.backdated: goes with what a passed clock decides"


def _list_faults_of_return(path: str, decision: Decision) -> Iterator[str]:
    if not decision.branches:
        yield f"{path}.back: leads nowhere"
    for branch in decision.branches:
        if "ground" in dict(facts_asked_for(branch.when or {})):
            yield f"{path}.to: whether it can go back must be known before the ground is given"


def _list_faults_of_revocation(flow: Flow, path: str, decision: Decision) -> Iterator[str]:
    if decision.clocks != Clocks() or decision.opens:
        yield f"{path}.revocable: clocks and matters that it opens cannot be taken back"
    if not decision.branches or any(flow.nodes[b.to].is_end for b in decision.branches):
        yield f"{path}.revocable: what leads nowhere or to an end cannot be taken back"
