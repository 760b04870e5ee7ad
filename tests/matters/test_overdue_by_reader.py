"""What is overdue is found by the days that stand beside its readers, not by looking at all of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.paging import first_rows
from backend.matters.models import Matter, MatterReader
from tests.matters.offices import Desks, make_matter
from tests.owner import as_owner
from tests.plans import nodes, plan_of

YESTERDAY = clock.today() - dt.timedelta(days=1)


@pytest.fixture
def late(desks: Desks) -> Matter:
    """One of 市中 that is overdue, among four hundred."""
    first = make_matter(desks.shizhong, due_on=YESTERDAY)
    copied = [f.name for f in Matter._meta.concrete_fields if not f.primary_key]
    facts = {name: getattr(first, name) for name in copied}
    others = Matter.objects.bulk_create(Matter(**facts) for _ in range(400))
    MatterReader.objects.bulk_create(
        MatterReader(matter=other, office=desks.shizhong, since=clock.now()) for other in others
    )
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what earlier tests left of statistics decides plans too
    return first


@pytest.mark.parametrize("order", [("due_on", "id"), ("-id",)])
@pytest.mark.parametrize("seen_first", [False, True])
def test_the_overdue_of_an_office_that_has_none_are_not_searched_among_those_of_others(
    desks: Desks, late: Matter, order: tuple[str, ...], seen_first: bool
) -> None:
    rows = Matter.objects.visible_to(desks.handler) if seen_first else Matter.objects
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # tables are small here
    plan = nodes(plan_of(first_rows(rows.overdue_for(desks.handler), order, 51)))
    by_office = [node for node in plan if node.get("Index Name") == "due_of_reading_office"]
    # What is seen is narrowed by its readers as well, and either way to them will do.
    assert by_office or seen_first
    assert all("due_on" in node["Index Cond"] for node in by_office)
    whole = {node.get("Relation Name") for node in plan if node["Node Type"] == "Seq Scan"}
    assert whole.isdisjoint({"matters_matter", "matters_matterreader"})
    assert "open_matter_by_due" not in {node.get("Index Name") for node in plan}


def overdue(user: User) -> set[int]:
    return set(Matter.objects.overdue_for(user).values_list("pk", flat=True))


def change(matter: Matter, **columns: Any) -> None:
    Matter.objects.filter(pk=matter.pk).update(**columns)


def test_each_reader_has_the_day_of_the_matter_whoever_writes_it(desks: Desks) -> None:
    matter = make_matter(desks.lixia)
    assert overdue(desks.clerk) == set()
    change(matter, due_on=YESTERDAY)
    assert overdue(desks.clerk) == overdue(desks.leader) == {matter.pk}
    MatterReader.objects.create(matter=matter, user=desks.stranger, since=clock.now())
    assert overdue(desks.stranger) == {matter.pk}
    change(matter, due_on=clock.today())
    assert overdue(desks.clerk) == set()


def test_what_has_ended_is_overdue_no_more(desks: Desks) -> None:
    matter = make_matter(desks.lixia, due_on=YESTERDAY)
    assert overdue(desks.clerk) == {matter.pk}
    change(matter, closed_at=clock.now())
    assert overdue(desks.clerk) == set()
    assert set(matter.readers.values_list("due_on", flat=True)) == {None}
