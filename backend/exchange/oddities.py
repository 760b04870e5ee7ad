"""Cells that hold no text: what a reader of texts must know before he takes them for one."""

from __future__ import annotations

import enum
import re

from django.utils.translation import gettext_lazy as _

_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+\d+")

_SHOWN = 60
MOST_DIGITS = 15
"""Excel keeps no more of a number; the digits after them are lost and stand as noughts."""


class Oddity(enum.Enum):
    """What a cell holds instead of a text, with what its author can do about it."""

    DIGITS = _(
        "A number of more than 15 digits, of which Excel has lost the last ones. Format the column"
        " as text and write the number anew."
    )
    DATE = _(
        "The sheet holds a date here. Format the column as text and write what was meant, such as"
        " 1-2."
    )
    BOOLEAN = _("The sheet holds a truth value here. Write it as text.")
    ERROR = _("The sheet holds an error value here. Mend the formula, or write the value itself.")
    PERCENT = _("The sheet holds a percentage here. Format the column as text and write the value.")
    LINES = _(
        "Several lines in one cell. Write one line, and look whether a quotation mark is not closed"
        " and has swallowed the rows after it."
    )
    FORMULA = _(
        "The sheet holds a formula whose result it does not keep. Open and save it in a"
        " spreadsheet program, or paste the values."
    )


class OddText(str):
    """The text of such a cell, as its author sees it."""

    __slots__ = ("oddity",)
    oddity: Oddity

    def __new__(cls, text: str, oddity: Oddity) -> OddText:
        """Make the text with its oddity; any text will do."""
        made = super().__new__(cls, text)
        made.oddity = oddity
        return made

    @property
    def explanation(self) -> str:
        """Why it is taken for no text and what to do, with the beginning of what stands there."""
        return f"{self.oddity.value} ({self[:_SHOWN]})"


UNMENDED = "#N/A"
"""What stands for such a cell among the bad rows: sent back as it is, it is bad again."""


def text_or_odd(text: str) -> str:
    """``text`` itself, or what a spreadsheet writes for a cell that holds none."""
    if text[:1] == "#" and text in _ERRORS:
        return OddText(text, Oddity.ERROR)
    if "E+" in text and _SCIENTIFIC.fullmatch(text):
        return OddText(text, Oddity.DIGITS)
    return text
