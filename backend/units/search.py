"""Searching units by what is printed on certificates and plates, as people type it.

Writing and reading fold alike, by the one function ``units_folded`` of the database: wide letters
and brackets as narrow ones (NFKC), without case, blanks, brackets, dashes and dots.
"""

from __future__ import annotations

from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Right, StrIndex
from django.db.models.lookups import Contains, GreaterThan

MIN_CHARACTERS = 3
"""Letters and digits below which nothing is looked for: the index knows no shorter parts."""

SEARCHED_COLUMNS = (
    "device_code", "registration_code", "certificate_no", "factory_no", "internal_no", "address",
)  # fmt: skip
"""Of these the text is made that is searched; no name of a person is among them."""


_LOOKED_UP = 10
"""Characters at the end of a text that are looked up in the index: each asks for one more long list
of it, and numbers differ at their ends."""


class FoldedTexts(Func):
    """The searched columns as one folded text, in SQL."""

    function = "units_folded"
    output_field = TextField()


def is_searchable(text: str) -> bool:
    """Whether ``text`` is long enough to search for."""
    return sum(letter.isalnum() for letter in text) >= MIN_CHARACTERS


def contains_text(text: str) -> Q:
    """The SQL condition that a unit's searched columns contain ``text``; the index ``unit_texts`` serves it."""
    searched, wanted = FoldedTexts(*map(F, SEARCHED_COLUMNS)), FoldedTexts(Value(text))
    if len(text) <= _LOOKED_UP:
        return Q(Contains(searched, wanted))
    end = Q(Contains(searched, Right(wanted, _LOOKED_UP)))
    return end & Q(GreaterThan(StrIndex(searched, wanted), 0))
