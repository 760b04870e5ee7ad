"""Loads the templates from their versioned files. Safe to run again."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from backend.lib import clock
from backend.papers.models import Template
from backend.papers.sheet import has_layout
from backend.papers.words import ALWAYS, Field, names_in

DATA = Path(__file__).parent / "data"
_MEMBERS = frozenset(Field.__annotations__)
_KINDS = frozenset({"text", "lines", "day"})


@transaction.atomic
def load_templates(folder: Path = DATA) -> int:
    """Write every version that the files hold; returns how many. A version never changes.

    Raises ValueError for a text that names no field, a field that is not whole, a layout that is
    not there, and another text under a version that is loaded.
    """
    known = {(row.code, row.version): row for row in Template.objects.all()}
    files = sorted(folder.glob("*.toml"))
    for path in files:
        facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        _check_template(facts)
        row = known.get((facts["code"], facts["version"]))
        if row is None:
            Template.objects.create(loaded_at=clock.now(), **facts)
        elif any(getattr(row, name) != value for name, value in facts.items()):
            raise ValueError(f"{path.name}: version {row.version} is loaded with another text")
    return len(files)


def _check_template(facts: dict[str, Any]) -> None:
    title, fields = facts["title"], facts["fields"]
    for field in fields:
        if set(field) != _MEMBERS or field["kind"] not in _KINDS:
            raise ValueError(f"{title}: {field} is no whole field")
    names = {field["name"] for field in fields} | ALWAYS
    for paragraph in facts["paragraphs"]:
        if unknown := names_in(paragraph) - names:
            raise ValueError(f"{title}: no field is called {', '.join(sorted(unknown))}")
    if facts["layout"] and not has_layout(facts["layout"]):
        raise ValueError(f"{title}: there is no layout {facts['layout']}")
