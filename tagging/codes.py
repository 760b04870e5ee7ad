"""The code on a tag, as read from its label; see ``random_code`` for what a code is."""

from __future__ import annotations

from backend.lib.identifiers import random_code
from backend.lib.identifiers.random_code import (
    ALPHABET,
    BODY_LENGTH,
    LENGTH,
    MAX_RAW_LENGTH,
    CodeError,
    MalformedCode,
    WrongCheckSymbol,
    compute_check_symbol,
    group_code,
    make_code,
)

__all__ = [
    "ALPHABET",
    "BODY_LENGTH",
    "LENGTH",
    "MAX_RAW_LENGTH",
    "CodeError",
    "MalformedCode",
    "WrongCheckSymbol",
    "compute_check_symbol",
    "group_code",
    "host_of",
    "make_code",
    "normalise_code",
]

DOOR = "T"
"""What stands before the code in the address of a tag."""


def normalise_code(raw: str) -> str:
    """The tag code in what a scanner sent. Raises MalformedCode or WrongCheckSymbol."""
    return random_code.read_code(raw, door=DOOR)


def host_of(raw: str) -> str:
    """The host of the address of a tag in what a scanner sent; empty without one."""
    return random_code.host_of(raw, door=DOOR)
