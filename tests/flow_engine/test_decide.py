"""What may be decided, what it demands, where it leads; clocks and sub-matters."""

from __future__ import annotations

from typing import Any

import pytest

from backend.flows.moves import NOTHING, Chosen, ClockChange
from backend.lib.problems import Refused
from tests.flow_engine.flows import CLERK, Run, decision, flow_of, node

LABEL = {"zh": "理由", "en": "ground"}


def of(name: str = "go", **members: Any) -> Run:
    """A matter at a node with one decision of these members, besides finishing."""
    shown = {key: members.pop(key) for key in ("facts", "grounds") if key in members}
    known = members.pop("known", {})
    nodes = {"work": node(CLERK, finish=decision("end"), **{name: decision("end", **members)})}
    return Run(flow_of(nodes=nodes, **shown), **known)


def refused(run: Run, chosen: Chosen = NOTHING) -> tuple[str, str | None]:
    """How ``go`` is refused."""
    with pytest.raises(Refused) as refusal:
        run.decide("go", chosen=chosen)
    return refusal.value.code, refusal.value.field


def test_a_remark_is_demanded() -> None:
    run = of(demands={"remark": True})
    assert refused(run, Chosen(remark="  ")) == ("remark-missing", "remark")
    assert run.decide("go", chosen=Chosen(remark="Because.")).outcome == "done"


@pytest.mark.parametrize("ground", ["", "weather"])
def test_a_ground_is_one_of_its_enumeration(ground: str) -> None:
    run = of(demands={"ground": "refusal"}, grounds={"refusal": {"too-old": LABEL}})
    assert refused(run, Chosen(ground=ground)) == ("ground-wrong", "ground")
    assert run.decide("go", chosen=Chosen(ground="too-old")).outcome == "done"


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        (Chosen(ground="too-old"), "ground-wrong"),
        (Chosen(office=4), "office-wrong"),
        (Chosen(persons=(4,)), "persons-wrong"),
    ],
)
def test_nothing_is_given_that_is_not_demanded(chosen: Chosen, code: str) -> None:
    assert refused(of(), chosen)[0] == code


@pytest.mark.parametrize("known", [{}, {"amount": None}, {"amount": ""}])
def test_a_fact_is_demanded(known: dict[str, Any]) -> None:
    demands = {"facts": ["amount"]}
    assert refused(of(demands=demands, facts={"amount": []}, known=known)) == (
        "fact-missing",
        "amount",
    )
    run = of(demands=demands, facts={"amount": []}, known={"amount": 0})
    assert run.decide("go").outcome == "done"


@pytest.mark.parametrize(
    ("condition", "known", "offered"),
    [
        ({"fact": "kind", "is": "report"}, {"kind": "report"}, True),
        ({"fact": "kind", "is": "report"}, {"kind": "praise"}, False),
        ({"fact": "kind", "is": "report"}, {}, False),
        ({"fact": "kind", "is": None}, {}, True),
        ({"fact": "kind", "in": ["a", "b"]}, {"kind": "b"}, True),
        ({"fact": "kind", "in": ["a", "b"]}, {"kind": "c"}, False),
        ({"fact": "sum", "least": 10}, {"sum": 10}, True),
        ({"fact": "sum", "least": 10}, {"sum": 9.5}, False),
        ({"fact": "sum", "least": 10}, {}, False),
        ({"fact": "sum", "least": 10}, {"sum": "10"}, False),
        ({"not": {"fact": "kind", "is": "a"}}, {"kind": "a"}, False),
        ({"all": [{"fact": "kind", "is": "a"}, {"fact": "sum", "is": 1}]}, {"kind": "a"}, False),
        ({"any": [{"fact": "kind", "is": "a"}, {"fact": "sum", "is": 1}]}, {"kind": "a"}, True),
        ({"fact": "dispatches", "is": 0}, {}, True),
    ],
)
def test_a_decision_is_offered_where_its_condition_holds(
    condition: dict[str, Any], known: dict[str, Any], offered: bool
) -> None:
    run = of(when=condition, facts={"kind": [], "sum": []}, known=known)
    assert ("go" in [one.name for one in run.offered()]) is offered
    if offered:
        assert run.decide("go").outcome == "done"
    else:
        assert refused(run) == ("not-offered", None)


def test_what_the_node_does_not_know_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        of().decide("fly")
    assert (refusal.value.code, refusal.value.status) == ("not-offered", 409)


def test_the_ground_chooses_the_way() -> None:
    branches = [{"when": {"fact": "ground", "is": "late"}, "to": "tell"}, {"to": "end"}]
    flow = flow_of(
        grounds={"refusal": {"late": LABEL, "other": LABEL}},
        nodes={
            "work": node(
                CLERK, go=decision(branches, demands={"ground": "refusal"}), finish=decision("end")
            ),
            "tell": node(CLERK, finish=decision("end")),
        },
    )
    assert Run(flow).decide("go", chosen=Chosen(ground="late")).node == "tell"
    assert Run(flow).decide("go", chosen=Chosen(ground="other")).node == "end"


def test_it_goes_back_only_where_it_stood() -> None:
    nodes = {
        "work": node(CLERK, go=decision("more"), skip=decision("last")),
        "more": node(CLERK, go=decision("last")),
        "last": node(CLERK, back=decision("more", back=True), finish=decision("end")),
    }
    flow = flow_of(nodes=nodes)
    run = Run(flow)
    run.decide("skip")
    assert [one.name for one in run.offered()] == ["finish"]
    with pytest.raises(Refused, match="not-offered"):
        run.decide("back")
    run = Run(flow)
    run.decide("go")
    run.decide("go")
    assert run.decide("back").node == "more"


def test_a_person_whom_a_fact_names_is_asked() -> None:
    nodes = {
        "work": node(CLERK, go=decision("sign", demands={"facts": ["drafter"]}), x=decision("end")),
        "sign": node({"person": "drafter"}, finish=decision("end")),
    }
    run = Run(flow_of(nodes=nodes, facts={"drafter": []}), drafter=31)
    run.decide("go")
    assert run.asked() == [31]


def test_an_end_asks_nobody() -> None:
    run = of()
    run.decide("finish")
    assert run.open == {}
    assert run.offered() == []


def test_a_second_click_is_no_longer_asked() -> None:
    nodes = {"work": node(CLERK, go=decision("more")), "more": node(CLERK, go=decision("end"))}
    run = Run(flow_of(nodes=nodes))
    key = run.key()
    run.decide("go")
    with pytest.raises(Refused) as refusal:
        run.decide("go", ask=key)
    assert (refusal.value.code, refusal.value.status) == ("not-asked", 409)


def clocked() -> Run:
    """A matter with a clock from its start, and one that paces mediation."""
    return Run(
        flow_of(
            clocks=["acceptance"],
            nodes={
                "work": node(
                    CLERK,
                    accept=decision("mediate", clocks={"stop": ["acceptance"], "start": ["days"]}),
                    finish=decision("end"),
                ),
                "mediate": node(
                    CLERK,
                    pause=decision(clocks={"pause": ["days"]}),
                    resume=decision(clocks={"resume": ["days"]}),
                    again=decision("mediate", clocks={"start": ["days"]}),
                    settle=decision("end"),
                    expire=decision("tell", on_clock="days", clocks={"start": ["told"]}),
                ),
                "tell": node(CLERK, finish=decision("end")),
            },
        )
    )


def test_clocks_start_stop_pause_and_resume() -> None:
    run = clocked()
    assert run.last.clocks == (ClockChange("acceptance", "start"),)
    move = run.decide("accept")
    assert set(move.clocks) == {ClockChange("acceptance", "stop"), ClockChange("days", "start")}
    assert run.decide("pause").clocks == (ClockChange("days", "pause"),)
    assert run.decide("pause").clocks == ()
    assert run.decide("resume").clocks == (ClockChange("days", "resume"),)
    assert run.decide("settle").clocks == (ClockChange("days", "drop"),)


def test_the_first_clock_counts() -> None:
    run = clocked()
    run.decide("accept")
    assert run.decide("again").clocks == ()


def test_a_clock_that_passes_decides_where_the_flow_says_so() -> None:
    run = clocked()
    run.decide("accept")
    move = run.pass_clock("days")
    assert (move.node, move.effects, len(move.withdrawn)) == ("tell", ("expire",), 1)


def test_a_clock_that_passed_before_decides_on_arrival() -> None:
    flow = flow_of(
        clocks=["days"],
        nodes={
            "work": node(CLERK, go=decision("mediate")),
            "mediate": node(
                CLERK, settle=decision("end"), expire=decision("tell", on_clock="days")
            ),
            "tell": node(CLERK, finish=decision("end")),
        },
    )
    run = Run(flow)
    assert run.pass_clock("days").node == "work"
    move = run.decide("go")
    assert (move.node, move.effects, len(move.opens)) == ("tell", ("go", "expire"), 1)


@pytest.mark.parametrize("before", [["accept", "pause"], ["finish"], []])
def test_a_clock_that_does_not_run_does_not_pass(before: list[str]) -> None:
    run = clocked()
    for name in before:
        run.decide(name)
    with pytest.raises(Refused, match="clock-not-running"):
        run.pass_clock("days")


def test_nobody_takes_what_a_clock_takes() -> None:
    run = clocked()
    run.decide("accept")
    assert "expire" not in [one.name for one in run.offered()]
    with pytest.raises(Refused, match="not-offered"):
        run.decide("expire")


def splitting() -> Run:
    """A matter that opens two others and waits for them."""
    return Run(
        flow_of(
            nodes={
                "work": node(
                    CLERK,
                    split=decision(opens=["report"]),
                    wait=decision("wait"),
                    finish=decision("end"),
                ),
                "wait": node(None, go_on=decision("tell", on_ended="report")),
                "tell": node(CLERK, finish=decision("end")),
            }
        )
    )


def test_a_sub_matter_is_opened_and_awaited() -> None:
    run = splitting()
    assert run.decide("split").sub_matters == ("report",)
    run.decide("split")
    assert run.decide("wait").node == "wait"
    assert run.open == {}
    assert run.end_sub_matter("report").node == "wait"
    assert run.end_sub_matter("report").node == "tell"


def test_what_has_ended_already_is_not_awaited() -> None:
    run = splitting()
    run.decide("split")
    run.end_sub_matter("report")
    assert run.decide("wait").effects == ("wait", "go-on")
    with pytest.raises(Refused, match="no-sub-matter"):
        run.end_sub_matter("report")
