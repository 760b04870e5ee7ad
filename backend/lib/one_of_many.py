"""Whether a number is one of many, asked with one parameter."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, Value


def is_one_of(column: str, numbers: Collection[int]) -> Q:
    """The predicate that ``column`` is one of ``numbers``.

    As ``column__in``, which is written out with a parameter for each: for the offices of a province
    that takes longer than the query.
    """
    many = Value(list(numbers), output_field=ArrayField(BigIntegerField()))
    return Q(
        Func(
            F(column), many,
            arg_joiner=" = ANY(", template="%(expressions)s)", output_field=BooleanField(),
        )
    )  # fmt: skip
