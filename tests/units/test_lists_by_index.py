"""Every order of the register's lists is an index's own: nothing is sorted, nothing read whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import Q

from backend.accounts.models import Role, User
from backend.directory.models import Person
from backend.units.models import Unit
from tests.plans import nodes, plan_of_page

REGIONS = {"province": "370000", "city": "370100", "county": "370102"}


def plan_of(region: str, order: tuple[str, ...], narrowed: Q) -> dict[str, Any]:
    """How PostgreSQL chooses a page of units when it may not sort, unless no index has the order."""
    return plan_of_page(Unit.objects.in_region(REGIONS[region]).filter(narrowed), order)


@pytest.mark.django_db
def test_an_order_without_an_index_is_sorted() -> None:
    assert "Sort" in [node["Node Type"] for node in nodes(plan_of("city", ("address", "pk"), Q()))]


@pytest.mark.parametrize(
    "narrowed",
    [Q(), Q(kind="3"), Q(status="in_use"), Q(held_from__lte=dt.date(2026, 1, 1))],
    ids=["all", "kind", "status", "held"],
)
@pytest.mark.parametrize("order", [("-pk",), ("next_due_on", "pk"), ("-next_due_on", "-pk")])
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.django_db
def test_a_page_is_chosen_in_the_order_of_an_index(
    region: str, order: tuple[str, ...], narrowed: Q
) -> None:
    kinds = [node["Node Type"] for node in nodes(plan_of(region, order, narrowed))]
    assert "Sort" not in kinds
    assert "Seq Scan" not in kinds


@pytest.mark.parametrize("order", [("-pk",), ("pk",)])
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.django_db
def test_people_are_chosen_in_the_order_of_an_index(region: str, order: tuple[str, ...]) -> None:
    reader = User(held_posts=[f"{Role.SUPERVISOR} {REGIONS[region]} 2020-01-01 "])
    plan = nodes(plan_of_page(Person.objects.visible_to(reader), order))
    assert not {"Sort", "Seq Scan"} & {node["Node Type"] for node in plan}
    named = {node.get("Index Name") for node in plan if "region" in node.get("Index Cond", "")}
    assert region == "province" or named == {f"person_{region}_newest"}
