"""Every route of the two JSON doors asks who it is, and no list asks more for more rows."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from backend.cases.models import Case
from backend.directory.models import LegalEntity, Person
from backend.fieldwork.models import Item
from backend.inspections.planned_tasks import plan_task
from backend.jobs.actions import create_job
from backend.lib import clock
from backend.units.models import Unit
from tagging.actions import mint_batch
from tests.world import World, make_unit

PUBLIC = frozenset(
    {"api/schema/", "api/docs/", "mobile/v1/sign-in", "mobile/v1/signin",
     "api/v1/application-guides", "api/v1/application-decisions"}
)  # fmt: skip
LISTS = [
    "units", "entities", "people", "tags", "tags/batches", "jobs", "regions", "categories",
    "authorities", "inspection-bodies", "tasks", "held-items", "cases", "offices",
]  # fmt: skip
OF_OFFICERS = {"tasks", "held-items", "cases"}
_SAMPLES = {
    "uuid": "01890000-0000-7000-8000-000000000000",
    "region": "370102",
    "category": "3110",
    "tag": "ABCDEFGH",
}


def routes() -> list[str]:
    """Every path below /api/ and /mobile/, its parameters filled in."""
    every = (text for text, _name in _walk(get_resolver().url_patterns, ""))
    return sorted({t for t in every if t.startswith(("api/", "mobile/")) and "^" not in t})


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, text)
        else:
            yield filled(text), pattern.name or ""


def filled(text: str) -> str:
    """A path with a sample of each parameter."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: _SAMPLES.get(found[1] or "", "1"), text)


@pytest.mark.parametrize("route", [route for route in routes() if route not in PUBLIC])
def test_a_route_answers_401_to_strangers(db: None, route: str) -> None:
    client = APIClient()
    codes = {client.generic(method, f"/{route}").status_code for method in ("GET", "POST")}
    assert codes <= {401, 405}
    assert 401 in codes


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_the_database_as_often_for_many_rows(world: World, name: str) -> None:
    client = APIClient()
    client.force_authenticate(world.ou if name in OF_OFFICERS else world.rui)
    _add(world, 2)
    few = _queries(client, f"/api/v1/{name}")
    _add(world, 18)
    assert _queries(client, f"/api/v1/{name}") == few


def _queries(client: APIClient, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def _add(world: World, count: int) -> None:
    start = LegalEntity.objects.count()
    for number in range(start, start + count):
        entity = LegalEntity.objects.create(name=f"公司{number}", region=world.lixia)
        Person.objects.create(name="李四", employer=entity)
        unit = make_unit("3110", world.lixia, entity, owner=entity, maintainer=entity)
        _add_fieldwork(world, unit, number)
        mint_batch(actor=world.rui, count=1)
        create_job(actor=world.rui, kind="labels", parameters={"n": number})


def _add_fieldwork(world: World, unit: Unit, number: int) -> None:
    """A task, an item that is held, and a case with two items."""
    now = clock.now()
    plan_task(
        actor=world.ou, unit=unit.pk, assignee=world.lin, kind="periodic", planned_on=clock.today()
    )
    raws = [json.dumps({"id": str(uuid.uuid4()), "n": number}).encode() for _ in range(2)]
    items = Item.objects.bulk_create(
        Item(
            item_id=uuid.uuid4(), user=world.lin, region=world.lixia, kind="report", raw=raw,
            digest=hashlib.sha256(raw).hexdigest(), state="held", moment=now, received_at=now,
        )
        for raw in raws
    )  # fmt: skip
    case = Case.objects.create(
        kind=Case.Kind.JUMP, subject=f"phone-{number}", user=world.lin, region=world.lixia,
        opened_at=now,
    )  # fmt: skip
    case.items.set(items)
