"""A report is the draft of a record until it is issued."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.directory.bodies import inspection_body_of
from backend.directory.models import InspectionBody, LegalEntity, Membership
from backend.inspections.models import Issue, Report
from backend.units.models import Inspection
from tests.inspections.drafting import DAY, draft_of, file, put_in_use
from tests.owner import as_owner


def inspects_for(world, user):
    entity = LegalEntity.objects.create(name="济南市特种设备检验研究院", region=world.lixia)
    InspectionBody.objects.create(entity=entity, approval_no="TS7110001-2027")
    Membership.objects.create(user=user, entity=entity)
    return entity


def test_direct_filing_issues_at_once(world):
    report = file(world, draft_of(world.lift))
    issue = Issue.objects.get()
    assert (issue.report, issue.issued_by) == (report, world.lin)
    assert (report.record_id, report.in_force) == (Inspection.objects.get().pk, True)
    assert Report.objects.with_record().get().state == Report.State.IN_FORCE


def test_a_report_without_an_issue_is_only_filed(world):
    assert Report(unit=world.lift).state == Report.State.FILED
    assert not Report(unit=world.lift).in_force


def test_an_issue_never_changes(world):
    file(world, draft_of(world.lift))
    with as_owner(), pytest.raises(Exception, match="Cannot update"):
        Issue.objects.update(issued_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))


def test_the_report_names_both_inspectors_and_their_body(world):
    body = inspects_for(world, world.lin)
    report = file(world, draft_of(world.lift, second_inspector="韦检验"))
    record = Inspection.objects.get()
    assert record.inspectors == "Lin、韦检验"
    assert (record.body, record.body_name) == (body, "济南市特种设备检验研究院")
    assert (report.body, report.second_inspector) == (body, "韦检验")


def test_an_entity_that_is_no_inspection_body_inspects_for_nobody(world):
    Membership.objects.create(user=world.wei, entity=world.mall)
    assert inspection_body_of(world.wei) is None
    assert inspection_body_of(world.lin) is None


def test_all_that_the_record_says_stands_on_the_report_before(world):
    draft = draft_of(
        world.boiler,
        kind="first",
        conclusion="conforms",
        report_no="J-7",
        monitored_months=6,
        stated_next_on=dt.date(2027, 11, 30),
        opinion_notice_no="Y-7",
        opinion_answered_on=DAY,
    )
    report, record = file(world, draft), Inspection.objects.get()
    for name in (
        "happened_on", "kind", "conclusion", "report_no", "monitored_months", "stated_next_on",
        "opinion_notice_no", "opinion_answered_on", "safety_grade",
    ):  # fmt: skip
        assert getattr(report, name) == getattr(record, name) == getattr(draft, name), name


def test_two_reports_of_a_day_stand_in_the_order_of_their_moments_not_of_arrival(world):
    put_in_use(world, world.lift)
    nine, three = (dt.datetime(2026, 11, 20, hour, tzinfo=dt.UTC) for hour in (1, 7))
    file(world, draft_of(world.lift), moment=three)
    file(world, draft_of(world.lift, conclusion="fail"), moment=nine)
    world.lift.refresh_from_db()
    assert not world.lift.is_held(DAY)
    assert world.lift.last_conclusion == "pass"
