"""Tokens for programs: named, for named resources, read-only where asked, with an end."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.actions import sign_out_everywhere
from backend.accounts.models import ProgramToken, User
from backend.lib import clock
from tests.mobile_api.conftest import phone_of
from tests.world import World

URL = "/api/v1/tokens"


def body(**change: object) -> dict[str, object]:
    end = clock.today() + dt.timedelta(days=30)
    return {"name": "QGIS", "scopes": ["units", "tiles"], "ends_on": str(end)} | change


@pytest.fixture
def rui(world: World) -> Client:
    client = APIClient()
    client.force_login(world.rui)
    return client


def program(client: Client, **change: object) -> APIClient:
    text = client.post(URL, body(**change), format="json").json()["token"]
    return APIClient(HTTP_AUTHORIZATION=f"Bearer {text}")


def test_a_token_opens_what_it_names_and_nothing_else(world, rui):
    named = program(rui)
    assert named.get("/api/v1/units").status_code == 200
    assert named.get("/tiles/units.json").status_code == 200
    for path in ("/api/v1/entities", "/ogc/collections", URL, "/api/v1/sign-ins", "/api/v1/unit"):
        assert named.get(path).status_code in (403, 404), path
    assert named.get("/api/v1/entities").json()["type"] == "/problems/permission-denied"
    assert named.get("/mobile/v1/devices").status_code == 401
    assert named.get("/devices/").status_code == 302


def test_it_only_reads_unless_it_may_write(world, rui):
    entity = {"name": "新公司", "region": "370102"}
    reads = program(rui, scopes=["entities"])
    assert reads.post("/api/v1/entities", entity).status_code == 403
    writes = program(rui, name="ERP", scopes=["entities"], read_only=False)
    assert writes.post("/api/v1/entities", entity).status_code == 201


def test_its_text_is_kept_nowhere_and_taken_in_each_way(world, rui):
    text = rui.post(URL, body(), format="json").json()["token"]
    row = ProgramToken.objects.get()
    assert text not in (row.digest, row.token_key, rui.get(URL).content.decode())
    basic = base64.b64encode(f"any:{text}".encode()).decode()
    for header in (f"Token {text}", f"Bearer {text}", f"Basic {basic}"):
        assert APIClient(HTTP_AUTHORIZATION=header).get("/api/v1/units").status_code == 200
    wrong = APIClient(HTTP_AUTHORIZATION=f"Token {text[:-1]}")
    assert wrong.get("/api/v1/units").status_code == 401


def test_it_ends_with_its_day_its_maker_and_his_password(world, rui):
    first = program(rui)
    ProgramToken.objects.update(expiry=clock.now())
    assert first.get("/api/v1/units").status_code == 401
    assert rui.delete(f"{URL}/QGIS").status_code == 204
    assert rui.delete(f"{URL}/QGIS").status_code == 404
    second = program(rui)
    sign_out_everywhere(actor=world.rui)
    assert second.get("/api/v1/units").status_code == 401
    rui.force_login(User.objects.get(pk=world.rui.pk))
    third = program(rui)
    User.objects.filter(pk=world.rui.pk).update(is_active=False)
    assert third.get("/api/v1/units").status_code == 401
    assert not ProgramToken.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgramToken.objects.create(user=world.lin, expiry=None, name="x", scopes=[])


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"scopes": []}, 400, "/scopes"),
        ({"scopes": ["accounts"]}, 400, "/scopes/0"),
        ({"scopes": "units"}, 400, "/scopes"),
        ({"name": ""}, 400, "/name"),
        ({"ends_on": "2020-01-01"}, 422, "/ends_on"),
        ({"ends_on": "2199-01-01"}, 422, "/ends_on"),
        ({"ends_on": None}, 400, "/ends_on"),
        ({"user": 1}, 400, "/user"),
    ],
)
def test_a_wrong_token_is_refused(rui, change, status, pointer):
    answer = rui.post(URL, body(**change), format="json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)
    assert not ProgramToken.objects.exists()


def test_a_name_is_used_once_and_others_do_not_see_it(world, rui):
    program(rui)
    assert rui.post(URL, body(), format="json").status_code == 409
    lin = APIClient()
    lin.force_login(world.lin)
    assert lin.get(URL).json()["results"] == []
    assert lin.delete(f"{URL}/QGIS").status_code == 404
    assert lin.post(URL, body(), format="json").status_code == 201
    assert APIClient().get(URL).status_code == 401


def test_a_phone_is_asked_for_in_as_many_queries_as_before(world, rui):
    phone, named = phone_of(world.rui), program(rui)
    counts = []
    for client in (phone, named):
        with CaptureQueriesContext(connection) as caught:
            client.get("/api/v1/units")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_in_the_page_a_token_is_made_shown_once_and_ended(world, client):
    client.force_login(world.lin)
    page = client.post("/tokens/", body(read_only="on")).content.decode()
    text = page.split('<p class="number"><b>')[1].split("</b>")[0]
    assert text.startswith(ProgramToken.PREFIX)
    assert text not in client.get("/tokens/").content.decode()
    assert "errorlist" in client.post("/tokens/", body()).content.decode()
    assert client.post("/tokens/end/", {"name": "QGIS"}).status_code == 302
    assert client.post("/tokens/end/", {"name": "QGIS"}).status_code == 404
    assert Client().get("/tokens/").status_code == 302
