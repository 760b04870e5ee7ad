"""What filing a report does, and what it refuses."""

from __future__ import annotations

import uuid

import pytest

from backend.inspections.actions import file_report
from backend.inspections.defects import update_defect_counts
from backend.inspections.drafts import DefectDraft
from backend.inspections.models import Defect, RejectedReport, Report
from backend.lib.problems import Refused
from backend.units.models import Clock, Inspection, RecordEvidence, Unit
from tagging.scans import Fix
from tests.inspections.drafting import DAY, draft_of, file, photo, put_in_use
from tests.owner import as_owner


def test_a_report_becomes_an_inspection_record_with_its_photos_as_evidence(world):
    sent = photo(world)
    report = file(world, draft_of(world.lift, photos=[sent.sha256], report_no="J-1"), device="P40")
    record = Inspection.objects.get(pk=report.record_id)
    assert (record.unit_id, record.happened_on, record.conclusion) == (world.lift.pk, DAY, "pass")
    assert (record.client_id, record.filed_by, record.device) == (report.pk, world.lin, "P40")
    assert record.report_no == "J-1"
    assert RecordEvidence.objects.get(record=record).file == sent


def test_a_passed_report_moves_the_clock_of_a_unit_in_use(world):
    put_in_use(world, world.lift)
    assert Clock.objects.get(unit=world.lift, kind="periodic").due_on.year == 2026
    file(world, draft_of(world.lift))
    assert Clock.objects.get(unit=world.lift, kind="periodic").due_on.year == 2029


def test_rule_08_a_failed_report_leaves_the_next_date_empty_and_blocks_use(world):
    put_in_use(world, world.lift)
    file(world, draft_of(world.lift, conclusion="fail"))
    world.lift.refresh_from_db()
    assert world.lift.is_held(DAY)
    assert [hold.rule for hold in world.lift.holds.in_force(DAY)] == ["failed"]
    assert Clock.objects.get(unit=world.lift, kind="periodic").due_on is None
    with pytest.raises(Refused) as refused:
        file(world, draft_of(world.lift, conclusion="fail", stated_next_on=DAY))
    assert refused.value.field == "stated_next_on"


def test_rule_08_no_pass_while_an_opinion_notice_is_open(world):
    with pytest.raises(Refused) as refused:
        file(world, draft_of(world.lift, opinion_notice_no="Y-7"))
    assert (refused.value.code, refused.value.field) == (
        "open-opinion-notice",
        "opinion_answered_on",
    )
    assert Report.objects.count() == 0
    assert file(world, draft_of(world.lift, opinion_notice_no="Y-7", opinion_answered_on=DAY))


def test_rule_08_a_passed_re_inspection_lifts_the_block(world):
    put_in_use(world, world.lift)
    file(world, draft_of(world.lift, conclusion="fail"))
    file(world, draft_of(world.lift, conclusion="repass"))
    world.lift.refresh_from_db()
    assert not world.lift.is_held(DAY)
    assert world.lift.next_due_on is not None


def test_a_replay_gives_the_stored_report_and_writes_nothing(world):
    report_id = uuid.uuid4()
    facts = {"actor": world.lin, "report_id": report_id, "draft": draft_of(world.lift)}
    first, new = file_report(**facts, body={"a": 1, "b": 2})
    again, again_new = file_report(**facts, body={"b": 2, "a": 1})
    assert (first.pk, new) == (again.pk, True)
    assert not again_new
    assert Inspection.objects.count() == 1


@pytest.mark.parametrize("who", ["lin", "wei"])
def test_other_content_or_another_author_under_a_known_id_is_refused_and_kept(world, who):
    report_id = uuid.uuid4()
    file(world, draft_of(world.lift), report_id=report_id, body={"a": 1})
    other = {"a": 2} if who == "lin" else {"a": 1}
    for _attempt in range(2):
        with pytest.raises(Refused) as refused:
            file(
                world,
                draft_of(world.lift),
                report_id=report_id,
                body=other,
                actor=getattr(world, who),
            )
        assert (refused.value.code, refused.value.status) == ("report-conflict", 409)
    kept = RejectedReport.objects.get()
    assert (kept.report_id, kept.user) == (report_id, getattr(world, who))
    assert bytes(kept.body) == (b'{"a":2}' if who == "lin" else b'{"a":1}')


def test_reports_need_the_right_and_the_jurisdiction(world):
    for actor, status in ((world.zhao, 403), (world.qian, 403), (world.chen, 404)):
        with pytest.raises(Refused) as refused:
            file(world, draft_of(world.lift), actor=actor)
        assert refused.value.status == status


def test_photos_that_have_not_arrived_are_named(world):
    sent, missing = photo(world).sha256, "ab" * 32
    with pytest.raises(Refused) as refused:
        file(world, draft_of(world.lift, photos=[sent, missing]))
    assert refused.value.extra["missing"] == [missing]
    assert Report.objects.count() == 0


def test_defects_open_with_their_photos_and_close_with_a_later_report(world):
    shot = photo(world)
    fault = DefectDraft(text="门锁失效", severity="serious", item="3", photos=[shot.sha256])
    first = file(world, draft_of(world.lift, conclusion="fail", defects=[fault]))
    defect = Defect.objects.get()
    world.lift.refresh_from_db()
    assert (defect.report, defect.photos, world.lift.open_defects) == (first, [shot.sha256], 1)
    second = file(world, draft_of(world.lift, conclusion="repass", closes=[defect.pk]))
    defect.refresh_from_db()
    world.lift.refresh_from_db()
    assert (defect.closed_by_report, defect.closed_on, world.lift.open_defects) == (second, DAY, 0)
    with pytest.raises(Refused, match="defect-not-open"):
        file(world, draft_of(world.lift, closes=[defect.pk]))


def test_a_defect_taken_back_stays_so_when_the_correction_is_corrected(world):
    first = file(world, draft_of(world.lift, defects=[DefectDraft("门锁失效", "general")]))
    second = file(world, draft_of(world.lift), supersedes=first.pk, reason="不是缺陷")
    file(world, draft_of(world.lift, remark="笔误"), supersedes=second.pk, reason="笔误")
    assert Defect.objects.get().closed_by_report == second
    world.lift.refresh_from_db()
    assert world.lift.open_defects == 0


def test_the_figure_of_open_defects_is_counted_and_not_added_up(world):
    Unit.objects.filter(pk=world.lift.pk).update(open_defects=2)
    file(world, draft_of(world.lift, defects=[DefectDraft("门锁失效", "general")]))
    world.lift.refresh_from_db()
    assert world.lift.open_defects == 1


def test_a_defect_of_another_unit_cannot_be_closed(world):
    file(
        world,
        draft_of(
            world.boiler,
            kind="external",
            conclusion="conforms",
            defects=[DefectDraft("漏", "general")],
        ),
    )
    with pytest.raises(Refused, match="defect-not-open"):
        file(world, draft_of(world.lift, closes=[Defect.objects.get().pk]))
    assert Report.objects.count() == 1


def test_a_position_in_gcj02_is_kept_as_sent_and_converted(world):
    report = file(world, draft_of(world.lift, fix=Fix(117.05, 36.65, 8.0, "GCJ02")))
    assert report.source_coordinates == [117.05, 36.65]
    assert 0.001 < abs(report.position.x - 117.05) < 0.01
    assert (report.datum, report.accuracy_m) == ("GCJ02", 8.0)


def test_a_report_never_changes(world):
    report = file(world, draft_of(world.lift))
    with as_owner(), pytest.raises(Exception, match="Cannot update"):
        Report.objects.filter(pk=report.pk).update(remark="x")


def test_the_number_of_queries_does_not_grow_with_photos_and_defects(
    world, django_assert_max_num_queries
):
    shots = [photo(world, colour).sha256 for colour in range(12)]
    faults = [DefectDraft(text=f"{n}", severity="general", photos=[s]) for n, s in enumerate(shots)]
    with django_assert_max_num_queries(40):
        file(world, draft_of(world.lift, photos=shots, defects=faults))


def test_defects_are_counted_and_their_numbers_written_in_one_statement(
    world, django_assert_num_queries
):
    faults = [DefectDraft(text=s, severity=s) for s in ("general", "serious")]
    file(world, draft_of(world.lift, defects=faults))
    Unit.objects.filter(pk=world.lift.pk).update(open_defects=7, serious_defects=7)
    with django_assert_num_queries(1):
        update_defect_counts(world.lift.pk)
    world.lift.refresh_from_db()
    assert (world.lift.open_defects, world.lift.serious_defects) == (2, 1)
