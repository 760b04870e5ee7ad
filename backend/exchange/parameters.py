"""The technical parameters of a row's unit: texts into values of the schema of its kind."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from backend.exchange.cleaned_titles import matching_key
from backend.exchange.oddities import Oddity, OddText
from backend.exchange.register_words import empty_words, parse_truth
from backend.exchange.row_cells import BadRow
from backend.lib.problems import Refused
from backend.units.parameters import Parameter, check_parameters, schema_of


def map_parameter_columns(header: list[str], categories: Iterable[str]) -> dict[str, int]:
    """The columns of ``header`` that are parameters of some kind, by their title."""
    known = {key for code in categories for key in _parameters_by_key(code)}
    return {title: place for place, title in enumerate(header) if matching_key(title) in known}


def read_parameters(category: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """The parameters that the ``texts``, by title, give a unit of ``category``; raises BadRow."""
    found = {}
    for title, text in texts.items():
        if text in empty_words():
            continue
        parameter = _parameters_by_key(category).get(matching_key(title))
        if parameter is None:
            raise BadRow(title, _("Units of this kind have no such parameter."))
        if type(text) is OddText and (text.oddity, parameter.type) != (Oddity.BOOLEAN, "bool"):
            raise BadRow(title, text.explanation)
        value = _parse_value(parameter, text)
        try:
            check_parameters(category, {parameter.name: value})
        except Refused as refused:
            raise BadRow(title, refused.detail) from refused
        found[parameter.name] = value
    return found


@functools.cache
def _parameters_by_key(category: str) -> dict[str, Parameter]:
    """Each parameter by its Chinese and English title and by its name."""
    schema = [one for one in schema_of(category).values() if not one.found]
    return {matching_key(title): one for one in schema for title in (one.name, one.en, one.zh)}


def _parse_value(parameter: Parameter, text: str) -> Any:
    """``text`` as a value of the type; what cannot be read stays a text, which the check refuses."""
    if parameter.type == "bool":
        known = parse_truth(text)
        return text if known is None else known
    if parameter.type == "number":
        return _parse_number(text.removesuffix(parameter.unit).strip(), text)
    if parameter.type == "choice":
        return next((one for one in parameter.choices if str(one) == text), text)
    return text


def _parse_number(digits: str, text: str) -> float | str:
    try:
        number = float(digits)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number
