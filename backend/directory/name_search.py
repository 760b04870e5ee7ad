"""Searching entities by a part of their name, of two characters or more.

The index holds each name's pairs of neighbouring letters: 医院 is one such pair, while an index of
parts of three letters, as ``units.searching`` has it, could not find it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]
from django.db.models import Expression, F, Func, Q, TextField, Value
from django.db.models.functions import Lower, StrIndex
from django.db.models.lookups import GreaterThan

LEAST = 2
"""Letters below which nothing is looked for."""


class LetterPairs(Func):
    """All pairs of neighbouring letters of a text, each once, in lower case."""

    function = "letter_pairs"
    output_field = ArrayField(TextField())


def name_contains(text: str, *, column: str = "name") -> Q:
    """The predicate that ``column`` holds ``text``, in capitals or not; none for one letter alone.

    The column needs an index of its :class:`LetterPairs`.
    """
    return contains_pairs(text, column=column) & contains_letters(text, column=column)


def contains_pairs(text: str, *, column: str) -> Q:
    """The part of :func:`name_contains` that the index answers: whether all pairs of ``text`` are there."""
    if len(text) < LEAST:
        return Q(pk__in=[])
    return Q(ArrayContains(LetterPairs(F(column)), LetterPairs(Value(text))))


def contains_letters(text: str, *, column: str | Expression) -> Q:
    """The part of :func:`name_contains` that reads the row: whether they stand there one after the other."""
    # The planner takes the pairs for true of a third, LIKE for true of next to none: then it would
    # read all that have the pairs, by several processes, where the first hundreds are enough.
    cased = text.lower() != text.upper()
    place = StrIndex(Lower(column), Lower(Value(text))) if cased else StrIndex(column, Value(text))
    return Q(GreaterThan(place, 0))
