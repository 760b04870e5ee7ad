"""Reports of the outbox that contradict themselves, or come in the wrong order."""

from __future__ import annotations

import datetime as dt

from backend.cases.models import Case
from backend.inspections.models import Report
from backend.lib import clock
from backend.lib.clock import SHANGHAI
from tests.fieldwork.items import item, report_body, take
from tests.inspections.drafting import put_in_use


def test_what_contradicts_is_on_the_item_and_in_a_case_beside_it(world):
    answers = {"1": "fail", "2": "fail", "3": "fail"}
    body = report_body(world.lift, kind="sup_repair", answers=answers, conclusion_reason="急用")
    [row] = take(world.lin, item("report", body))
    assert (row.state, "passed-all-failed" in row.flags) == ("accepted", True)
    case = Case.objects.get(kind="report-doubtful")
    assert case.facts == {"flags": ["passed-all-failed"], "reason": "急用"}
    assert list(case.items.all()) == [row]
    assert case.record == row.report.record_id


def test_a_kind_a_word_and_a_grade_that_fit_no_such_unit_open_a_case(world):
    sent = [
        report_body(world.lift, kind="external", conclusion="conforms"),
        report_body(world.lift, kind="sup_repair", conclusion="conforms", safety_grade=3),
    ]
    rows = take(world.lin, *(item("report", body) for body in sent))
    assert [row.state for row in rows] == ["accepted", "accepted"]
    flags = [case.facts["flags"] for case in Case.objects.order_by("pk")]
    assert flags == [["kind-unfit"], ["conclusion-unfit", "grade-unfit"]]
    assert all(set(told) <= set(row.flags) for told, row in zip(flags, rows, strict=True))


def test_a_misread_tag_is_flagged_and_the_report_taken(world):
    [row] = take(world.lin, item("report", report_body(world.lift, tag_code="222222222223")))
    assert row.state == "accepted"
    assert "tag-misread" in row.flags


def at(hour):
    day = clock.today() - dt.timedelta(days=2)
    return dt.datetime.combine(day, dt.time(hour), SHANGHAI).isoformat()


def test_a_failure_of_the_morning_that_arrives_after_the_pass_of_the_afternoon_leaves_it_passed(
    world,
):
    put_in_use(world, world.lift)
    for hour, conclusion in ((15, "pass"), (9, "fail")):
        body = report_body(world.lift, conclusion=conclusion, device_time=at(hour))
        [row] = take(world.lin, item("report", body, made_at=at(hour)), device=f"phone-{hour}")
        assert row.state == "accepted"
    assert Report.objects.count() == 2
    world.lift.refresh_from_db()
    assert (world.lift.last_conclusion, world.lift.is_held(clock.today())) == ("pass", False)
