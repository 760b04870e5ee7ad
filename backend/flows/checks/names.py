"""Whatever a flow names must exist: nodes, states, outcomes, roles, clocks, grounds and facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain

from backend.accounts.models import Role
from backend.flows.checks.walk import all_decisions
from backend.flows.conditions import facts_asked_for
from backend.flows.definition import Ask, Branch, Clocks, Condition, Decision, Flow, Node

KNOWN_BY_ITSELF = frozenset({"barred", "dispatches", "ground"})


def list_unknown_names(
    flow: Flow, *, clocks: Collection[str], flows: Collection[str]
) -> Iterator[str]:
    """What is named without being there, or is there twice or in vain."""
    yield from _list_unknown_targets(flow, "start", flow.start)
    for name, node in flow.nodes.items():
        yield from _list_unknown_names_of_node(flow, f"nodes.{name}", node)
    for path, decision in all_decisions(flow):
        yield from _list_unknown_names_of_decision(flow, path, decision)
    yield from _list_faults_of_interventions(flow)
    yield from _list_unknown_flows(flow, flows)
    yield from _list_unknown_clocks(flow, clocks)
    yield from _list_faults_of_facts(flow)
    yield from _list_useless_facts(flow)


def _list_unknown_targets(flow: Flow, path: str, branches: tuple[Branch, ...]) -> Iterator[str]:
    for branch in branches:
        if branch.to not in flow.nodes:
            yield f"{path}: {branch.to!r} is no node"
        yield from _list_unknown_facts(flow, path, branch.when)


def _list_unknown_names_of_node(flow: Flow, path: str, node: Node) -> Iterator[str]:
    if node.state not in flow.states:
        yield f"{path}.state: {node.state!r} is no state"
    if node.outcome and node.outcome not in flow.outcomes:
        yield f"{path}.outcome: {node.outcome!r} is no outcome"
    if node.ask is not None:
        yield from _list_unknown_names_of_ask(flow, path, node, node.ask)


def _list_unknown_names_of_ask(flow: Flow, path: str, node: Node, ask: Ask) -> Iterator[str]:
    if ask.role:
        yield from _list_unknown_roles(f"{path}.ask.role", (ask.role,))
    for whom, fact in (("person", ask.person), ("office", ask.office)):
        if fact and fact not in flow.facts:
            yield f"{path}.ask.{whom}: {fact!r} is no fact"
    for name in (ask.carried, ask.failed):
        if name and name not in node.decisions:
            yield f"{path}.ask: {name!r} is no decision of this node"


def _list_unknown_names_of_decision(flow: Flow, path: str, decision: Decision) -> Iterator[str]:
    yield from _list_unknown_targets(flow, f"{path}.to", decision.branches)
    yield from _list_unknown_facts(flow, f"{path}.when", decision.when)
    demands = decision.demands
    if demands.ground and demands.ground not in flow.grounds:
        yield f"{path}.demands.ground: {demands.ground!r} is no enumeration of grounds"
    for fact in demands.facts:
        if fact not in flow.facts:
            yield f"{path}.demands.facts: {fact!r} is no fact"
    opened = {kind for _, other in all_decisions(flow) for kind in other.opens}
    if decision.on_ended and decision.on_ended not in opened:
        yield f"{path}.on_ended: no decision opens a matter {decision.on_ended!r}"


def _list_unknown_roles(path: str, roles: tuple[str, ...]) -> Iterator[str]:
    for role in roles:
        if role not in Role.values:
            yield f"{path}: {role!r} is no role"


def _list_faults_of_interventions(flow: Flow) -> Iterator[str]:
    for name, intervention in flow.interventions.items():
        yield from _list_unknown_roles(f"interventions.{name}.roles", intervention.roles)
    for path, nodes, decision in flow.decisions_beside():
        for at in nodes:
            if at not in flow.nodes:
                yield f"{path}.at: {at!r} is no node"
            elif decision.name in flow.nodes[at].decisions:
                yield f"{path}: the node {at!r} has a decision of the same name"


def _list_unknown_flows(flow: Flow, flows: Collection[str]) -> Iterator[str]:
    for path, decision in all_decisions(flow):
        for opened in decision.opens:
            if opened not in flows:
                yield f"{path}.opens: {opened!r} is no flow"


def _list_unknown_clocks(flow: Flow, clocks: Collection[str]) -> Iterator[str]:
    moving = [
        *((path, decision.clocks) for path, decision in all_decisions(flow)),
        *((f"nodes.{name}", node.clocks) for name, node in flow.nodes.items()),
        *((path, Clocks(stop=(d.on_clock,))) for path, d in all_decisions(flow) if d.on_clock),
    ]
    started = set(flow.clocks.start).union(*(of.start for _, of in moving))
    for code in sorted(started.difference(clocks)):
        yield f"clocks: {code!r} is no deadline rule"
    for path, of in moving:
        for code in sorted({*of.stop, *of.pause, *of.resume} - started):
            yield f"{path}: the clock {code!r} is started nowhere"


def _list_unknown_facts(flow: Flow, path: str, condition: Condition | None) -> Iterator[str]:
    for name, values in facts_asked_for(condition or {}):
        if name in KNOWN_BY_ITSELF:
            continue
        if name not in flow.facts:
            yield f"{path}: {name!r} is no fact"
        elif known := flow.facts[name].values:
            yield from (
                f"{path}: {name!r} is never {value!r}" for value in values if value not in known
            )


def _list_faults_of_facts(flow: Flow) -> Iterator[str]:
    for name in KNOWN_BY_ITSELF & flow.facts.keys():
        yield f"facts.{name}: every flow knows it by itself"
    if flow.barred and flow.barred not in flow.facts:
        yield f"barred: {flow.barred!r} is no fact"


def _list_useless_facts(flow: Flow) -> Iterator[str]:
    used = {
        "states": {node.state for node in flow.nodes.values()},
        "outcomes": {node.outcome for node in flow.nodes.values()},
        "grounds": {decision.demands.ground for _, decision in all_decisions(flow)},
    }
    named = {"states": flow.states, "outcomes": flow.outcomes, "grounds": flow.grounds}
    yield from chain.from_iterable(
        (f"{what}.{name}: nothing uses it" for name in labels if name not in used[what])
        for what, labels in named.items()
    )
