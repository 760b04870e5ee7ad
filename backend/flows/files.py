"""Reads the documents of flows from their files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.flows.documents import Document

DATA = Path(__file__).parent / "data"


def read_file(path: Path) -> Document:
    """The document of a file: that of its ``base``, a file in the folder ``bases``, with its own on it."""
    own = tomllib.loads(path.read_text("utf-8"))
    if (base := own.pop("base", None)) is None:
        return own
    return _lay_on(tomllib.loads((path.parent / "bases" / f"{base}.toml").read_text("utf-8")), own)


def _lay_on(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A table with another on it: tables are joined, anything else is what the upper one says."""
    joined = {
        name: _lay_on(base[name], value)
        if isinstance(value, Mapping) and isinstance(base.get(name), Mapping)
        else value
        for name, value in own.items()
    }
    return {**base, **joined}
