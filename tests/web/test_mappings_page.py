"""Mappings for foreign tables in their page: made, tried on a table, kept, ended."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backend.exchange.models import KeptMapping
from backend.units.models import Unit
from tests.world import World

URL = "/imports/mappings/"
EN = {"headers": {"accept-language": "en"}}
OLD = {
    "name": "old-lifts", "title": "Old lifts", "datum": "WGS84", "region": "370102",
    "column-device_code": "Nr", "column-category_word": "Art", "column-address": "Ort",
    "categories": "Aufzug = 3110\n",
}  # fmt: skip
TABLE = "Nr;Art;Ort;Farbe\n31101037020150001;Aufzug;泉城路1号;rot\nXX;Aufzug;;\n"


def sent(client: Client, button: str, **changes: Any) -> str:
    file = SimpleUploadedFile("lifts.csv", TABLE.encode())
    answer = client.post(URL, {**OLD, "file": file, button: "", **changes}, follow=True, **EN)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_mapping_is_tried_on_a_table_before_it_is_kept(client: Client, world: World) -> None:
    client.force_login(world.rui)
    page = sent(client, "try")
    assert "1 row would be taken." in page
    assert "1 row would not." in page
    assert "Farbe" in page
    assert 'value="Nr"' in page
    assert not KeptMapping.objects.exists()
    assert not Unit.objects.filter(device_code="31101037020150001").exists()


def test_a_mapping_is_kept_and_ended(client: Client, world: World) -> None:
    client.force_login(world.rui)
    assert "The mapping is kept." in sent(client, "keep")
    kept = KeptMapping.objects.get()
    assert kept.document["columns"] == {
        "device_code": "Nr",
        "category_word": "Art",
        "address": "Ort",
    }
    assert kept.document["categories"] == {"Aufzug": "3110"}
    assert "exists already" in sent(client, "keep")
    client.force_login(world.lin)
    assert client.post(f"{URL}{kept.pk}/end/").status_code == 403
    client.force_login(world.rui)
    assert client.post(f"{URL}{kept.pk}/end/").status_code == 302
    assert client.post(f"{URL}{kept.pk}/end/").status_code == 404
    assert "No mapping has been kept yet." in client.get(URL, **EN).content.decode()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "old lifts"}, "valid “slug”"),
        ({"categories": "Aufzug"}, "Write word = code: Aufzug"),
        ({"categories": "Aufzug = 9999"}, "9999 is no variety"),
        ({"column-device_code": ""}, "Name the columns of"),
        ({"datum": "moon"}, "Select a valid choice"),
        ({"file": ""}, "Choose a table"),
        ({"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")}, "The table has no column"),
    ],
)
def test_what_cannot_work_is_told_in_the_form(
    client: Client, world: World, changes: dict[str, Any], told: str
) -> None:
    client.force_login(world.rui)
    assert told in sent(client, "try", **changes)


def test_only_who_may_import_opens_the_page(client: Client, world: World) -> None:
    assert client.get(URL).status_code == 302
    for who, code in ((world.lin, 403), (world.qian, 403), (world.rui, 200)):
        client.force_login(who)
        assert client.get(URL).status_code == code
        assert ("/desk/imports/" in client.get("/").content.decode()) == (code == 200)
        assert (URL in client.get("/desk/imports/").content.decode()) == (code == 200)
