"""Whether a flow makes sense: asked once, when it is loaded, so that no matter ever gets stuck."""

from __future__ import annotations

from collections.abc import Collection

from backend.flows.checks.asks import list_faults_of_asks
from backend.flows.checks.decisions import list_faults_of_decisions
from backend.flows.checks.names import list_unknown_names
from backend.flows.checks.ways import list_faults_of_ways
from backend.flows.definition import Flow
from backend.flows.documents import BadFlow


def check_flow(flow: Flow, *, clocks: Collection[str], flows: Collection[str]) -> None:
    """Raises BadFlow with every fault of a flow.

    ``clocks`` are the codes of the deadline rules, ``flows`` the names of those that it may open.
    """
    # What is asked of ways, asks and decisions has a meaning only where every name is known.
    faults = list(list_unknown_names(flow, clocks=clocks, flows=flows)) or [
        *list_faults_of_ways(flow),
        *list_faults_of_asks(flow),
        *list_faults_of_decisions(flow),
    ]
    if faults:
        raise BadFlow(flow.name, faults)
