"""Mappings for foreign tables: made, kept, tried on a table, used, and ended."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.exchange.models import KeptMapping
from backend.units.models import Unit
from tests.api.conftest import SignedIn
from tests.exchange.tables import counted, figures, imported
from tests.world import World, make_user

URL = "/api/v1/import-mappings"
OLD = {
    "name": "old-lifts", "title": "Old lifts", "region": "370102",
    "columns": {"device_code": "Nr", "category_word": "Art", "address": "Ort"},
    "categories": {"Aufzug": "3110"},
}  # fmt: skip
TABLE = "Nr;Art;Ort;Farbe\n31101037020150001;Aufzug;泉城路1号;rot\nXX;Aufzug;;\n31101037020150002;Kran;;\n"


def tried(client: APIClient, mapping: str) -> Any:
    file = io.BytesIO(TABLE.encode())
    file.name = "lifts.csv"
    order = {"file": file, "mapping": mapping}
    return client.post("/api/v1/imports/trial", order, format="multipart")


def test_a_mapping_is_made_tried_used_and_ended(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    made = client.post(URL, OLD)
    assert made.status_code == 201, made.content
    answer = tried(client, "old-lifts").json()
    assert (answer["good"], [row["line"] for row in answer["bad"]]) == (1, [3, 4])
    assert answer["table"]["unread_columns"] == ["Farbe"]
    assert answer["columns"] == OLD["columns"]
    assert not Unit.objects.filter(device_code="31101037020150001").exists()
    job = imported(world.rui, TABLE.encode(), mapping="old-lifts")
    assert figures(job) == counted(3, 1, bad=2)
    assert client.delete(f"{URL}/{made.json()['id']}").status_code == 204
    assert tried(client, "old-lifts").status_code == 422
    assert client.delete(f"{URL}/{made.json()['id']}").status_code == 404
    assert client.post(URL, OLD).status_code == 201


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"columns": {"device_code": "Nr", "colour": "Farbe"}}, "column-unknown"),
        ({"columns": {"address": "Ort"}}, "columns-missing"),
        ({"categories": {"Aufzug": "9999"}}, "category-unknown"),
        ({"name": "native"}, "mapping-exists"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(
    world: World, as_user: SignedIn, changes: dict[str, Any], code: str
) -> None:
    answer = as_user(world.rui).post(URL, OLD | changes)
    assert answer.json()["type"].endswith(code), answer.content
    assert not KeptMapping.objects.exists()


def test_a_name_is_taken_once_and_others_of_the_place_may_use_it(
    world: World, as_user: SignedIn
) -> None:
    assert as_user(world.rui).post(URL, OLD).status_code == 201
    assert as_user(world.rui).post(URL, OLD).status_code == 409
    pk = KeptMapping.objects.get().pk
    for region, found in ((world.province, 200), (world.lixia, 200), (world.shizhong, 404)):
        other = as_user(make_user(f"reg{region.pk}", Role.REGISTRAR, region))
        assert other.get(f"{URL}/{pk}").status_code == found
        assert tried(other, "old-lifts").status_code == (200 if found == 200 else 422)
    assert as_user(world.lin).get(URL).status_code == 403
    assert as_user(world.lin).post(URL, {}).status_code == 403
