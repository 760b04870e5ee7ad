"""Whether a form was filled in as its kind asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from backend.approvals.kinds import ApplicationKind, FormField
from backend.lib.problems import Refused
from backend.papers.words import check_text


def check_form(kind: ApplicationKind, given: Mapping[str, Any]) -> dict[str, str]:
    """The texts of all fields of the kind; words and never markup.

    Raises Refused (422) ``field-unknown``, ``field-missing``, ``field-too-long``, ``field-day``,
    ``field-choice``, ``field-text`` or ``field-character``, each with the field.
    """
    fields = {field.name: field for field in kind.fields}
    for name in given:
        if name not in fields:
            known = ", ".join(fields)
            raise _refusal_of_field(
                "field-unknown", str(name), _("Known: %(names)s.") % {"names": known}
            )
    return {name: check_field(field, given.get(name, "")) for name, field in fields.items()}


def check_field(field: FormField, value: Any) -> str:
    """The text of one field; raises Refused as ``check_form``."""
    if not isinstance(value, str):
        raise _refusal_of_field("field-text", field.name, _("Send a text."))
    text = check_text(
        value.replace("\r\n", "\n"),
        name=_pointer_of_field(field.name),
        breaks=field.kind == "lines",
    )
    if field.required and not text:
        raise _refusal_of_field("field-missing", field.name, _("Fill in: %s.") % field.label)
    if len(text) > field.most:
        told = _("At most %(most)d characters, not %(length)d.")
        told %= {"most": field.most, "length": len(text)}
        raise _refusal_of_field("field-too-long", field.name, told)
    if text and field.kind == "day" and not _is_day(text):
        raise _refusal_of_field("field-day", field.name, _("Write the day as 2026-11-28."))
    if text and field.kind == "choice" and text not in {one.value for one in field.choices}:
        raise _refusal_of_field("field-choice", field.name, _("Choose one of those offered."))
    return text


def check_documents(kind: ApplicationKind, sent: Collection[str]) -> None:
    """Refuse (422) documents that the kind does not know.

    One that lacks is no reason: the office says so, within its days and once (rule 20).
    """
    known = {one.name for one in kind.documents}
    for name in sent:
        if name not in known:
            told = _("Known: %(names)s.") % {"names": ", ".join(sorted(known))}
            raise Refused("document-unknown", told, field="files")


def _refusal_of_field(code: str, name: str, detail: str) -> Refused:
    return Refused(code, detail, field=_pointer_of_field(name))


def _pointer_of_field(name: str) -> str:
    return f"form/{name[:60]}"


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
