"""Queries of Django's that are asked on the busiest paths: compiled once a process, prepared once a connection.

To put together and compile such a query takes Django several times as long as the database takes to
answer it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Expression, Field, QuerySet
from django.db.models.query import ModelIterable
from psycopg.sql import Literal

from backend.lib.prepared import fetch_prepared

Found = TypeVar("Found")


class Given(Expression):
    """The place of a value in a ``KeptQuery``, which is given by its ``name`` when it is asked."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """A place of the column's type, and this object in the place of the value."""
        return f"%s::{self.output_field.db_type(connection)}", [self]


class GivenMany(Given):
    """The place of a list of values, of which a column is one: ``filter(pk__in=GivenMany(…))``."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """As of one value."""
        place, values = super().as_sql(compiler, connection)
        return f"(SELECT unnest({place}[]))", values


class KeptQuery(Generic[Found]):
    """A queryset whose text is always the same, with a ``Given`` for each value that is not.

    ``build`` makes the queryset; it is called once. All its other values become constants of the
    text, so none of them may depend on the day, the reader or the language.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Found]]) -> None:
        self._build = build

    def fetch(self, **given: Any) -> list[Found]:
        """The objects that are found, as Django makes them."""
        compiler = self._compilation[0]
        answered = SimpleNamespace(
            select=compiler.select,
            klass_info=compiler.klass_info,
            annotation_col_map=compiler.annotation_col_map,
            execute_sql=lambda **_ways: None,
            results_iter=lambda _results: self.fetch_rows(**given),
        )
        query = SimpleNamespace(get_compiler=lambda using: answered)
        asked: Any = SimpleNamespace(db=DEFAULT_DB_ALIAS, query=query, _known_related_objects={})
        return list(ModelIterable(asked))

    def fetch_rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows that are found, each value as Django gives it."""
        compiler, text, names = self._compilation
        rows = fetch_prepared(text, [given[name] for name in names])
        return list(compiler.results_iter([rows], tuple_expected=True))

    @cached_property
    def _compilation(self) -> tuple[Any, str, list[str]]:
        """The compiler, which knows what is selected, the text, and the names of its values in order."""
        compiler = self._build().query.get_compiler(DEFAULT_DB_ALIAS)
        text, values = compiler.as_sql()
        names = [value.name for value in values if isinstance(value, Given)]
        return compiler, _write_constants(text, values), names


def _write_constants(text: str, values: Sequence[Any]) -> str:
    """The text with the ``values`` in their places, but for those that are yet to be given."""
    rest = iter(values)

    def write(place: re.Match[str]) -> str:
        if place[0] == "%%" or isinstance(value := next(rest), Given):
            return place[0]
        return Literal(value).as_string(None).replace("%", "%%")

    return re.sub("%[%s]", write, text)
