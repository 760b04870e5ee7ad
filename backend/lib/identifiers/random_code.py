"""The code on a tag or a paper: how it is made, checked, grouped for the eye and read back.

A code is eleven random symbols and one check symbol over 31 letters and digits. 31 is prime and
every place has its own weight, so each single wrong symbol and each exchange of two symbols is
detected. Nothing in a code tells anything about what it stands for.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and capitals without 0, 1, I, L and O, which people and scanners mix up."""

BODY_LENGTH = 11
"""Random symbols in a code: log2(31**11) is 54.5 bits."""

LENGTH = BODY_LENGTH + 1
MAX_RAW_LENGTH = 2048
"""The longest text from a scanner that is looked at, in characters."""

_ALPHABET_SIZE = len(ALPHABET)
_VALUE_BY_SYMBOL = {symbol: value for value, symbol in enumerate(ALPHABET)}
_FOLDED_CHARACTERS = {0xFF01 + i: 0x21 + i for i in range(94)}
_FOLDED_CHARACTERS |= {ord(c): ord(c.upper()) for c in "abcdefghijklmnopqrstuvwxyz"}
_FOLDED_CHARACTERS |= {0xFF41 + i: 0x41 + i for i in range(26)}
_STRAY_CHARACTERS = re.compile(r"[\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]+")
_HYPHENS = re.compile("[-\u2010-\u2015\u2212]")
_AIM_IDENTIFIER = re.compile(r"^\]Q[0-6]")
_ADDRESS = re.compile(r"^(?:HTTPS?://)?([^/?#@]+)/([A-Z])/([^/?#]+)/?(?:[?#].*)?$")


class CodeError(ValueError):
    """A scanned text that is no code."""


class MalformedCode(CodeError):
    """The text has not the form of a code or of its address."""


class WrongCheckSymbol(CodeError):
    """The form is right, but the check symbol is not: a symbol was misread or mistyped."""


def compute_check_symbol(body: str) -> str:
    """The symbol that closes ``body`` (eleven symbols): the sum of place x value, modulo 31."""
    total = sum(place * _VALUE_BY_SYMBOL[symbol] for place, symbol in enumerate(body, start=1))
    return ALPHABET[total % _ALPHABET_SIZE]


def make_code() -> str:
    """A new code from the system's random source. Uniqueness is the database's to say."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(BODY_LENGTH))
    return body + compute_check_symbol(body)


def group_code(code: str) -> str:
    """``code`` in groups of four, as printed beneath the symbol."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(raw: str, *, door: str) -> str:
    """The code in what a scanner sent; ``door`` is the letter that stands before it in an address.

    Taken: the address in any case on any host (labels outlive host names), with or without scheme,
    query, trailing slash and AIM symbology identifier; the bare code, grouped or not; full-width
    letters from a keyboard in Chinese mode; stray blanks, line ends, control characters. A
    look-alike (0 for O, 1 for I) is never turned into another symbol.

    Raises MalformedCode or WrongCheckSymbol.
    """
    if len(raw) > MAX_RAW_LENGTH:
        raise MalformedCode("The text is too long for a code.")
    text = _strip_scanner_noise(raw)
    if "/" in text:
        address = _ADDRESS.match(text)
        if address is None or address[2] != door:
            raise MalformedCode("The address is another one.")
        text = address[3]
    text = _HYPHENS.sub("", text)
    if len(text) != LENGTH or any(symbol not in _VALUE_BY_SYMBOL for symbol in text):
        raise MalformedCode("A code has 12 letters and digits, without 0, 1, I, L and O.")
    if compute_check_symbol(text[:BODY_LENGTH]) != text[BODY_LENGTH]:
        raise WrongCheckSymbol("A letter or digit of the code is wrong; read it again.")
    return text


def host_of(raw: str, *, door: str) -> str:
    """The host of the address in what a scanner sent, in small letters; empty without one."""
    address = _ADDRESS.match(_strip_scanner_noise(raw[:MAX_RAW_LENGTH]))
    if address is None or address[2] != door:
        return ""
    return re.sub(r":[0-9]*$", "", address[1]).lower()


def _strip_scanner_noise(raw: str) -> str:
    return _AIM_IDENTIFIER.sub("", _STRAY_CHARACTERS.sub("", raw.translate(_FOLDED_CHARACTERS)))
