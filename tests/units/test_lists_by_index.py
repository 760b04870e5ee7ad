"""Every order of the register's lists is an index's own: nothing is sorted, nothing read whole."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q, QuerySet

from backend.accounts.models import Role, User
from backend.directory.models import LegalEntity, Person
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


def plan_of_search(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """How PostgreSQL finds the first rows of a search when it may not read a table whole."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    (answer,) = json.loads(rows.explain(format="json"))
    return nodes(answer["Plan"])


@pytest.mark.django_db
def test_a_long_number_is_looked_up_by_its_end_and_compared_whole() -> None:
    plan = plan_of_search(Unit.objects.matching("3110-1088-9201-90001")[:1])
    [looked_up] = [node for node in plan if node.get("Index Name") == "unit_texts"]
    assert "%8920190001%" in looked_up["Index Cond"]
    assert "31101088920190001" not in looked_up["Index Cond"]
    assert any("31101088920190001" in node.get("Filter", "") for node in plan)


@pytest.mark.django_db
def test_a_name_is_looked_up_by_its_pairs_and_not_expected_to_be_rare() -> None:
    plan = plan_of_search(LegalEntity.objects.with_name("医院").values("pk")[:500])
    assert "entity_name_pairs" in {node.get("Index Name") for node in plan}
    assert not any("~~" in node.get("Filter", "") for node in plan)
