"""The rules of the score are data: what a file may say, and which file is in force."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest

from backend.risk import scoring, weights
from backend.risk.weights import WrongModel

FILE = weights.DATA / "model-2026-1.json"


def changed(**changes: Any) -> dict[str, Any]:
    """The shipped file with its second factor, the age, changed."""
    document: dict[str, Any] = copy.deepcopy(json.loads(FILE.read_text(encoding="utf-8")))
    document["factors"][1] |= changes
    return document


def test_each_shipped_factor_is_measured_and_names_its_source() -> None:
    for model in weights.models():
        assert scoring.standings(model, "true")
        assert all(factor.source for factor in model.factors)


def test_the_newest_model_of_the_day_is_in_force() -> None:
    first, last = weights.models()[0], weights.models()[-1]
    assert weights.in_force(dt.date(1999, 1, 1)) == first
    assert weights.in_force(dt.date(2999, 1, 1)) == last


@pytest.mark.parametrize(
    "changes",
    [
        {"source": ""},
        {"steps": []},
        {"each": 5, "most": 10},
        {"steps": [[100, 5], [50, 9]]},
        {"name": "category"},
    ],
)
def test_a_file_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(WrongModel):
        weights.parsed(changed(**changes))


@pytest.mark.parametrize("changes", [{"measure": "beauty"}, {"measure": "category"}])
def test_a_factor_that_nothing_measures_is_refused(changes: dict[str, Any]) -> None:
    model = weights.parsed(changed(**changes) | {"version": f"test-{changes['measure']}"})
    with pytest.raises(WrongModel):
        scoring.standings(model, "true")


def test_weights_hold_no_sql() -> None:
    document = changed()
    document["factors"][0]["points"] = {"1' OR true --": 5}
    model = weights.parsed(document | {"version": "test-sql"})
    with pytest.raises(WrongModel):
        scoring.standings(model, "true")
