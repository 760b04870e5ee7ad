"""The rules of the score as data: versioned files in ``data``, one in force at a time."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


class WrongModel(ValueError):
    """A file of weights that does not say what it must."""


@dataclass(frozen=True)
class Factor:
    """One factor: what it measures, and the points that a measured value gives.

    Exactly one of three forms: ``points`` by text (the longest code that the text begins with),
    ``steps`` of (at least, points) by number, or ``each`` of a count up to ``most``. Counts of what
    happened look back ``window_days``.
    """

    name: str
    measure: str
    source: str
    unit: str = ""
    points: Mapping[str, int] = field(default_factory=dict)
    steps: tuple[tuple[int, int], ...] = ()
    each: int = 0
    most: int = 0
    window_days: int = 0

    def __post_init__(self) -> None:
        if [bool(self.points), bool(self.steps), bool(self.each)].count(True) != 1:
            raise WrongModel(f"{self.name}: one of points, steps and each is needed")
        if list(self.steps) != sorted(set(self.steps)):
            raise WrongModel(f"{self.name}: steps rise")
        if not self.source:
            raise WrongModel(f"{self.name}: no source")


@dataclass(frozen=True)
class Classes:
    """The five classes of scores: where the second to the fifth begin.

    Where ``top_is_held``, the highest class is the units that must not be used and no others,
    whatever the sum of their points.
    """

    begin: tuple[int, int, int, int] = (200, 400, 600, 800)
    top_is_held: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if list(self.begin) != sorted(set(self.begin)) or len(self.begin) != 4:
            raise WrongModel("four classes begin, each higher than the one before")


@dataclass(frozen=True)
class Model:
    """One version of all weights. ``lives`` are the years a unit of a kind is made for."""

    version: str
    valid_from: dt.date
    source: str
    lives: Mapping[str, int]
    factors: tuple[Factor, ...]
    classes: Classes = Classes()

    def __hash__(self) -> int:
        return hash(self.version)


def parse_model(document: Mapping[str, Any]) -> Model:
    """The model of one file. Raises WrongModel, or KeyError for what is missing."""
    factors = tuple(
        Factor(**{**entry, "steps": tuple((at, points) for at, points in entry.get("steps", ()))})
        for entry in document["factors"]
    )
    if len({factor.name for factor in factors}) != len(factors):
        raise WrongModel("two factors of one name")
    classes = document.get("classes", {})
    return Model(
        version=document["version"],
        valid_from=dt.date.fromisoformat(document["valid_from"]),
        source=document["source"],
        lives=document["design_life_years"]["by_kind"],
        factors=factors,
        classes=Classes(**{**classes, "begin": tuple(classes["begin"])}) if classes else Classes(),
    )


@functools.cache
def load_models() -> tuple[Model, ...]:
    """All versions, oldest first."""
    files = sorted(DATA.glob("model-*.json"))
    found = [parse_model(json.loads(path.read_text(encoding="utf-8"))) for path in files]
    return tuple(sorted(found, key=lambda model: (model.valid_from, model.version)))


def get_model_in_force(day: dt.date) -> Model:
    """The version in force on ``day``; before the first one, the first."""
    return next((m for m in reversed(load_models()) if m.valid_from <= day), load_models()[0])
