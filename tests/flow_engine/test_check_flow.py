"""What makes no sense is refused when it is loaded, with where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backend.flows.checks import check_flow
from backend.flows.documents import BadFlow, read_flow
from tests.flow_engine.flows import CLERK, decision, document, node

LABEL = {"zh": "标签", "en": "label"}
Change = Callable[[dict[str, Any]], Any]


def sound() -> dict[str, Any]:
    """A document in which each kind of thing is there once."""
    vote = {"chosen": True, "mode": "all", "carried": "agree", "failed": "refuse"}
    branches = [{"when": {"fact": "kind", "is": "a"}, "to": "end"}, {"to": "wait"}]
    return document(
        clocks=["days"],
        facts={"kind": ["a", "b"], "about": []},
        grounds={"refusal": {"late": LABEL}},
        nodes={
            "work": node(
                CLERK,
                sign=decision("sign", demands={"persons": [1, 3]}, revocable=True),
                send=decision("receive", demands={"office": "below"}),
                refuse=decision("end", demands={"ground": "refusal"}),
                split=decision(opens=["report"]),
                choose=decision(branches, clocks={"pause": ["days"]}),
                expire=decision("end", on_clock="days"),
            ),
            "sign": node(vote, agree=decision("end"), refuse=decision("work", back=True)),
            "receive": node({**CLERK, "where": "chosen"}, answer=decision("end")),
            "wait": node(None, go_on=decision("end", on_ended="report")),
            "end": {"label": LABEL, "state": "closed", "outcome": "done"},
        },
        interventions={
            "urge": {"roles": ["leader"], "at": ["receive"], "decision": decision()},
        },
    )


def faults_of(of: dict[str, Any], clocks: tuple[str, ...] = ("days",)) -> list[str]:
    """What is said against a document."""
    try:
        check_flow(read_flow(of), clocks=clocks, flows={"report"})
    except BadFlow as bad:
        return bad.faults
    return []


def test_a_sound_one_is_not_refused() -> None:
    assert faults_of(sound()) == []


def change(path: str, value: Any) -> Change:
    """Sets what stands at a path of names."""
    *way, last = path.split(".")

    def apply(of: dict[str, Any]) -> None:
        for name in way:
            of = of[name]
        of[last] = value

    return apply


def remove(path: str) -> Change:
    """Removes what stands at a path of names."""
    *way, last = path.split(".")

    def apply(of: dict[str, Any]) -> None:
        for name in way:
            of = of[name]
        del of[last]

    return apply


W, D = "nodes.work", "nodes.work.decisions"
ROUND = node(CLERK, again=decision("loop"))

FAULTS: list[tuple[Change, str]] = [
    (change("start", "nowhere"), "start: 'nowhere' is no node"),
    (change("start", "end"), "start: 'end' is an end"),
    (
        change("start", "receive"),
        "start: at 'receive' the office that opens the matter must be asked",
    ),
    (
        change("nodes.receive.ask", {**CLERK, "where": "named", "office": "who"}),
        "nodes.receive.ask.office: 'who' is no fact",
    ),
    (
        change("nodes.receive.ask", {**CLERK, "where": "named"}),
        "nodes.receive.ask.office: goes with an office that a fact names",
    ),
    (
        change("nodes.receive.ask", {**CLERK, "where": "named", "office": "about"}),
        "nodes.work.decisions.send.demands.facts: the next node asks the office of 'about'",
    ),
    (change(f"{D}.send.to", "nowhere"), "nodes.work.decisions.send.to: 'nowhere' is no node"),
    (change(f"{W}.state", "odd"), "nodes.work.state: 'odd' is no state"),
    (change("nodes.end.outcome", "odd"), "nodes.end.outcome: 'odd' is no outcome"),
    (change("states.odd", LABEL), "states.odd: nothing uses it"),
    (change("outcomes.odd", LABEL), "outcomes.odd: nothing uses it"),
    (change("grounds.odd", {"a": LABEL}), "grounds.odd: nothing uses it"),
    (change(f"{W}.ask.role", "pope"), "nodes.work.ask.role: 'pope' is no role"),
    (change(f"{W}.ask", {"person": "who"}), "nodes.work.ask.person: 'who' is no fact"),
    (
        change("interventions.urge.roles", ["pope"]),
        "interventions.urge.roles: 'pope' is no role",
    ),
    (change("interventions.urge.at", ["x"]), "interventions.urge.at: 'x' is no node"),
    (
        change("interventions.urge.at", ["end"]),
        "interventions.urge.at: nothing is done at an end",
    ),
    (
        change("interventions.answer", {"roles": ["leader"], "at": ["receive"], "decision": decision()}),
        "interventions.answer: the node 'receive' has a decision of the same name",
    ),
    (
        change("interventions.urge.decision", decision("end", on_clock="days")),
        "interventions.urge: somebody takes it, not a clock or a sub-matter",
    ),
    (change("clocks", ["months"]), "clocks: 'months' is no deadline rule"),
    (
        change(f"{D}.choose.clocks", {"stop": ["hours"]}),
        "nodes.work.decisions.choose: the clock 'hours' is started nowhere",
    ),
    (
        change(f"{D}.refuse.demands.ground", "odd"),
        "nodes.work.decisions.refuse.demands.ground: 'odd' is no enumeration of grounds",
    ),
    (
        change(f"{D}.refuse.demands.facts", ["odd"]),
        "nodes.work.decisions.refuse.demands.facts: 'odd' is no fact",
    ),
    (
        change(f"{D}.refuse.when", {"fact": "odd", "is": 1}),
        "nodes.work.decisions.refuse.when: 'odd' is no fact",
    ),
    (
        change(f"{D}.refuse.when", {"not": {"all": [{"fact": "kind", "in": ["a", "z"]}]}}),
        "nodes.work.decisions.refuse.when: 'kind' is never 'z'",
    ),
    (change("facts.ground", []), "facts.ground: every flow knows it by itself"),
    (change("barred", "odd"), "barred: 'odd' is no fact"),
    (
        remove(f"{D}.split.opens"),
        "nodes.wait.decisions.go-on.on_ended: no decision opens a matter 'report'",
    ),
    (
        change("nodes.sign.ask.carried", "odd"),
        "nodes.sign.ask: 'odd' is no decision of this node",
    ),
    (remove(f"{D}.send"), "nodes.receive: nothing leads here"),
    (
        change("nodes.loop", ROUND),
        "nodes.loop: nothing leads here",
    ),
    (
        change("nodes.receive.decisions.answer.to", "receive"),
        "nodes.receive: no end can be reached from here",
    ),
    (
        change(f"{D}.choose.to", [{"when": {"fact": "kind", "is": "a"}, "to": "end"}] * 2),
        "nodes.work.decisions.choose.to: the last branch must have no condition, for all other cases",
    ),
    (
        change(f"{D}.choose.to", [{"to": "wait"}, {"to": "end"}]),
        "nodes.work.decisions.choose.to: only the last branch may have no condition",
    ),
    (
        change("nodes.wait.decisions.again", decision("wait", on_clock="days")),
        "nodes.wait: clocks and sub-matters alone could lead from here to here for ever",
    ),
    (
        change("nodes.wait.decisions.sign", decision("sign", demands={"persons": [1, 2]})),
        "nodes.wait.ask: nobody is asked for its decisions",
    ),
    (remove("nodes.receive.ask"), "nodes.receive.ask: nobody is asked for its decisions"),
    (remove("nodes.wait.decisions"), "nodes.wait: nobody is asked, and no clock or sub-matter is awaited"),
    (change("nodes.end.ask", CLERK), "nodes.end: an end asks nobody"),
    (change(f"{W}.ask.chosen", True), "nodes.work.ask: name one of role, person and chosen"),
    (
        change("nodes.receive.decisions.answer.when", {"fact": "kind", "is": "a"}),
        "nodes.receive: no decision is always offered that leads on without another office",
    ),
    (
        change("nodes.receive.decisions.answer", decision("receive", demands={"office": "below"})),
        "nodes.receive: no decision is always offered that leads on without another office",
    ),
    (change(f"{W}.ask.failed", "refuse"), "nodes.work.ask: ratio and failed go with several people"),
    (
        change(f"{W}.ask.add_signers", True),
        "nodes.work.ask.carried: goes with several people or with those who are added",
    ),
    (
        change("nodes.sign.ask", {**CLERK, "mode": "all", "carried": "agree", "failed": "refuse"}),
        "nodes.sign.ask.mode: only chosen persons can be several",
    ),
    (
        change("nodes.sign.ask.ratio", [1, 2]),
        "nodes.sign.ask.ratio: goes with the mode ratio, and is less than all there",
    ),
    (
        remove("nodes.sign.ask.failed"),
        "nodes.sign.ask: name the decision that is carried and the one taken when it fails",
    ),
    (
        change("nodes.sign.decisions.agree.when", {"fact": "kind", "is": "a"}),
        "nodes.sign.decisions.agree: what is counted must lead on and be offered always",
    ),
    (
        change("nodes.sign.decisions.agree", decision("receive", demands={"office": "below"})),
        "nodes.sign.decisions.agree: what is counted can choose no office or persons",
    ),
    (
        change("nodes.sign.decisions.refuse.to", "receive"),
        "nodes.sign.decisions.refuse.back: a matter may come here without having been there",
    ),
    (
        remove(f"{D}.send.demands"),
        "nodes.work.decisions.send.demands.office: the next node asks a chosen office",
    ),
    (
        change(f"{D}.refuse.demands.office", "below"),
        "nodes.work.decisions.refuse.demands.office: no next node asks a chosen office",
    ),
    (
        remove(f"{D}.sign.demands"),
        "nodes.work.decisions.sign.demands.persons: goes with a next node that asks chosen persons",
    ),
    (
        change(f"{D}.sign.demands.persons", [3, 1]),
        "nodes.work.decisions.sign.demands.persons: the least number is above the most",
    ),
    (
        change("nodes.receive.ask", {"person": "about", "where": "chosen"}),
        "nodes.work.decisions.send.demands.facts: the next node asks the person of 'about'",
    ),
    (
        change(f"{D}.expire.on_ended", "report"),
        "nodes.work.decisions.expire: a clock or a sub-matter takes it, not both",
    ),
    (
        change(f"{D}.expire.demands", {"remark": True}),
        "nodes.work.decisions.expire: what nobody takes can demand nothing, depend on nothing and not go back",
    ),
    (remove(f"{D}.expire.to"), "nodes.work.decisions.expire: what nobody takes must lead somewhere"),
    (change(f"{D}.split.back", True), "nodes.work.decisions.split.back: leads nowhere"),
    (
        change(f"{D}.sign.clocks", {"pause": ["days"]}),
        "nodes.work.decisions.sign.revocable: clocks and matters that it opens cannot be taken back",
    ),
    (
        change(f"{D}.refuse.revocable", True),
        "nodes.work.decisions.refuse.revocable: what leads nowhere or to an end cannot be taken back",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change_it", "fault"), FAULTS, ids=[fault for _, fault in FAULTS])
def test_a_fault_is_named_with_its_place(change_it: Change, fault: str) -> None:
    of = sound()
    change_it(of)
    assert fault in faults_of(of)


def test_all_faults_are_told_at_once() -> None:
    of = sound()
    change(f"{W}.ask.role", "pope")(of)
    change("clocks", ["months"])(of)
    assert len(faults_of(of)) >= 2


@pytest.mark.parametrize(
    ("change_it", "fault"),
    [
        (change(f"{D}.send.tto", "end"), "$.nodes.work.decisions.send: Additional properties are not allowed ('tto' was unexpected)"),
        (remove("nodes.end.label.zh"), "$.nodes.end.label: 'zh' is a required property"),
        (change(f"{D}.refuse.when", {"fact": "kind"}), "$.nodes.work.decisions.refuse.when"),
        (change("nodes.Work", CLERK), "$.nodes"),
        (change("nodes." + "w" * 33, {"label": LABEL, "state": "closed", "outcome": "done"}), "$.nodes"),
    ],
)  # fmt: skip
def test_another_form_is_refused_with_its_place(change_it: Change, fault: str) -> None:
    of = sound()
    change_it(of)
    assert any(told.startswith(fault) for told in faults_of(of))
