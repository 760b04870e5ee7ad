"""What an inspection must fit: kind, words, grade, re-inspection, notice and stated date."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.field_knowledge import FieldKnowledge
from backend.units.filing import file_record
from backend.units.models import Inspection
from tests.units.filing import clocks, day, inspect, put_in_use, register
from tests.world import make_unit


def refusal(call, *args, **more) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    return caught.value.code


def vessel(world):
    unit = make_unit("2150", world.lixia, device_code="21501088920190009")
    put_in_use(world, unit, "2020-05-20", "容15鲁A00001(20)")
    return unit


@pytest.mark.parametrize(
    ("kind", "conclusion", "more", "code"),
    [
        ("external", "pass", {}, "kind-unfit"),
        ("annual", "conforms", {}, "kind-unfit"),
        ("periodic", "conforms", {}, "conclusion-unfit"),
        ("periodic", "not_conforms", {}, "conclusion-unfit"),
        ("periodic", "pass", {"safety_grade": 2}, "grade-unfit"),
        ("periodic", "repass", {}, "repeats-nothing"),
        ("periodic", "refail", {}, "repeats-nothing"),
    ],
)
def test_an_inspection_that_does_not_fit_a_lift_is_refused(world, kind, conclusion, more, code):
    put_in_use(world, world.lift, "2024-05-20")
    assert refusal(inspect, world, world.lift, "2025-05-10", kind, conclusion, **more) == code


def test_a_boiler_concludes_in_its_own_words(world):
    put_in_use(world, world.boiler, "2024-05-20", "锅10鲁A00001(24)")
    assert refusal(inspect, world, world.boiler, "2025-05-10", "periodic", "pass") == "kind-unfit"
    assert (
        refusal(inspect, world, world.boiler, "2025-05-10", "internal", "pass")
        == "conclusion-unfit"
    )
    inspect(world, world.boiler, "2025-05-10", "internal", "basically")


def test_only_the_failed_inspection_of_the_same_kind_is_repeated(world):
    put_in_use(world, world.lift, "2023-05-20")
    inspect(world, world.lift, "2025-05-10", "self_detection", "fail")
    assert refusal(inspect, world, world.lift, "2025-05-12", "periodic", "repass") == (
        "repeats-nothing"
    )
    inspect(world, world.lift, "2025-05-12", "self_detection", "repass")


def test_who_was_there_is_flagged_and_not_refused(world):
    put_in_use(world, world.lift, "2024-05-20")
    afield = FieldKnowledge(since=clock.now() - dt.timedelta(days=9))
    wrong = Inspection(happened_on=day("2025-05-10"), kind="periodic", conclusion="conforms")
    file_record(actor=world.ou, unit=world.lift, record=wrong, field_knowledge=afield)
    assert afield.overlooked == ["conclusion-unfit"]


def test_a_failure_is_taken_whenever_it_was_found_and_only_a_pass_is_too_early(world):
    put_in_use(world, world.lift, "2024-05-20")
    assert refusal(inspect, world, world.lift, "2024-12-10") == "too-early"
    inspect(world, world.lift, "2024-12-10", conclusion="fail")
    assert world.lift.held_from == day("2024-12-10")
    inspect(world, world.lift, "2024-12-20", conclusion="repass")
    assert world.lift.held_from is None


# The date that the body states


@pytest.mark.parametrize("unit", ["lift", "crane", "vessel"])
def test_an_earlier_stated_date_holds_for_every_kind(world, unit):
    if unit == "vessel":
        found, word, grade = vessel(world), "conforms", 2
    else:
        word, grade = "pass", None
        found = world.lift if unit == "lift" else make_unit("4110", world.lixia)
        put_in_use(world, found, "2024-05-20")
    stated = day("2025-11-15")
    inspect(world, found, "2025-05-10", conclusion=word, safety_grade=grade, stated_next_on=stated)
    assert clocks(found)["periodic"] == "2025-11-30"


def test_a_later_date_than_the_rule_allows_is_refused_with_the_rule(world):
    put_in_use(world, world.lift, "2024-05-20")
    with pytest.raises(Refused) as caught:
        inspect(world, world.lift, "2025-05-10", stated_next_on=day("2028-06-01"))
    assert caught.value.code == "stated-too-late"
    assert caught.value.extra["latest"] == "2028-05-31"
    inspect(world, world.lift, "2025-05-10", stated_next_on=day("2028-05-31"))


def test_a_vessel_of_grade_4_states_no_date_after_its_watch(world):
    more = {"conclusion": "basically", "safety_grade": 4, "monitored_months": 12}
    late = refusal(
        inspect, world, vessel(world), "2024-05-10", stated_next_on=day("2025-06-01"), **more
    )
    assert late == "stated-too-late"


@pytest.mark.parametrize("stated", ["2025-05-09", "2025-05-10"])
def test_a_date_before_the_inspection_is_refused(world, stated):
    put_in_use(world, world.lift, "2024-05-20")
    refused = refusal(inspect, world, world.lift, "2025-05-10", stated_next_on=day(stated))
    assert refused == "stated-too-early"


# Opinion notices


def noticed(world, on: str = "2025-05-10"):
    put_in_use(world, world.lift, "2024-05-20")
    return inspect(world, world.lift, on, conclusion="fail", opinion_notice_no="YJ-1")


def test_an_open_notice_blocks_a_later_pass_with_or_without_its_number(world):
    noticed(world)
    for number in ("", "YJ-1", "YJ-2"):
        refused = refusal(
            inspect, world, world.lift, "2025-05-20", conclusion="repass", opinion_notice_no=number
        )
        assert refused == "open-opinion-notice"
    inspect(
        world, world.lift, "2025-05-20", conclusion="repass", opinion_notice_no="YJ-1",
        opinion_answered_on=day("2025-05-18"),
    )  # fmt: skip
    assert world.lift.held_from is None


def test_a_notice_is_answered_neither_before_it_was_given_nor_in_the_future(world):
    noticed(world)
    tomorrow = clock.today() + dt.timedelta(days=1)
    for answered, code in (
        (day("2025-05-09"), "answered-too-early"), (tomorrow, "in-the-future"),
    ):  # fmt: skip
        refused = refusal(
            inspect, world, world.lift, "2025-05-20", conclusion="repass", opinion_notice_no="YJ-1",
            opinion_answered_on=answered,
        )  # fmt: skip
        assert refused == code


def test_the_notice_of_a_pass_itself_is_answered(world):
    put_in_use(world, world.lift, "2024-05-20")
    refused = refusal(inspect, world, world.lift, "2025-05-20", opinion_notice_no="YJ-1")
    assert refused == "open-opinion-notice"


def test_an_answer_names_its_notice(world):
    put_in_use(world, world.lift, "2024-05-20")
    refused = refusal(
        inspect, world, world.lift, "2025-05-20", opinion_answered_on=day("2025-05-20")
    )
    assert refused == "no-opinion-notice"


def test_who_was_there_has_no_answer_of_a_day_to_come_either(world):
    noticed(world)
    again = Inspection(
        happened_on=day("2025-05-20"), kind="periodic", conclusion="repass",
        opinion_notice_no="YJ-1", opinion_answered_on=clock.today() + dt.timedelta(days=1),
    )  # fmt: skip
    afield = FieldKnowledge(since=clock.now() - dt.timedelta(days=9))
    with pytest.raises(Refused) as refused:
        file_record(actor=world.ou, unit=world.lift, record=again, field_knowledge=afield)
    assert refused.value.code == "in-the-future"


def test_a_corrected_notice_that_was_answered_blocks_nothing(world):
    first = noticed(world)
    right = Inspection(
        happened_on=day("2025-05-10"), kind="periodic", conclusion="fail", opinion_notice_no="YJ-1",
        opinion_answered_on=day("2025-05-15"),
    )  # fmt: skip
    file_record(actor=world.ou, unit=world.lift, record=right, supersedes=first)
    inspect(world, world.lift, "2025-05-20", conclusion="repass")
    assert world.lift.held_from is None


def test_the_register_of_a_registration_needs_no_annual_check(world):
    unit = vessel(world)
    inspect(world, unit, "2021-05-10", "annual", "basically")
    register(world, unit, "2021-06-10", "容15鲁A00002(21)", kind="rename")
    assert unit.status == "in_use"
