"""What whom the matter concerns does, and what a passed clock starts backdated."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.flows.checks import check_flow
from backend.flows.documents import BadFlow, read_flow
from backend.flows.files import read_file
from backend.flows.moves import Chosen
from backend.lib.problems import Refused
from tests.flow_engine.flows import CLERK, END, Run, decision, document, flow_of, node

HAPPENINGS = {
    "leave": {"at": ["wait"], "decision": decision("end", demands={"remark": True})},
    "note": {"at": ["work", "wait"], "decision": decision(when={"fact": "odd", "is": True})},
}
NODES = {
    "work": node(CLERK, ask_more=decision("wait"), finish=decision("end")),
    "wait": node(CLERK, finish=decision("end")),
}


def run_of() -> Run:
    return Run(flow_of(nodes=NODES, facts={"odd": []}, happenings=HAPPENINGS), odd=False)


def test_it_happens_where_the_flow_says_and_ends_what_was_asked():
    run = run_of()
    with pytest.raises(Refused) as refused:
        run.happen("leave", Chosen(remark="why"))
    assert refused.value.code == "not-offered"
    run.decide("ask-more")
    assert run.happenings_possible() == ["leave"]
    with pytest.raises(Refused) as refused:
        run.happen("leave")
    assert refused.value.code == "remark-missing"
    move = run.happen("leave", Chosen(remark="why"))
    assert (move.outcome, run.open) == ("done", {})


def test_what_hangs_on_a_fact_happens_by_it_alone_and_leaves_the_matter_where_it_is():
    run = run_of()
    with pytest.raises(Refused):
        run.happen("note")
    run.facts["odd"] = True
    assert run.happen("note").node == "work"
    assert len(run.open) == 1
    with pytest.raises(Refused):
        run.happen("nothing-of-the-kind")


@pytest.mark.parametrize(
    ("at", "of"),
    [
        (["nowhere"], decision("end")),
        (["end"], decision("wait")),
        (["work"], decision("end", on_clock="days")),
    ],
)
def test_a_happening_that_makes_no_sense_is_refused(at, of):
    flow = read_flow(document(
        nodes={**NODES, "end": END}, happenings={"leave": {"at": at, "decision": of}},
        clocks=["days"],
    ))  # fmt: skip
    with pytest.raises(BadFlow):
        check_flow(flow, clocks={"days"}, flows=set())


def test_what_a_passed_clock_starts_may_be_backdated_and_nothing_else():
    lapse = decision("wait", on_clock="days", clocks={"start": ["told"], "backdated": True})
    nodes = {"work": node(CLERK, finish=decision("end"), lapse=lapse), "wait": NODES["wait"]}
    run = Run(flow_of(nodes=nodes, clocks=["days"]))
    [change] = run.pass_clock("days").clocks
    assert (change.code, change.change, change.backdated) == ("told", "start", True)
    nodes["work"]["decisions"]["lapse"].pop("on_clock")
    with pytest.raises(BadFlow):
        flow_of(nodes=nodes, clocks=["days"])


def test_a_file_fills_in_the_words_that_its_base_leaves_open(tmp_path: Path):
    (tmp_path / "bases").mkdir()
    (tmp_path / "bases" / "open.toml").write_text('clocks = ["$decision"]\nplain = "text"\n')
    filled = tmp_path / "filled.toml"
    filled.write_text('base = "open"\nwords = {decision = "days"}\n')
    assert read_file(filled) == {"clocks": ["days"], "plain": "text"}
    filled.write_text('base = "open"\n')
    with pytest.raises(KeyError):
        read_file(filled)
