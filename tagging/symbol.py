"""QR symbols for label sheets, many per second, equal to those of ``qrcode`` module for module.

For one version, level and mask every module is an affine function over GF(2) of the data bits:
interleaving, Reed-Solomon check words and masking are all linear. Therefore the symbol of a payload
is the symbol of a filler with the differences of its character pairs added (XOR). ``qrcode`` draws
the filler and one symbol per data bit; everything else is a table look-up. A symbol is one Python
integer, row by row from the top left, most significant bit first; no array library is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import qrcode
from qrcode.util import ALPHA_NUM

from backend.lib.qr_symbol import draw_by_library
from tagging import codes

MASK = 2
"""The mask of printed labels. Any of the eight is readable; one for all lets the tables be shared."""

_CHARACTERS = ALPHA_NUM.decode("ascii")
_FILLER = "Z"  # not "0": qrcode 8.2 cannot divide a block of nothing but zero bytes


def pack_modules(symbol: qrcode.QRCode[Any]) -> int:
    """The modules of a finished ``symbol`` as one integer."""
    return int("".join("01"[bool(module)] for row in symbol.modules for module in row), 2)


@dataclass(frozen=True)
class Encoder:
    """Symbols of ``prefix`` + code for one level and mask. Make it with :func:`make_encoder`."""

    prefix: str
    size: int
    """Modules along a side, without the quiet zone."""
    base: int
    tables: tuple[dict[str, int], ...] = field(repr=False)
    offset: int
    """1 when the first symbol of a code shares its pair with the last of the prefix."""

    def modules(self, code: str) -> int:
        """The symbol of ``code`` (twelve symbols of the alphabet) as an integer of size² bits."""
        result = self.base
        start = -self.offset
        for table in self.tables:
            result ^= table[code[max(start, 0) : start + 2]]
            start += 2
        return result


@cache
def make_encoder(prefix: str, level: str = "H", mask: int = MASK) -> Encoder:
    """The encoder for addresses that begin with ``prefix`` (capitals); made once per process."""
    payload = prefix + _FILLER * codes.LENGTH
    base_symbol = draw_by_library(payload, level=level, mask=mask)
    base = pack_modules(base_symbol)
    offset = len(prefix) % 2
    tables = []
    for start in range(len(prefix) - offset, len(payload), 2):
        basis = _bit_changes(payload, start, level=level, mask=mask)
        lead = prefix[start:]
        width = min(2, len(payload) - start) - len(lead)
        tables.append(_difference_table(basis, lead=lead, width=width))
    return Encoder(prefix, base_symbol.modules_count, base, tuple(tables), offset)


def _bit_changes(payload: str, start: int, *, level: str, mask: int) -> list[int]:
    """What each data bit of the pair at ``start`` changes, the lowest bit first."""
    width = min(2, len(payload) - start)
    blank = payload[:start] + "0" * width + payload[start + width :]
    ground = pack_modules(draw_by_library(blank, level=level, mask=mask))
    changes = []
    for bit in range(11 if width == 2 else 6):
        high, low = divmod(1 << bit, 45)
        pair = _CHARACTERS[high] + _CHARACTERS[low] if width == 2 else _CHARACTERS[low]
        drawn = payload[:start] + pair + payload[start + width :]
        changes.append(pack_modules(draw_by_library(drawn, level=level, mask=mask)) ^ ground)
    return changes


def _difference_table(basis: list[int], *, lead: str, width: int) -> dict[str, int]:
    """For each run of ``width`` code symbols after ``lead``: its difference from the filler."""
    runs = [""]
    for _ in range(width):
        runs = [run + symbol for run in runs for symbol in codes.ALPHABET]
    filler = _pair_value(lead + _FILLER * width)
    return {run: _combine_changes(basis, _pair_value(lead + run) ^ filler) for run in runs}


def _pair_value(pair: str) -> int:
    number = 0
    for character in pair:
        number = number * 45 + _CHARACTERS.index(character)
    return number


def _combine_changes(basis: list[int], bits: int) -> int:
    mixed = 0
    for place, change in enumerate(basis):
        if bits >> place & 1:
            mixed ^= change
    return mixed
