"""A query that is kept gives what Django's own gives, whatever it is asked with."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.models import BooleanField, Case, CharField, DateField, QuerySet, Value, When
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from backend.lib.kept_queries import Given, GivenMany, KeptQuery
from geo.models import Region

TODAY = dt.date(2026, 7, 1)

pytestmark = pytest.mark.django_db


def query_children(parent: Any, codes: Any, day: Any) -> QuerySet[Region]:
    rows = Region.objects.filter(parent=parent, code__in=codes, valid_from__lte=day)
    told = Concat("name", Value(" 100% %s"))
    is_jinan = Case(When(parent=parent, then=True), default=False, output_field=BooleanField())
    return rows.annotate(told=told, is_jinan=is_jinan).select_related("parent").order_by("-code")


KEPT = KeptQuery(
    lambda: query_children(
        Given("parent", CharField()), GivenMany("codes", CharField()), Given("day", DateField())
    )
)


def tell(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [(row, row.parent.name, row.told, row.is_jinan, row.label_point) for row in rows]


def test_the_objects_are_those_of_django(world):
    codes = list(Region.objects.values_list("code", flat=True))
    for parent, some, day in (
        ("370100", codes, TODAY),
        ("370000", codes, TODAY),
        ("370100", codes[::2], TODAY),
        ("370100", codes, dt.date(1900, 1, 1)),
        ("370100", [], TODAY),
        ("37' OR '%s", codes, TODAY),
    ):
        wanted = tell(list(query_children(parent, some, day)))
        with CaptureQueriesContext(connection) as asked:
            found = KEPT.fetch(parent=parent, codes=some, day=day)
            assert tell(found) == wanted
        assert len(asked) == 1
    assert tell(KEPT.fetch(parent="370100", codes=codes, day=TODAY))


def test_rows_are_those_of_django(world):
    kept = KeptQuery(
        lambda: Region.objects.filter(code=Given("code", CharField())).values_list("level", "name")
    )
    wanted = Region.objects.filter(code="370100").values_list("level", "name")
    assert kept.fetch_rows(code="370100") == list(wanted) != []
    assert kept.fetch_rows(code="nothing") == []
