"""The technical parameters of a row's unit: texts into values of the schema of its kind."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from backend.exchange.cells import BadRow
from backend.exchange.headings import key_of
from backend.exchange.oddities import Odd, Oddity
from backend.exchange.words import nothings, truth_of
from backend.lib.problems import Refused
from backend.units.parameters import Parameter, check, schema_of


def parameter_columns(header: list[str], categories: Iterable[str]) -> dict[str, int]:
    """The columns of ``header`` that are parameters of some kind, by their title."""
    known = {key for code in categories for key in _by_key(code)}
    return {title: place for place, title in enumerate(header) if key_of(title) in known}


def parameters_of(category: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """The parameters that the ``texts``, by title, give a unit of ``category``; raises BadRow."""
    found = {}
    for title, text in texts.items():
        if text in nothings():
            continue
        parameter = _by_key(category).get(key_of(title))
        if parameter is None:
            raise BadRow(title, _("Units of this kind have no such parameter."))
        if type(text) is Odd and (text.oddity, parameter.type) != (Oddity.BOOLEAN, "bool"):
            raise BadRow(title, text.told)
        value = _value(parameter, text)
        try:
            check(category, {parameter.name: value})
        except Refused as refused:
            raise BadRow(title, refused.detail) from refused
        found[parameter.name] = value
    return found


@functools.cache
def _by_key(category: str) -> dict[str, Parameter]:
    """Each parameter by its Chinese and English title and by its name."""
    schema = [one for one in schema_of(category).values() if not one.found]
    return {key_of(title): one for one in schema for title in (one.name, one.en, one.zh)}


def _value(parameter: Parameter, text: str) -> Any:
    """``text`` as a value of the type; what cannot be read stays a text, which the check refuses."""
    if parameter.type == "bool":
        known = truth_of(text)
        return text if known is None else known
    if parameter.type == "number":
        return _number(text.removesuffix(parameter.unit).strip(), text)
    if parameter.type == "choice":
        return next((one for one in parameter.choices if str(one) == text), text)
    return text


def _number(digits: str, text: str) -> float | str:
    try:
        number = float(digits)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
