"""The rules of the score are data: what a file may say, and which file is in force."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest

from backend.risk import score_sql, weights
from backend.risk.weights import WrongModel

FILE = weights.DATA / "model-2026-1.json"


def changed(**changes: Any) -> dict[str, Any]:
    """The shipped file with its second factor, the age, changed."""
    document: dict[str, Any] = copy.deepcopy(json.loads(FILE.read_text(encoding="utf-8")))
    document["factors"][1] |= changes
    return document


def test_each_shipped_factor_is_measured_and_names_its_source() -> None:
    for model in weights.load_models():
        assert score_sql.unit_scores_sql(model, "true")
        assert all(factor.source for factor in model.factors)


def test_the_newest_model_of_the_day_is_in_force() -> None:
    first, last = weights.load_models()[0], weights.load_models()[-1]
    assert weights.get_model_in_force(dt.date(1999, 1, 1)) == first
    assert weights.get_model_in_force(dt.date(2999, 1, 1)) == last


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
        weights.parse_model(changed(**changes))


@pytest.mark.parametrize("changes", [{"measure": "beauty"}, {"measure": "category"}])
def test_a_factor_that_nothing_measures_is_refused(changes: dict[str, Any]) -> None:
    model = weights.parse_model(changed(**changes) | {"version": f"test-{changes['measure']}"})
    with pytest.raises(WrongModel):
        score_sql.unit_scores_sql(model, "true")


def test_weights_hold_no_sql() -> None:
    document = changed()
    document["factors"][0]["points"] = {"1' OR true --": 5}
    model = weights.parse_model(document | {"version": "test-sql"})
    with pytest.raises(WrongModel):
        score_sql.unit_scores_sql(model, "true")


@pytest.mark.parametrize("begin", [[100, 50, 200, 700], [100, 200, 200, 700], [100, 200, 700]])
def test_classes_that_do_not_rise_are_refused(begin: list[int]) -> None:
    with pytest.raises(WrongModel):
        weights.parse_model(changed() | {"classes": {"begin": begin}})


def test_a_past_day_keeps_the_weights_and_classes_of_its_time() -> None:
    then, now = (
        weights.get_model_in_force(dt.date(2026, 6, 1)),
        weights.get_model_in_force(dt.date(2026, 12, 1)),
    )
    assert (then.version, now.version) == ("2026-1", "2026-3")
    assert then.classes.begin == (200, 400, 600, 800)
    assert now.classes.top_is_held


def test_a_season_ends_without_points_so_that_the_new_year_changes_nothing() -> None:
    for model in weights.load_models():
        for factor in model.factors:
            if factor.measure == "season":
                assert factor.steps[0][0] > 0
                assert factor.steps[-1][1] == 0


def test_a_hold_has_as_many_points_as_the_top_class_begins_with() -> None:
    for model in weights.load_models():
        held = [factor for factor in model.factors if factor.measure == "held"]
        assert bool(held) == model.classes.top_is_held
        assert all(dict(factor.points)["held"] == model.classes.begin[-1] for factor in held)
