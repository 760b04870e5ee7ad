"""Checklists: loading, choosing, answering."""

from __future__ import annotations

import pytest

from backend.inspections import checklists
from backend.inspections.checklist_files import load_checklists
from backend.inspections.models import Checklist
from backend.lib.problems import Refused
from tests.inspections.drafting import draft_of, file


def lift_answers(**changes):
    checklist = Checklist.objects.get(code="lift-periodic", version=2)
    wanted = [item for item in checklist.items if item["required"]]
    good = {item["id"]: "pass" if item["type"] == "pass_fail" else 1 for item in wanted}
    return good | changes


def test_loading_again_changes_nothing():
    before = list(Checklist.objects.order_by("pk").values())
    assert load_checklists() == len(before)
    assert list(Checklist.objects.order_by("pk").values()) == before


def test_the_checklists_of_a_category_are_those_in_force_most_special_first():
    found = [(row.code, row.version) for row in checklists.current_checklists("3110")]
    assert found == [("lift-periodic", 2), ("lift-self-detection", 1), ("generic", 1)]


@pytest.mark.parametrize("version", [1, 2])
def test_an_old_version_still_takes_reports(world, version):
    draft = draft_of(
        world.lift,
        checklist="lift-periodic",
        checklist_version=version,
        answers=lift_answers(),
    )
    assert file(world, draft).checklist.version == version


@pytest.mark.parametrize(
    ("code", "version", "kind", "expected"),
    [
        ("no-such", 1, "periodic", "checklist-unknown"),
        ("lift-periodic", 9, "periodic", "checklist-unknown"),
        ("boiler-external", 1, "external", "checklist-does-not-fit"),
        ("lift-periodic", 2, "first", "checklist-does-not-fit"),
    ],
)
def test_a_checklist_must_exist_and_fit_unit_and_kind(world, code, version, kind, expected):
    draft = draft_of(world.lift, checklist=code, checklist_version=version, kind=kind)
    with pytest.raises(Refused, match=expected):
        file(world, draft)


def test_every_wrong_answer_is_named_by_its_pointer(world):
    answers = lift_answers(**{"2.5": 500, "4.2": True, "1.1": "yes", "x/y": "pass", "9.1": 3})
    del answers["1.2"]
    draft = draft_of(world.lift, checklist="lift-periodic", checklist_version=2, answers=answers)
    with pytest.raises(Refused) as refused:
        file(world, draft)
    pointers = {error["pointer"] for error in refused.value.extra["errors"]}
    assert pointers == {f"/answers/{key}" for key in ("2.5", "4.2", "1.1", "1.2", "9.1", "x~1y")}
