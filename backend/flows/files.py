"""Reads the documents of flows from their files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.flows.documents import Document

DATA = Path(__file__).parent / "data"


def read_file(path: Path) -> Document:
    """The document of a file: that of its ``base``, a file in the folder ``bases``, with its own on it.

    A base may leave words open, as ``$decision``; the ``words`` of the file fill them in. Raises
    KeyError for one that no file fills in.
    """
    own = tomllib.loads(path.read_text("utf-8"))
    if (base := own.pop("base", None)) is None:
        return own
    words = own.pop("words", {})
    whole = _lay_on(tomllib.loads((path.parent / "bases" / f"{base}.toml").read_text("utf-8")), own)
    return {name: _fill_in(part, words) for name, part in whole.items()}


def _fill_in(part: Any, words: Mapping[str, str]) -> Any:
    """A part of a document with its open words filled in."""
    if isinstance(part, Mapping):
        return {name: _fill_in(inner, words) for name, inner in part.items()}
    if isinstance(part, list):
        return [_fill_in(inner, words) for inner in part]
    return words[part[1:]] if isinstance(part, str) and part.startswith("$") else part


def _lay_on(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A table with another on it: tables are joined, anything else is what the upper one says."""
    joined = {
        name: _lay_on(base[name], value)
        if isinstance(value, Mapping) and isinstance(base.get(name), Mapping)
        else value
        for name, value in own.items()
    }
    return {**base, **joined}
