"""What can be applied for: the guide, the form and the documents of each, from data/kinds.toml."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.lib.problems import Refused

_FILE = Path(__file__).parent / "data" / "kinds.toml"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a field that offers some."""

    value: str
    zh: str
    en: str

    @property
    def label(self) -> str:
        """In the reader's language."""
        return choose_language(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form; ``prefill`` names what of the register stands in it at first."""

    name: str
    zh: str
    en: str
    kind: str
    """``text``, ``lines``, ``day`` or ``choice``."""
    required: bool
    most: int
    prefill: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def label(self) -> str:
        """In the reader's language."""
        return choose_language(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Paperwork:
    """A document that goes with an application."""

    name: str
    zh: str
    en: str
    required: bool

    @property
    def label(self) -> str:
        """In the reader's language."""
        return choose_language(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class ApplicationKind:
    """One thing that can be applied for."""

    name: str
    zh: str
    en: str
    flow: str
    about: str
    """``unit``, ``maybe-unit``, ``entity`` or ``person``."""
    level: str
    prefix: str
    result_zh: str
    result_en: str
    who_zh: str
    who_en: str
    when_zh: str
    when_en: str
    law: str
    confidence: str
    template: str
    """The paper of its certificate; empty where nothing is granted."""
    new_number: tuple[str, ...]
    fields: tuple[FormField, ...]
    documents: tuple[Paperwork, ...]

    @property
    def title(self) -> str:
        """In the reader's language."""
        return choose_language(self.zh, self.en)

    @property
    def guide(self) -> dict[str, str]:
        """Who applies, by when, by which law and what comes of it, in the reader's language."""
        return {
            "who": choose_language(self.who_zh, self.who_en),
            "when": choose_language(self.when_zh, self.when_en),
            "law": self.law,
            "result": choose_language(self.result_zh, self.result_en),
        }


def choose_language(zh: str, en: str) -> str:
    """What the reader's language calls it."""
    return zh if (get_language() or "").startswith("zh") else en


@functools.cache
def all_application_kinds() -> dict[str, ApplicationKind]:
    """Every kind by its name, in the order of the file."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["kind"]
    return {row["name"]: _read_kind(row) for row in rows}


def get_application_kind(name: str) -> ApplicationKind:
    """The kind called ``name``; raises Refused 422 ``unknown-kind``."""
    found = all_application_kinds().get(name)
    if found is None:
        detail = _("Nothing of this kind can be applied for. Look at the guides.")
        raise Refused("unknown-kind", detail, field="kind")
    return found


def _read_kind(row: Mapping[str, Any]) -> ApplicationKind:
    read = {
        "new_number": tuple(row["new_number"]),
        "fields": tuple(_read_field(one) for one in row["fields"]),
        "documents": tuple(Paperwork(**one) for one in row["documents"]),
    }
    return ApplicationKind(**{**row, **read})


def _read_field(row: Mapping[str, Any]) -> FormField:
    choices = tuple(Choice(*one) for one in row.get("choices", ()))
    return FormField(**{**row, "choices": choices})
