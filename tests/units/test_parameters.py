"""Technical parameters have a schema for each kind of unit."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from django.utils import translation

from backend.exchange.demo import equipment_mix
from backend.lib.problems import Refused
from backend.units.parameters import TEXT_LENGTH, check_parameters, known_parameters, schema_of


def refusal(category: str, parameters: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        check_parameters(category, parameters)
    return caught.value


@pytest.mark.parametrize(
    ("category", "name", "value"),
    [
        ("4110", "molten_metal", "true"),
        ("4110", "molten_metal", 1),
        ("4110", "molten_metal", []),
        ("4110", "rated_load_t", "5"),
        ("4110", "rated_load_t", True),
        ("4110", "rated_load_t", -1),
        ("4110", "rated_load_t", float("nan")),
        ("4110", "rated_load_t", 10**400),
        ("4110", "duty_group", "A9"),
        ("2310", "medium", "氮气"),
        ("2310", "medium", ["inert"]),
        ("8210", "class", "GC1"),
        ("8310", "class", "GB2"),
        ("1100", "fuel", ""),
        ("1100", "fuel", "煤" * (TEXT_LENGTH + 1)),
        ("1100", "fuel", 7),
        ("3110", "molten_metal", True),
        ("4110", "safety_grade", 1),
        ("4110", "colour", "red"),
        ("7310", "dn_mm", 50),
    ],
)
def test_what_does_not_fit_the_schema_is_refused(category: str, name: str, value: Any) -> None:
    refused = refusal(category, {name: value})
    assert (refused.code, refused.status) == ("bad-parameter", 422)
    assert refused.field == f"parameters.{name}"


@pytest.mark.parametrize("parameters", [None, [], "x", 3])
def test_parameters_are_an_object(parameters: Any) -> None:
    assert refusal("4110", parameters).field == "parameters"


@pytest.mark.parametrize(
    ("category", "parameters"),
    [
        ("4110", {"molten_metal": True, "rated_load_t": 5, "duty_group": "A5"}),
        ("4110", {"molten_metal": None, "span_m": 22.5}),
        ("2310", {"medium": "inert"}),
        ("2230", {"medium_group": "B"}),
        ("8210", {"class": "GB1-III", "material": "PE", "dn_mm": 150}),
        ("3110", {}),
    ],
)
def test_what_fits_is_taken_as_it_is(category: str, parameters: dict[str, Any]) -> None:
    assert check_parameters(category, parameters) == parameters


def test_the_refusal_says_what_would_fit() -> None:
    with translation.override("en"):
        assert "corrosive, general, inert" in refusal("2310", {"medium": "x"}).detail
        assert "from 0 to 50000 t." in refusal("4110", {"rated_load_t": -1}).detail
        assert "from 0 to 300." in refusal("3110", {"floors": -1}).detail
        assert "molten_metal" in refusal("4110", {"colour": 1}).detail
    with translation.override("zh-hans"):
        assert "true" in refusal("4110", {"molten_metal": "true"}).detail
        assert "此类设备" in refusal("4110", {"colour": 1}).detail


@pytest.mark.parametrize(
    ("category", "stored", "name", "value"),
    [
        ("4110", {}, "molten_metal", False),
        ("4110", {"molten_metal": True}, "molten_metal", True),
        ("4110", {"molten_metal": None}, "molten_metal", None),
        ("4110", {"molten_metal": "true"}, "molten_metal", None),
        ("4110", {"molten_metal": {"a": 1}}, "molten_metal", None),
        ("4110", None, "molten_metal", False),
        ("4110", [1], "molten_metal", False),
        ("2310", {}, "medium", None),
        ("2310", {"medium": "inert"}, "medium", "inert"),
        ("2310", {"medium": ["inert"]}, "medium", None),
        ("2150", {"safety_grade": 1}, "safety_grade", None),
    ],
)
def test_what_is_stored_is_known_as_far_as_it_fits(
    category: str, stored: Any, name: str, value: Any
) -> None:
    assert (
        known_parameters(category, stored)[name] is value
        or known_parameters(category, stored)[name] == value
    )


def test_only_what_units_of_the_kind_have_is_known() -> None:
    assert "molten_metal" not in known_parameters("3110", {"molten_metal": True})
    assert "non_metal" in known_parameters("2150", {})
    assert "non_metal" not in known_parameters("2410", {})


def test_what_is_known_stays_known() -> None:
    once = known_parameters("4110", {"molten_metal": "true", "span_m": 10, "colour": 1})
    assert known_parameters("4110", once) == once


def test_the_schema_declares_itself_well() -> None:
    for category in ("1100", "2150", "2230", "2310", "3110", "4110", "5110", "6100", "8110",
                     "8210", "8310", "9110"):  # fmt: skip
        for one in schema_of(category).values():
            assert one.type in ("bool", "choice", "number", "text"), one
            assert one.zh
            assert one.en
            assert bool(one.choices) == (one.type == "choice"), one
            assert one.least < one.most, one
            assert (one.type == "number") == math.isfinite(one.most), one
            assert one.default is None or one.takes(one.default), one


def test_the_demonstration_keeps_to_the_schema() -> None:
    rng = random.Random(1)
    for code in equipment_mix.SHARES:
        for _ in range(20):
            check_parameters(code, equipment_mix.make_parameters(rng, code))
