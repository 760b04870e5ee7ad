"""The words of older registers and what they mean: ``data/words.toml``."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "words.toml"
_BRACKETS = str.maketrans("（）", "()")


@functools.cache
def status_of(word: str) -> str | None:
    """The status that ``word`` or the province's number for it means; None: none."""
    return _meaning(_document()["status"], word)


@functools.cache
def conclusion_of(word: str, category: str) -> str | None:
    """The conclusion that ``word`` means on a report of such a unit; None: none."""
    entries = _document()["conclusion"]
    return _meaning([e for e in entries if category.startswith(e["category_prefix"])], word)


@functools.cache
def truth_of(word: str) -> bool | None:
    """Whether ``word`` says yes or no; None: neither."""
    words = _document()["bool"]
    return True if _plain(word) in words["yes"] else False if _plain(word) in words["no"] else None


@functools.cache
def nothings() -> frozenset[str]:
    """What stands in cells that say nothing."""
    return frozenset(_document()["nothing"]["words"])


def choices_of(meaning: str) -> str:
    """The words that somebody may give for a ``status`` or a ``conclusion``."""
    return ", ".join(entry["words"][0] for entry in _document()[meaning])


def _meaning(entries: list[dict[str, Any]], word: str) -> str | None:
    found = (str(entry["is"]) for entry in entries if _plain(word) in entry["words"])
    return next(found, None)


def _plain(word: str) -> str:
    return (
        "".join(word.translate(_BRACKETS).lower().split()) if not word.isascii() else word.lower()
    )


@functools.cache
def _document() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
