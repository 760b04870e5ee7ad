"""Interval rules that a unit could not choose by are refused where they are loaded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from backend.units import reference_data
from backend.units.models import IntervalRule
from backend.units.rulebook import (
    read_interval_rules,
    refuse_equal_rules,
    refuse_unknown_conditions,
)

RULES = read_interval_rules(reference_data.DATA / "interval_rules.toml")


def rule(code: str, **facts: Any) -> IntervalRule:
    usual: dict[str, Any] = {
        "clock": "periodic", "category_prefix": "43", "months": 12, "priority": 10,
        "valid_from": dt.date(2000, 1, 1),
    }  # fmt: skip
    return IntervalRule(code=code, **usual | facts)


def test_the_rules_in_force_contradict_neither_each_other_nor_the_schema() -> None:
    refuse_equal_rules(RULES)
    refuse_unknown_conditions(RULES)


@pytest.mark.parametrize("facts", [{}, {"months": 24}, {"valid_from": dt.date(2024, 1, 1)}])
def test_rules_that_claim_the_same_units_are_refused_with_both_codes(
    facts: dict[str, Any],
) -> None:
    with pytest.raises(ValueError, match="rules one and other claim"):
        refuse_equal_rules([rule("one"), rule("other", **facts)])


def test_a_condition_written_another_way_is_the_same_claim() -> None:
    one = rule("one", category_prefix="21", condition={"safety_grade": [3, 4]})
    other = rule("other", category_prefix="21", condition={"safety_grade": [4, 3]})
    with pytest.raises(ValueError, match="one and other"):
        refuse_equal_rules([one, other])


@pytest.mark.parametrize(
    "facts",
    [
        {"clock": "annual"},
        {"category_prefix": "44"},
        {"priority": 11},
        {"condition": {"molten_metal": True}},
        {"valid_from": dt.date(2024, 1, 1)},
    ],
)
def test_rules_that_differ_in_one_of_these_stand_beside_each_other(facts: dict[str, Any]) -> None:
    refuse_equal_rules([rule("one", valid_to=dt.date(2024, 1, 1)), rule("other", **facts)])


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"colour": "red"}, "odd asks for an undeclared parameter: colour"),
        ({"medium": "inert"}, "odd asks for an undeclared parameter: medium"),
        ({"molten_metal": "true"}, "odd asks for an undeclared value of molten_metal"),
        ({"safety_grade": [3, 6]}, "odd asks for an undeclared value of safety_grade"),
    ],
)
def test_a_condition_that_no_unit_can_meet_is_refused(condition: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        refuse_unknown_conditions([rule("odd", condition=condition)])


@pytest.mark.parametrize("change", ["twin", "undeclared"])
def test_nothing_is_loaded_from_a_file_that_contradicts_itself(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    text = (reference_data.DATA / "interval_rules.toml").read_text(encoding="utf-8")
    texts = {
        "twin": 'code = "twin"\nclock = "periodic"\ncategory_prefix = "6"\nmonths = 24\n',
        "undeclared": 'code = "odd"\nclock = "periodic"\ncategory_prefix = "6"\nmonths = 24\n'
        'condition = { colour = "red" }\n',
    }
    more = texts[change] + 'valid_from = 2020-01-01\nsource = ""\nconfidence = "C"\n'
    (tmp_path / "interval_rules.toml").write_text(f"{text}\n[[rule]]\n{more}", encoding="utf-8")
    monkeypatch.setattr(reference_data, "DATA", tmp_path)
    with pytest.raises(ValueError, match="ride and twin" if change == "twin" else "colour"):
        reference_data.load_rules()
    assert not IntervalRule.objects.filter(code__in=["twin", "odd"]).exists()


def test_the_rules_can_be_loaded_again(db: None) -> None:
    assert (
        reference_data.load_rules()
        == reference_data.load_rules()
        == IntervalRule.objects.count()
        == len(RULES)
    )
