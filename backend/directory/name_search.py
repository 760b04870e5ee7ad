"""Searching entities by a part of their name, of two characters or more.

The index holds each name's pairs of neighbouring letters: 医院 is one such pair, while an index of
parts of three letters, as ``units.searching`` has it, could not find it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]
from django.db.models import F, Func, Q, TextField, Value
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
    if len(text) < LEAST:
        return Q(pk__in=[])
    pairs = ArrayContains(LetterPairs(F(column)), LetterPairs(Value(text)))
    # The planner takes this for true of a third, LIKE for true of next to none: then it would read
    # all that have the pairs, by several processes, where the first hundreds are enough.
    place = StrIndex(Lower(column), Lower(Value(text)))
    return Q(pairs) & Q(GreaterThan(place, 0))
