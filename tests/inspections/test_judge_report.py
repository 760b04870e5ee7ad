"""A report whose parts contradict each other is flagged, and a supervisor hears of it."""

from __future__ import annotations

import pytest

from backend.cases.models import Case
from backend.inspections.contradictions import Circumstances, list_doubts
from backend.inspections.drafts import DefectDraft
from backend.inspections.models import Checklist, Defect
from backend.units.models import Inspection
from tagging.codes import make_code
from tests.inspections.drafting import draft_of, file, put_in_use

ITEMS = [
    {"id": "1", "type": "pass_fail", "required": True},
    {"id": "2", "type": "pass_fail", "required": True},
    {"id": "3", "type": "pass_fail", "required": False},
    {"id": "4", "type": "number", "required": False},
]
FAULT = DefectDraft("门锁失效", "serious")


def doubts(world, answers, *, left=(), special=False, **changes):
    told = dict(zip("123", answers, strict=False)) | {"4": 5}
    draft = draft_of(world.lift, answers=told, **changes)
    return list_doubts(draft, Circumstances(ITEMS, left, special))


PASSES, FAILS = ["pass"] * 3, ["fail"] * 3


@pytest.mark.parametrize(
    ("answers", "conclusion", "found"),
    [
        (PASSES, "pass", []),
        (FAILS, "pass", ["passed-all-failed"]),
        (FAILS, "basically", ["passed-all-failed"]),
        (["pass", "fail", "pass"], "pass", ["passed-item-failed"]),
        (["pass", "fail", "pass"], "repass", ["passed-item-failed"]),
        (["pass", "fail", "pass"], "conforms", ["passed-item-failed"]),
        (["pass", "fail", "pass"], "basically", []),
        (["pass", "pass", "fail"], "pass", []),
        (["na"] * 3, "pass", ["passed-nothing-seen"]),
        (["na"] * 3, "fail", []),
        (PASSES, "fail", ["failed-all-passed"]),
        (["pass", "na", "pass"], "not_conforms", ["failed-all-passed"]),
        (["pass", "fail", "pass"], "fail", []),
    ],
)
def test_answers_and_conclusion_must_agree(world, answers, conclusion, found):
    assert doubts(world, answers, conclusion=conclusion) == found


def test_a_failure_has_its_reason_in_a_defect_named_or_left_open(world):
    assert doubts(world, PASSES, conclusion="fail", defects=[FAULT]) == []
    assert doubts(world, PASSES, conclusion="fail", left={"general"}) == []


def test_a_pass_beside_a_serious_defect_is_doubtful_be_it_named_or_left_open(world):
    assert doubts(world, PASSES, defects=[FAULT]) == ["passed-with-serious"]
    assert doubts(world, PASSES, left={"serious"}) == ["passed-with-serious"]
    assert doubts(world, PASSES, left={"general"}) == []


def test_a_tag_code_with_a_wrong_check_symbol_is_flagged(world):
    code = make_code()
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    assert doubts(world, PASSES, tag_code=code) == []
    assert doubts(world, PASSES, tag_code=wrong) == ["tag-misread"]
    assert doubts(world, PASSES, tag_code="") == []


def test_the_generic_checklist_is_doubtful_where_a_special_one_was_in_force(world):
    assert file(world, draft_of(world.lift)).doubts == ["generic-checklist"]
    assert file(world, draft_of(world.lift, kind="sup_repair")).doubts == []
    Checklist.objects.exclude(code="generic").update(valid_from="2026-11-25")
    assert file(world, draft_of(world.lift)).doubts == []


def seen(world, **changes):
    """A report on the generic list of a work, for which no special one is."""
    return draft_of(world.lift, kind="sup_repair", **changes)


def test_a_doubtful_report_opens_a_case_with_the_reason_that_was_given(world):
    answers = {"1": "fail", "2": "fail", "3": "fail"}
    draft = seen(world, answers=answers, conclusion_reason="现场已整改", remark="备注")
    report = file(world, draft)
    case = Case.objects.get()
    assert (case.kind, case.subject) == ("report-doubtful", f"report/{report.pk}")
    assert (case.unit, case.record, case.region_id) == (world.lift.pk, report.record_id, "370102")
    assert case.user == world.lin
    assert case.facts == {"flags": ["passed-all-failed"], "reason": "现场已整改"}
    assert Inspection.objects.get().remark == "现场已整改\n备注"


def test_a_sound_report_opens_none(world):
    file(world, seen(world))
    assert not Case.objects.exists()


def test_what_the_unit_has_open_counts_but_not_what_the_report_closes_or_corrects(world):
    first = file(world, seen(world, conclusion="fail", defects=[FAULT]))
    assert file(world, seen(world)).doubts == ["passed-with-serious"]
    closes = [Defect.objects.get().pk]
    assert file(world, seen(world, closes=closes)).doubts == []
    assert file(world, seen(world), supersedes=first.pk, reason="误记").doubts == []


def test_a_correction_is_not_held_against_what_the_corrected_report_found(world):
    wrong = file(world, seen(world, conclusion="fail", defects=[FAULT]))
    assert file(world, seen(world), supersedes=wrong.pk, reason="误记").doubts == []


def test_a_correction_settles_the_case_of_what_it_corrects(world):
    wrong = file(world, seen(world, answers={"1": "na", "2": "na", "3": "na"}))
    file(world, seen(world), supersedes=wrong.pk, reason="误记")
    case = Case.objects.get()
    assert case.closed_at is not None
    assert "corrected" in case.verdict


def test_a_passed_report_beside_an_open_serious_defect_stays_flagged_whatever_the_reason(world):
    put_in_use(world, world.lift)
    report = file(world, seen(world, defects=[FAULT], conclusion_reason="可以使用"))
    assert report.doubts == ["passed-with-serious"]
    world.lift.refresh_from_db()
    assert world.lift.serious_defects == 1
