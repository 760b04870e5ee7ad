"""The technical parameters of a unit, checked against the schema of its kind.

The schema is ``data/parameters.toml``. What comes in by hand is refused when it does not fit;
what is stored already, from older registers too, is read as far as it fits.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from backend.units.law import read_law

TEXT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of one kind of unit.

    ``unit``, ``least`` and ``most`` are those of a number. ``default`` counts when nothing is
    stated; None: then nobody knows. What is ``found`` follows from inspections.
    """

    name: str
    type: str
    zh: str
    en: str
    choices: tuple[Any, ...] = ()
    unit: str = ""
    least: float = -math.inf
    most: float = math.inf
    default: Any = None
    found: bool = False

    def takes(self, value: Any) -> bool:
        """Whether ``value`` is one of this parameter."""
        if self.type == "bool":
            return isinstance(value, bool)
        if isinstance(value, bool):
            return False
        if self.type == "choice":
            return isinstance(value, (str, int)) and value in self.choices
        if self.type == "number":
            return isinstance(value, (int, float)) and self.least <= value <= self.most
        return isinstance(value, str) and 0 < len(value.strip()) <= TEXT_LENGTH


@functools.cache
def schema_of(category: str) -> Mapping[str, Parameter]:
    """The parameters that units of ``category`` have, by name."""
    fitting = [row for row in _parameter_rows() if category.startswith(row["category_prefix"])]
    fitting.sort(key=lambda row: len(row["category_prefix"]))
    return {row["name"]: _build_parameter(row) for row in fitting}


def check_parameters(category: str, parameters: Any) -> dict[str, Any]:
    """The ``parameters`` that somebody enters for a unit of ``category``; null says: not known.

    Raises Refused (422): no object, a name that such units do not have, a value that does not fit.
    """
    if not isinstance(parameters, Mapping):
        text = _("Give an object of names and values.")
        raise Refused("bad-parameter", text, field="parameters")
    entered = {name: one for name, one in schema_of(category).items() if not one.found}
    for name, value in parameters.items():
        if name not in entered:
            text = _("Units of this kind have no such parameter; they have: %(names)s.")
            text %= {"names": ", ".join(entered) or "—"}
        elif value is None or entered[name].takes(value):
            continue
        else:
            text = _describe_wanted(entered[name])
        raise Refused("bad-parameter", text, field=f"parameters.{name}")
    return dict(parameters)


def known_parameters(category: str, stored: Any) -> dict[str, Any]:
    """What is known of each parameter of a unit; None for what nobody knows. Never raises.

    What is not stated is the default; what does not fit the schema, and null, is not known. What
    inspections find is never read from what was entered.
    """
    stated = stored if isinstance(stored, Mapping) else {}
    found = {}
    for name, one in schema_of(category).items():
        value = None if one.found else stated.get(name, one.default)
        found[name] = value if one.takes(value) else None
    return found


def _describe_wanted(parameter: Parameter) -> str:
    """A text that says which values the parameter takes, for whoever gave another."""
    if parameter.type == "bool":
        return _("Give true or false, without quotation marks, or null.")
    if parameter.type == "choice":
        return _("Give one of: %(choices)s.") % {"choices": ", ".join(map(str, parameter.choices))}
    if parameter.type == "number":
        return _("Give a number from %(least)s to %(most)s%(unit)s.") % {
            "least": parameter.least,
            "most": parameter.most,
            "unit": parameter.unit and f" {parameter.unit}",
        }
    return _("Give a text of at most %(length)s characters.") % {"length": TEXT_LENGTH}


def _build_parameter(row: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=row["name"],
        type=row["type"],
        zh=row["zh"],
        en=row["en"],
        choices=tuple(row.get("choices", ())),
        unit=row.get("unit", ""),
        least=row.get("min", -math.inf),
        most=row.get("max", math.inf),
        default=row.get("default"),
        found=row.get("found", False),
    )


def _parameter_rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_law("parameters")["parameter"]
    return rows
