"""A page of a narrow reader is found by each way in which he sees matters, in the order of keys."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.lib import clock
from backend.lib.paging import first_rows
from backend.matters.models import Matter, MatterReader
from tests.matters.offices import Desks, make_matter
from tests.plans import nodes, plan_of


def name(matter: Matter, **who: object) -> None:
    MatterReader.objects.create(matter=matter, since=clock.now(), **who)


@pytest.fixture
def seen(desks: Desks) -> list[int]:
    """Matters that the handler of 历下 sees by his office, his role, his name, and by two of them."""
    office, role, person, twice, other = [
        make_matter(desk) for desk in (desks.lixia, *[desks.shizhong] * 4)
    ]
    name(role, office=desks.lixia, role=Role.HANDLER)
    name(person, user=desks.handler)
    name(twice, user=desks.handler)
    name(twice, office=desks.lixia)
    assert other.pk not in Matter.objects.visible_to(desks.handler).values_list("pk", flat=True)
    return [twice.pk, person.pk, role.pk, office.pk]


def test_the_ways_together_give_what_is_seen_each_once_and_in_order(
    desks: Desks, seen: list[int]
) -> None:
    rows = Matter.objects.visible_to(desks.handler).filter(closed_at=None)
    assert rows.parts
    newest = [matter.pk for matter in first_rows(rows, ("-id",), 51)]
    assert newest == seen
    assert [matter.pk for matter in first_rows(rows, ("-id",), 2)] == seen[:2]
    assert [matter.pk for matter in first_rows(rows, ("id",), 51)] == seen[::-1]
    assert [matter.pk for matter in first_rows(rows.filter(pk__lt=seen[1]), ("-id",), 1)] == [
        seen[2]
    ]


def test_each_way_is_read_in_the_order_of_its_index(desks: Desks, seen: list[int]) -> None:
    with connection.cursor() as cursor:  # tables are small here
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    plan = nodes(plan_of(first_rows(Matter.objects.visible_to(desks.handler), ("-id",), 51)))
    used = {node.get("Index Name") for node in plan}
    assert {"one_office_of_matter", "one_reader_of_matter"} <= used


def test_the_overdue_are_asked_for_by_one_look_at_the_readers(desks: Desks) -> None:
    client = APIClient()
    client.force_authenticate(desks.handler)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/api/v1/matters?overdue=true").status_code == 200
    [statement] = [query["sql"] for query in asked if 'FROM "matters_matter"' in query["sql"]]
    # Once where the keys are chosen, once where their rows are read.
    assert statement.count('FROM "matters_matterreader"') == 2
