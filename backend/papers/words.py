"""The words of a paper: what may stand in the fields of a template, and its text filled with them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from backend.papers.models import Template

ALWAYS = frozenset({"office"})
"""Names that a text may use without a field."""
_PLACE = re.compile(r"\{([a-z_]+)\}")
_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


class Field(TypedDict):
    """A named field of a template; ``most`` characters at most."""

    name: str
    label: str
    kind: Literal["text", "lines", "day"]
    required: bool
    public: bool
    most: int


def names_in(paragraph: str) -> set[str]:
    """The names that a text of a template uses."""
    return set(_PLACE.findall(paragraph))


def check_values(template: Template, values: Mapping[str, Any]) -> dict[str, str]:
    """The values of all fields as texts. They are words and never markup.

    Raises Refused (422) ``field-unknown``, ``field-missing``, ``field-too-long``, ``field-day`` or
    ``field-character``, with the pointer to the field.
    """
    fields: dict[str, Field] = {field["name"]: field for field in template.fields}
    for name in values:
        if name not in fields:
            known = ", ".join(fields)
            raise _refusal_of_field(
                "field-unknown", name, _("Known: %(names)s.") % {"names": known}
            )
    return {name: _check_value(field, values.get(name, "")) for name, field in fields.items()}


def fit_values(template: Template, values: Mapping[str, str]) -> dict[str, str]:
    """Those of the values that the template has fields for, made to fit: without what cannot be seen,
    cut to the longest."""
    return {
        field["name"]: _fit_text(field, values.get(field["name"], "")) for field in template.fields
    }


def check_text(text: str, *, name: str, breaks: bool = False) -> str:
    """``text`` without blanks around it. Raises Refused ``field-character`` for what cannot be seen.

    Line ends are allowed with ``breaks``.
    """
    for character in text:
        if unicodedata.category(character) in _INVISIBLE and not (breaks and character == "\n"):
            told = _("U+%(code)04X cannot be seen on paper. Take it out.")
            raise Refused("field-character", told % {"code": ord(character)}, field=name)
    return text.strip()


def fill_paragraphs(template: Template, values: Mapping[str, str], *, office: str) -> list[str]:
    """The paragraphs of the text; one that names a field which was left empty is left out.

    Each line of a value is a paragraph of its own.
    """
    days = {field["name"] for field in template.fields if field["kind"] == "day"}
    said = {name: _spell_day(v) if name in days and v else v for name, v in values.items()}
    said["office"] = office
    whole = [p for p in template.paragraphs if all(said.get(name) for name in names_in(p))]
    text = "\n".join(_PLACE.sub(lambda place: said[place[1]], paragraph) for paragraph in whole)
    return [line.strip() for line in text.split("\n") if line.strip()]


def _fit_text(field: Field, text: str) -> str:
    kept = "\n" if field["kind"] == "lines" else ""
    seen = "".join(
        character if character == kept or unicodedata.category(character) not in _INVISIBLE else " "
        for character in text.replace("\r\n", "\n")
    )
    return seen.strip()[: field["most"]]


def _check_value(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _refusal_of_field("field-text", field["name"], _("Send a text."))
    text = check_text(
        value.replace("\r\n", "\n"),
        name=_pointer_of_field(field["name"]),
        breaks=field["kind"] == "lines",
    )
    if field["required"] and not text:
        raise _refusal_of_field("field-missing", field["name"], _("Fill in: %s.") % field["label"])
    if len(text) > field["most"]:
        told = _("At most %(most)d characters, not %(length)d.")
        raise _refusal_of_field(
            "field-too-long", field["name"], told % {"most": field["most"], "length": len(text)}
        )
    if field["kind"] == "day" and text and not _is_day(text):
        raise _refusal_of_field("field-day", field["name"], _("Write the day as 2026-11-28."))
    return text


def _refusal_of_field(code: str, name: str, detail: str) -> Refused:
    return Refused(code, detail, field=_pointer_of_field(name))


def _pointer_of_field(name: str) -> str:
    return f"fields/{name[:60]}"


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _spell_day(text: str) -> str:
    day = dt.date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"
