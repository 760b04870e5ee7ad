"""The ways between the nodes of a flow: one for all decisions that lead from a node to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from backend.flows.definition import Decision, Flow


@dataclass(slots=True)
class Way:
    """What leads from one node to another; ``back`` where it leads up in the picture."""

    source: str
    target: str
    decisions: list[Decision] = field(default_factory=list)
    back: bool = False


def ways_between(flow: Flow) -> list[Way]:
    """All ways, in the order in which a matter can come to them."""
    ways: dict[tuple[str, str], Way] = {}
    for source, decision, target in _all_steps(flow):
        ways.setdefault((source, target), Way(source, target)).decisions.append(decision)
    for way in ways.values():
        way.back = all(decision.back for decision in way.decisions)
    _turn_cycles(flow, list(ways.values()))
    return list(ways.values())


def _all_steps(flow: Flow) -> Iterator[tuple[str, Decision, str]]:
    for name, node in flow.nodes.items():
        for decision in node.decisions.values():
            for branch in decision.branches:
                yield name, decision, branch.to
    for _path, nodes, decision in flow.decisions_beside():
        for at in nodes:
            for branch in decision.branches:
                yield at, decision, branch.to


def _turn_cycles(flow: Flow, ways: list[Way]) -> None:
    """Mark as leading back each way that closes a circle, so that all others lead down."""
    done: set[str] = set()
    on_the_way: set[str] = set()

    def visit(name: str) -> None:
        on_the_way.add(name)
        for way in ways:
            if way.source != name or way.back:
                continue
            if way.target in on_the_way:
                way.back = True
            elif way.target not in done:
                visit(way.target)
        on_the_way.discard(name)
        done.add(name)

    for branch in flow.start:
        visit(branch.to)
