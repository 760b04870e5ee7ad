"""A withdrawn inspection takes back what its report did to defects."""

from __future__ import annotations

import uuid

import pytest

from backend.cases.models import Case
from backend.inspections.actions import withdraw_record
from backend.inspections.drafts import DefectDraft
from backend.inspections.models import Defect, Report
from backend.lib.problems import Refused
from backend.units.filing import file_record
from backend.units.models import Inspection, Record
from tests.inspections.drafting import DAY, draft_of, file

FAULT = DefectDraft("门锁失效", "serious")


def seen(world, **changes):
    return draft_of(world.lift, kind="sup_repair", **changes)


def withdraw(world, report, **changes):
    withdrawn = Record.objects.get(pk=report.record_id)
    facts = {"actor": world.ou, "unit": world.lift, "reason": "装错设备"}
    record, _new = withdraw_record(**(facts | changes), withdrawn=withdrawn)
    world.lift.refresh_from_db()
    return record


def test_what_the_report_found_is_void(world):
    report = file(world, seen(world, conclusion="fail", defects=[FAULT]))
    withdrawal = withdraw(world, report)
    defect = Defect.objects.get()
    assert (defect.voided_by.pk, defect.closed_on) == (withdrawal.pk, DAY)
    assert defect.closed_by_report is None
    assert (world.lift.open_defects, world.lift.serious_defects) == (0, 0)
    assert Report.objects.with_record().get().state == Report.State.WITHDRAWN


def test_what_the_report_closed_is_open_again(world):
    file(world, seen(world, conclusion="fail", defects=[FAULT]))
    later = file(world, seen(world, closes=[Defect.objects.get().pk]))
    withdraw(world, later)
    assert Defect.objects.get().closed_on is None
    assert (world.lift.open_defects, world.lift.serious_defects) == (1, 1)


def test_a_defect_of_a_withdrawn_report_is_not_opened_by_the_withdrawal_of_what_closed_it(world):
    first = file(world, seen(world, conclusion="fail", defects=[FAULT]))
    later = file(world, seen(world, closes=[Defect.objects.get().pk]))
    withdraw(world, first)
    withdraw(world, later)
    assert Defect.objects.get().closed_on is not None


def test_the_withdrawal_of_a_correction_takes_the_corrected_report_back_too(world):
    first = file(world, seen(world, conclusion="fail", defects=[FAULT]))
    other = DefectDraft("轿厢照明", "general")
    second = file(world, seen(world, defects=[other]), supersedes=first.pk, reason="误记")
    withdraw(world, second)
    assert not Defect.objects.filter(closed_on=None).exists()
    assert Defect.objects.get(text="轿厢照明").voided_by is not None
    assert world.lift.open_defects == 0


def test_the_withdrawal_of_a_desks_correction_voids_what_the_report_found(world):
    """The report's record was corrected at a desk, so its defects stayed open until now."""
    report = file(world, seen(world, conclusion="fail", defects=[FAULT]))
    facts = {"happened_on": DAY, "kind": "sup_repair", "conclusion": "fail", "report_no": "J-1"}
    corrected, _new = file_record(
        actor=world.rui,
        unit=world.lift,
        record=Inspection(**facts),
        supersedes=Record.objects.get(pk=report.record_id),
    )
    assert Defect.objects.get().closed_on is None
    withdraw_record(actor=world.ou, unit=world.lift, withdrawn=corrected, reason="装错设备")
    assert Defect.objects.get().voided_by is not None


def test_the_case_about_a_withdrawn_report_is_closed(world):
    report = file(world, seen(world, defects=[FAULT]))
    withdraw(world, report)
    assert "withdrew" in Case.objects.get().verdict


def test_a_withdrawal_needs_another_person_with_the_right(world):
    report = file(world, seen(world, defects=[FAULT]))
    for actor in (world.lin, world.wei, world.qian):
        with pytest.raises(Refused) as refused:
            withdraw(world, report, actor=actor)
        assert refused.value.status == 403
    assert Defect.objects.get().closed_on is None


def test_a_withdrawal_sent_twice_is_one(world):
    report = file(world, seen(world, defects=[FAULT]))
    key = uuid.uuid4()
    assert withdraw(world, report, client_id=key).pk == withdraw(world, report, client_id=key).pk
