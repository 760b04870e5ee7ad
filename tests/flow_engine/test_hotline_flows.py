"""The flows of the hotline say what domain 9.2 to 9.4 says."""

from __future__ import annotations

from typing import Any

import pytest

from backend.flows.documents import read_flow
from backend.flows.files import DATA, read_file
from backend.flows.moves import Actor, Chosen, ClockChange
from backend.lib.problems import Refused
from tests.flow_engine.flows import CITY, COUNTY, OTHER_COUNTY, PROVINCE, Run

WHY = Chosen(remark="As it should be.")
OPERATOR, CLERK, LEADER, CITY_CLERK, CITY_LEADER, COUNTY_CLERK, HANDLER = range(11, 18)


def opened(name: str, **facts: Any) -> Run:
    """A matter of the hotline of the province."""
    known = {"named": True, "complainant_consents": True, "respondent_consents": True}
    flow = read_flow(read_file(DATA / f"hotline-{name}.toml"))
    return Run(flow, PROVINCE, **{**known, **facts})


def accepted(name: str = "complaint", **facts: Any) -> Run:
    """The same, accepted and instructed."""
    run = opened(name, **facts)
    run.decide("register", OPERATOR)
    run.decide("accept", CLERK)
    run.decide("instruct", LEADER, WHY)
    return run


def handled(name: str = "complaint", **facts: Any) -> Run:
    """The same at its handler in the county, to which it came by the city."""
    run = accepted(name, **facts)
    run.decide("dispatch", CLERK, Chosen(office=CITY))
    run.decide("dispatch", CITY_CLERK, Chosen(office=COUNTY))
    run.decide("handle", COUNTY_CLERK)
    return run


def test_a_complaint_goes_down_three_levels_and_up_again_to_its_end() -> None:
    run = handled()
    run.decide("mediate", HANDLER)
    run.decide("end-mediation", HANDLER, Chosen(remark="They agree.", ground="agreed"))
    run.decide("told", HANDLER, WHY)
    assert run.decide("approve", CITY_LEADER).office == PROVINCE
    assert run.decide("approve", LEADER).node == "call-back"
    run.decide("satisfied", OPERATOR)
    run.decide("close", CLERK)
    assert run.last.state == "closed"
    assert run.decide("archive", CLERK).outcome == "done"


def test_rule_19_acceptance_has_a_clock_from_the_start_that_the_decision_stops() -> None:
    run = opened("complaint")
    assert run.last.clocks == (ClockChange("complaint-acceptance", "start"),)
    run.decide("register", OPERATOR)
    assert run.decide("accept", CLERK).clocks == (
        ClockChange("complaint-mediation", "start"),
        ClockChange("complaint-acceptance", "stop"),
    )


def test_every_hop_keeps_the_first_clock() -> None:
    run = accepted()
    for decision, person, chosen in [
        ("dispatch", CLERK, Chosen(office=CITY)),
        ("give-back", CITY_CLERK, WHY),
        ("dispatch", CLERK, Chosen(office=CITY)),
        ("dispatch", CITY_CLERK, Chosen(office=COUNTY)),
        ("handle", COUNTY_CLERK, Chosen()),
        ("give-back", HANDLER, WHY),
        ("handle", COUNTY_CLERK, Chosen()),
    ]:
        assert run.decide(decision, person, chosen).clocks == ()
    assert run.place["clocks"] == {"complaint-mediation": "running"}


def test_a_refusal_names_a_ground_and_ends_the_clock() -> None:
    run = opened("complaint")
    run.decide("register", OPERATOR)
    with pytest.raises(Refused, match="ground-wrong"):
        run.decide("refuse", CLERK, WHY)
    move = run.decide("refuse", CLERK, Chosen(remark="Bought in 2019.", ground="too-late"))
    assert (move.outcome, move.clocks) == (
        "refused",
        (ClockChange("complaint-acceptance", "stop"),),
    )


@pytest.mark.parametrize("consent", [False, None])
def test_nobody_is_mediated_without_the_consent_of_both(consent: bool | None) -> None:
    with pytest.raises(Refused, match="not-offered"):
        handled(respondent_consents=consent).decide("mediate", HANDLER)


def test_the_time_of_testing_does_not_count() -> None:
    run = handled()
    run.decide("mediate", HANDLER)
    paused = run.decide("send-for-testing", HANDLER, WHY)
    assert paused.clocks == (ClockChange("complaint-mediation", "pause"),)
    resumed = run.decide("test-result", HANDLER, WHY)
    assert resumed.clocks == (ClockChange("complaint-mediation", "resume"),)


def test_mediation_that_runs_out_is_ended_and_both_are_told_in_time() -> None:
    run = handled()
    run.decide("mediate", HANDLER)
    move = run.pass_clock("complaint-mediation")
    assert move.node == "tell"
    assert ClockChange("mediation-end-told", "start") in move.clocks
    told = run.decide("told", HANDLER, WHY)
    assert told.clocks == (ClockChange("mediation-end-told", "stop"),)


def test_rule_22_what_is_a_report_as_well_becomes_a_matter_of_its_own() -> None:
    run = opened("complaint")
    run.decide("register", OPERATOR)
    move = run.decide("split", CLERK)
    assert (move.sub_matters, move.node) == (("hotline-report",), "classify")


def test_a_clue_found_while_mediating_becomes_a_matter_of_its_own() -> None:
    run = handled()
    run.decide("mediate", HANDLER)
    assert run.decide("report-clue", HANDLER, WHY).sub_matters == ("hotline-report",)


@pytest.mark.parametrize(
    ("decision", "chosen"),
    [("file-case", WHY), ("no-case", Chosen(remark="None.", ground="no-violation"))],
)
def test_rule_22_a_named_reporter_is_told_by_a_clock_from_the_decision(
    decision: str, chosen: Chosen
) -> None:
    run = handled("report")
    move = run.decide(decision, HANDLER, chosen)
    assert (move.node, set(move.clocks)) == (
        "tell",
        {ClockChange("clue-verification", "stop"), ClockChange("report-decision-told", "start")},
    )


def test_who_gave_no_name_is_neither_told_nor_called_back() -> None:
    run = handled("report", named=False)
    assert run.decide("file-case", HANDLER, WHY).node == "enforce"
    run.decide("feed-back", HANDLER, WHY)
    run.decide("approve", CITY_LEADER)
    assert run.decide("approve", LEADER).node == "close"


def test_an_objection_is_settled_above_with_a_clock() -> None:
    run = accepted()
    run.decide("dispatch", CLERK, Chosen(office=CITY))
    run.decide("dispatch", CITY_CLERK, Chosen(office=COUNTY))
    objected = run.decide(
        "object", COUNTY_CLERK, Chosen(office=OTHER_COUNTY, remark="The trader sits there.")
    )
    assert (objected.office, objected.clocks) == (
        CITY,
        (ClockChange("jurisdiction-dispute", "start"),),
    )
    settled = run.decide("assign", CITY_LEADER, Chosen(office=OTHER_COUNTY))
    assert (settled.office, settled.clocks) == (
        OTHER_COUNTY,
        (ClockChange("jurisdiction-dispute", "stop"),),
    )


@pytest.mark.parametrize("intervention", ["urge", "supervise"])
def test_offices_above_urge_and_supervise(intervention: str) -> None:
    run = handled()
    leader = Actor(person=LEADER, role="leader", office=PROVINCE)
    move = run.intervene(intervention, leader, WHY)
    assert (move.effects, move.node) == ((intervention,), "handle")


def test_what_is_asked_is_answered_at_once() -> None:
    assert opened("simple").decide("answer", OPERATOR, WHY).outcome == "answered"
