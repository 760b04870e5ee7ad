"""The words of older registers and what they mean: ``data/words.toml``."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "words.toml"
_BRACKETS = str.maketrans("（）", "()")


@functools.cache
def find_status(word: str) -> str | None:
    """The status that ``word`` or the province's number for it means; None: none."""
    return _find_meaning(_load_words()["status"], word)


@functools.cache
def find_conclusion(word: str, category: str) -> str | None:
    """The conclusion that ``word`` means on a report of such a unit; None: none."""
    entries = _load_words()["conclusion"]
    return _find_meaning([e for e in entries if category.startswith(e["category_prefix"])], word)


@functools.cache
def parse_truth(word: str) -> bool | None:
    """Whether ``word`` says yes or no; None: neither."""
    words = _load_words()["bool"]
    return (
        True
        if _normalise_word(word) in words["yes"]
        else False
        if _normalise_word(word) in words["no"]
        else None
    )


@functools.cache
def empty_words() -> frozenset[str]:
    """The words that stand in cells that say nothing."""
    return frozenset(_load_words()["nothing"]["words"])


def allowed_words(meaning: str) -> str:
    """The words that somebody may give for a ``status`` or a ``conclusion``."""
    return ", ".join(entry["words"][0] for entry in _load_words()[meaning])


def _find_meaning(entries: list[dict[str, Any]], word: str) -> str | None:
    found = (str(entry["is"]) for entry in entries if _normalise_word(word) in entry["words"])
    return next(found, None)


def _normalise_word(word: str) -> str:
    return (
        "".join(word.translate(_BRACKETS).lower().split()) if not word.isascii() else word.lower()
    )


@functools.cache
def _load_words() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
