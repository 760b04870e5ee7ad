"""Whether at every node somebody is asked who can always go on, or a clock or sub-matter awaited."""

from __future__ import annotations

from collections.abc import Iterator

from backend.flows.checks.ways import returns_surely
from backend.flows.definition import Ask, Decision, Flow, Mode, Node, Where

_ALWAYS_THERE = frozenset({Where.OWN, Where.SENDER, Where.FIRST})


def list_faults_of_asks(flow: Flow) -> Iterator[str]:
    """What is wrong with who is asked."""
    for name, node in flow.nodes.items():
        path = f"nodes.{name}"
        if node.is_end:
            if node.ask is not None or node.decisions:
                yield f"{path}: an end asks nobody"
        elif node.ask is None:
            if not all(decision.is_automatic for decision in node.decisions.values()):
                yield f"{path}.ask: nobody is asked for its decisions"
            if not node.decisions:
                yield f"{path}: nobody is asked, and no clock or sub-matter is awaited"
        else:
            yield from _list_faults_of_ask(flow, node, node.ask)


def _list_faults_of_ask(flow: Flow, node: Node, ask: Ask) -> Iterator[str]:
    path = f"nodes.{node.name}"
    if sum(map(bool, (ask.role, ask.person, ask.chosen))) != 1:
        yield f"{path}.ask: name one of role, person and chosen"
    if bool(ask.office) != (ask.where is Where.NAMED):
        yield f"{path}.ask.office: goes with an office that a fact names"
    if not any(_always_leads_on(flow, node, decision) for decision in node.decisions.values()):
        yield f"{path}: no decision is always offered that leads on without another office"
    if ask.mode is Mode.ANY:
        yield from _list_faults_of_single_ask(f"{path}.ask", ask)
    else:
        yield from _list_faults_of_ask_to_several(f"{path}.ask", ask)
    for name in filter(None, (ask.carried, ask.failed)):
        yield from _list_uncountable_votes(flow, node, node.decisions[name])


def _always_leads_on(flow: Flow, node: Node, decision: Decision) -> bool:
    if decision.when or decision.is_automatic or not decision.branches:
        return False
    if decision.back:
        return returns_surely(flow, node.name, decision)
    asks = [flow.nodes[branch.to].ask for branch in decision.branches]
    return all(ask is None or ask.where in _ALWAYS_THERE for ask in asks)


def _list_faults_of_single_ask(path: str, ask: Ask) -> Iterator[str]:
    if ask.ratio != (1, 1) or ask.failed:
        yield f"{path}: ratio and failed go with several people"
    if bool(ask.carried) != ask.add_signers:
        yield f"{path}.carried: goes with several people or with those who are added"


def _list_faults_of_ask_to_several(path: str, ask: Ask) -> Iterator[str]:
    if not ask.chosen:
        yield f"{path}.mode: only chosen persons can be several"
    of, all_of = ask.ratio
    if (of < all_of) != (ask.mode is Mode.RATIO) or of > all_of:
        yield f"{path}.ratio: goes with the mode ratio, and is less than all there"
    if not ask.carried or not ask.failed or ask.carried == ask.failed:
        yield f"{path}: name the decision that is carried and the one taken when it fails"


def _list_uncountable_votes(flow: Flow, node: Node, decision: Decision) -> Iterator[str]:
    path = f"nodes.{node.name}.decisions.{decision.name}"
    if decision.is_automatic or decision.when or not decision.branches:
        yield f"{path}: what is counted must lead on and be offered always"
    if decision.demands.office or decision.demands.persons:
        yield f"{path}: what is counted can choose no office or persons"
    if decision.back and not returns_surely(flow, node.name, decision):
        yield f"{path}.back: a matter may come here without having been there"
