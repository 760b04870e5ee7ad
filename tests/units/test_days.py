"""Days that cannot be: none of them is refused by a rule of its stage, so they are told here."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.lib.problems import Refused
from backend.units.day_checks import check_first_use, list_contradictions
from backend.units.models import (
    Accident,
    Design,
    Inspection,
    Installation,
    Manufacture,
    Record,
    Registration,
    Repair,
    Scrap,
    Stop,
    Transfer,
)
from backend.units.models.records import STAGE_OF

TODAY = dt.date(2026, 11, 27)
TOMORROW = TODAY + dt.timedelta(days=1)


def made(model: type[Record], day: str, **facts) -> Record:
    happened_on = dt.date.fromisoformat(day)
    return model(stage=STAGE_OF[model], happened_on=happened_on, **facts)


def told(record: Record, *history: Record) -> list[tuple[str, str]]:
    return [(code, field) for code, _text, field in list_contradictions(record, history, TODAY)]


DATED = [
    (Installation, "notice_on"),
    (Installation, "started_on"),
    (Repair, "notice_on"),
    (Inspection, "opinion_answered_on"),
    (Stop, "notified_on"),
]


@pytest.mark.parametrize(("model", "field"), DATED)
def test_no_day_of_a_record_lies_before_1900(model, field):
    last, first = dt.date(1899, 12, 31), dt.date(1900, 1, 1)
    assert told(made(model, "2020-01-01", **{field: last})) == [("before-1900", field)]
    assert told(made(model, "2020-01-01", **{field: first})) == []
    assert told(made(model, "1899-12-31")) == [("before-1900", "happened_on")]
    assert told(made(model, "1900-01-01")) == []


@pytest.mark.parametrize(("model", "field"), [*DATED, (Repair, "finished_on")])
def test_what_has_happened_lies_not_after_today(model, field):
    assert told(made(model, "2020-01-01", **{field: TOMORROW})) == [("in-the-future", field)]
    assert told(made(model, "2020-01-01", **{field: TODAY})) == []
    assert told(made(model, TOMORROW.isoformat())) == [("in-the-future", "happened_on")]
    assert told(made(model, TODAY.isoformat())) == []


def test_the_next_inspection_may_lie_after_today_but_not_before_1900():
    assert told(made(Inspection, "2020-01-01", stated_next_on=dt.date(2030, 1, 1))) == []
    slip = made(Inspection, "2020-01-01", stated_next_on=dt.date(24, 1, 1))
    assert told(slip) == [("before-1900", "stated_next_on")]


def test_work_does_not_end_before_it_begins():
    eve, day = dt.date(2020, 1, 9), dt.date(2020, 1, 10)
    wrong = [("ended-before-it-began", "finished_on")]
    assert told(made(Installation, "2020-01-10", started_on=day, finished_on=eve)) == wrong
    assert told(made(Installation, "2020-01-10", started_on=day, finished_on=day)) == []
    assert told(made(Repair, "2020-01-10", finished_on=eve)) == wrong
    assert told(made(Repair, "2020-01-10", finished_on=day)) == []


def test_work_before_its_notice_is_a_violation_and_no_contradiction():
    assert told(made(Repair, "2020-01-10", notice_on=dt.date(2020, 2, 1))) == []


STEPS = [(Design, {}), (Manufacture, {}), (Installation, {}), (Registration, {"kind": "first"})]


@pytest.mark.parametrize("earlier", range(3))
@pytest.mark.parametrize("later", range(1, 4))
def test_designed_then_made_then_installed_then_registered(earlier, later):
    if earlier >= later:
        return
    (before, its), (after, those) = STEPS[earlier], STEPS[later]
    wrong = [("out-of-order", "happened_on")]
    # Whichever of the two is filed last.
    assert told(made(before, "2020-01-02", **its), made(after, "2020-01-01", **those)) == wrong
    assert told(made(after, "2020-01-01", **those), made(before, "2020-01-02", **its)) == wrong
    assert told(made(before, "2020-01-01", **its), made(after, "2020-01-01", **those)) == []
    assert told(made(after, "2020-01-01", **those), made(before, "2020-01-01", **its)) == []


def test_a_record_out_of_order_says_what_it_contradicts():
    late = made(Manufacture, "2020-03-01")
    (told_,) = list_contradictions(late, [made(Installation, "2020-02-01")], TODAY)
    assert "2020-02-01" in told_.text


def test_only_the_first_registration_is_a_step():
    assert (
        told(made(Installation, "2020-01-02"), made(Registration, "2020-01-01", kind="owner")) == []
    )


def test_a_modification_is_designed_after_the_unit_was_made():
    life = made(Design, "2019-01-01"), made(Manufacture, "2020-01-01")
    assert told(made(Design, "2024-01-01"), *life) == []


@pytest.mark.parametrize(
    "move",
    [
        made(Transfer, "2024-01-01", kind="relocation"),
        made(Registration, "2024-01-01", kind="relocation"),
        made(Scrap, "2024-01-01", kind="moved_out"),
    ],
)
def test_a_unit_that_moved_is_installed_after_its_first_registration(move):
    registered = made(Registration, "2015-01-01", kind="first")
    anew = made(Installation, "2024-02-01")
    assert told(anew, registered) == [("out-of-order", "happened_on")]
    assert told(anew, registered, move) == []
    assert told(anew, registered, made(Installation, "2014-12-01")) == []


def test_other_stages_have_no_place_among_the_steps():
    life = made(Manufacture, "2020-01-01"), made(Registration, "2020-02-01", kind="first")
    assert told(made(Accident, "2019-01-01"), *life) == []


@pytest.mark.parametrize(
    ("day", "code"),
    [(dt.date(24, 3, 31), "before-1900"), (dt.date(1899, 12, 31), "before-1900"),
     (TOMORROW, "in-the-future")],
)  # fmt: skip
def test_first_use_is_a_day_that_can_be(day, code):
    with pytest.raises(Refused) as refused:
        check_first_use(day, TODAY)
    assert (refused.value.code, refused.value.field, refused.value.status) == (
        code, "first_used_on", 422,
    )  # fmt: skip


def test_first_use_may_be_today_1900_or_unknown():
    for day in (TODAY, dt.date(1900, 1, 1), None):
        check_first_use(day, TODAY)
