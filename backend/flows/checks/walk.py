"""The decisions of a flow with where they stand in its document."""

from __future__ import annotations

from collections.abc import Iterator

from backend.flows.definition import Decision, Flow


def decisions_of_nodes(flow: Flow) -> Iterator[tuple[str, str, Decision]]:
    """Each decision with its path and the name of its node."""
    for name, node in flow.nodes.items():
        for key, decision in node.decisions.items():
            yield f"nodes.{name}.decisions.{key}", name, decision


def all_decisions(flow: Flow) -> Iterator[tuple[str, Decision]]:
    """Each decision with its path, those of people who are not asked among them."""
    for path, _, decision in decisions_of_nodes(flow):
        yield path, decision
    for path, _nodes, decision in flow.decisions_beside():
        yield f"{path}.decision", decision
