"""Whether a parser takes a text."""

from __future__ import annotations

from collections.abc import Callable

from backend.lib.identifiers.errors import InvalidIdentifier


def accepts(parse: Callable[[str], object], text: str) -> bool:
    """Whether ``parse`` reads ``text`` without refusing it."""
    try:
        parse(text)
    except InvalidIdentifier:
        return False
    return True
