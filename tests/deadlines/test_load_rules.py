"""The table of deadlines: what a load refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.deadlines.models import DeadlineRule
from backend.deadlines.rule_files import FILE, load_deadline_rules
from tests.owner import as_owner

OLD = {"valid_from": "2020-01-01", "valid_to": "2026-04-15"}
NEW = {"valid_from": "2026-04-15"}


def write(folder: Path, *rows: dict[str, object]) -> Path:
    file = folder / "rules.toml"
    text = FILE.read_text()
    for row in rows:
        facts = {"days": 7, "unit": '"working"', "confidence": '"A"'} | row
        text += '\n[[rule]]\ncode = "trial"\nlaw = "Trial Law"\nsource = "test"\n'
        text += "".join(f"{key} = {value}\n" for key, value in facts.items())
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([OLD, {"valid_from": "2026-05-01"}], "gap from 2026-04-15"),
        ([OLD, {"valid_from": "2026-04-01"}], "overlap"),
        ([{"valid_from": "2020-01-01"}, NEW], "overlap"),
        ([OLD | {"valid_to": "2020-01-01"}], "ends before it begins"),
        ([NEW | {"unit": '"weeks"'}], "unit"),
        ([NEW | {"days": 0}], "no days"),
        ([NEW | {"confidence": '"E"'}], "confidence"),
    ],
)
def test_a_table_with_a_gap_an_overlap_or_no_sense_is_refused(db, tmp_path, rows, told) -> None:
    with as_owner(), pytest.raises(ValueError, match=told):
        load_deadline_rules(write(tmp_path, *rows))
    assert not DeadlineRule.objects.filter(code="trial").exists()


def test_rows_that_follow_each_other_load_and_load_again(db, tmp_path) -> None:
    file = write(tmp_path, OLD, NEW)
    with as_owner():
        assert load_deadline_rules(file) == load_deadline_rules(file)
    assert DeadlineRule.objects.filter(code="trial").count() == 2


def test_a_loaded_rule_does_not_vanish(db, tmp_path) -> None:
    with as_owner():
        load_deadline_rules(write(tmp_path, NEW))
        with pytest.raises(ValueError, match="end it instead"):
            load_deadline_rules()
