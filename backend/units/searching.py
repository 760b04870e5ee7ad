"""Searching units by what is printed on certificates and plates, as people type it.

Writing and reading fold alike, by the one function ``units_folded`` of the database: wide letters
and brackets as narrow ones (NFKC), without case, blanks, brackets, dashes and dots.
"""

from __future__ import annotations

from typing import Any

from django.db.models import F, Func, TextField, Value
from django.db.models.lookups import Contains

LEAST = 3
"""Letters and digits below which nothing is looked for: the index knows no shorter parts."""

TEXTS = (
    "device_code", "registration_code", "certificate_no", "factory_no", "internal_no", "address",
)  # fmt: skip
"""Of these the text is made that is searched; no name of a person is among them."""


class Folded(Func):
    """The texts as one, folded."""

    function = "units_folded"
    output_field = TextField()


def is_searchable(text: str) -> bool:
    """Whether there is enough of ``text`` to look for."""
    return sum(letter.isalnum() for letter in text) >= LEAST


def contains(text: str) -> Any:
    """The condition that one of a unit's texts holds ``text``, as the index ``unit_texts`` knows it."""
    return Contains(Folded(*map(F, TEXTS)), Folded(Value(text)))
