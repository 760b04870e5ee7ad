"""A role that must have a second factor does nothing without one; codes are not guessed."""

from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import SignIn
from tests.accounts.codes import code_of, set_up
from tests.mobile_api.conftest import phone_of
from tests.world import PASSWORD


@pytest.fixture
def inspectors_must(settings):
    settings.SECOND_FACTOR_ROLES = ["inspector"]


def test_pages_lead_to_where_it_is_set_up(world, client, inspectors_must):
    client.force_login(world.lin)
    for path in ("/", "/risk/", "/devices/"):
        assert client.get(path)["Location"] == "/accounts/2fa/totp/activate/"
    assert client.get("/accounts/2fa/totp/activate/", follow=True).status_code == 200
    set_up(world.lin)
    assert client.get("/").status_code == 200


def test_a_session_opens_no_other_door_either(world, client, inspectors_must):
    client.force_login(world.lin)
    for path in ("/api/v1/units", "/tiles/units.json", "/ogc/collections"):
        answer = client.get(path)
        told = (answer.status_code, answer.json()["type"])
        assert told == (403, "/problems/second-factor-missing")


def test_other_roles_go_on_without(world, client, inspectors_must):
    client.force_login(world.zhao)
    assert client.get("/").status_code == 200


def test_no_phone_signs_in_without_and_earlier_sign_ins_rest(world, inspectors_must):
    phone = phone_of(world.lin)
    assert phone.get("/mobile/v1/devices").status_code == 401
    body = {"username": "lin", "password": PASSWORD, "device_id": "a"}
    answer = APIClient().post("/mobile/v1/sign-in", body)
    assert (answer.status_code, answer.data["type"]) == (403, "/problems/second-factor-missing")
    assert SignIn.objects.get().outcome == "second-factor"


def test_codes_are_not_guessed_on_the_page(world):
    secret = set_up(world.lin)
    for number in range(12):
        browser = Client(REMOTE_ADDR=f"10.1.0.{number}")
        browser.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
        browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    wrong = SignIn.objects.filter(user=world.lin, outcome="second-factor")
    assert wrong.count() == 10
    last = Client(REMOTE_ADDR="10.2.0.1")
    last.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
    last.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" not in last.session
