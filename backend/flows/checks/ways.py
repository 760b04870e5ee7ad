"""Whether every node is reached, an end from every node, and every choice covers all cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backend.flows.checks.walk import all_decisions
from backend.flows.definition import Branch, Decision, Flow

Ways = Mapping[str, set[str]]


def list_faults_of_ways(flow: Flow) -> Iterator[str]:
    """What cannot be reached, or left, or is not decided."""
    yield from _list_open_choices("start", flow.start)
    for path, decision in all_decisions(flow):
        yield from _list_open_choices(f"{path}.to", decision.branches)
    ways = _ways_of(flow)
    reached = _reachable_from({branch.to for branch in flow.start}, ways)
    for name in flow.nodes.keys() - reached:
        yield f"nodes.{name}: nothing leads here"
    back = {name: {node for node in ways if name in ways[node]} for name in ways}
    ended = _reachable_from({name for name, node in flow.nodes.items() if node.is_end}, back)
    for name in flow.nodes.keys() - ended:
        yield f"nodes.{name}: no end can be reached from here"
    yield from _list_endless_loops(flow)


def _ways_of(flow: Flow) -> Ways:
    return {name: set(_targets_of(flow, name)) for name in flow.nodes}


def _targets_of(flow: Flow, name: str) -> Iterator[str]:
    for decision in flow.nodes[name].decisions.values():
        yield from (branch.to for branch in decision.branches)
    for _path, nodes, decision in flow.decisions_beside():
        if name in nodes:
            yield from (branch.to for branch in decision.branches)


def _reachable_from(beginnings: set[str], ways: Ways) -> set[str]:
    reached, todo = set(beginnings), list(beginnings)
    while todo:
        for name in ways[todo.pop()] - reached:
            reached.add(name)
            todo.append(name)
    return reached


def _list_open_choices(path: str, branches: tuple[Branch, ...]) -> Iterator[str]:
    if branches and branches[-1].when is not None:
        yield f"{path}: the last branch must have no condition, for all other cases"
    for branch in branches[:-1]:
        if branch.when is None:
            yield f"{path}: only the last branch may have no condition"


def _list_endless_loops(flow: Flow) -> Iterator[str]:
    ways = {
        name: {b.to for d in node.decisions.values() if d.is_automatic for b in d.branches}
        for name, node in flow.nodes.items()
    }
    for name in ways:
        if name in _reachable_from(ways[name], ways):
            yield f"nodes.{name}: clocks and sub-matters alone could lead from here to here for ever"


def returns_surely(flow: Flow, name: str, decision: Decision) -> bool:
    """Whether every way to a node comes by those to which one of its decisions goes back."""
    ways = _ways_of(flow)
    for branch in decision.branches:
        without = {one: ways[one] - {branch.to} for one in ways}
        if name in _reachable_from({first.to for first in flow.start} - {branch.to}, without):
            return False
    return True
