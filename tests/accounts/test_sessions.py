"""A browser's session ends unused, ends in all, and ends when the second factor changes."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from django.test import Client

from backend.accounts.sessions import BEGAN_AT, SEEN_AT
from backend.config.settings import ROOT
from tests.accounts.codes import code_of
from tests.world import PASSWORD


def signed_in(name: str = "lin") -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client


def put_back(client: Client, name: str, seconds: int) -> None:
    session = client.session
    session[name] = int(time.time()) - seconds
    session.save()


@pytest.mark.parametrize(("name", "setting"), [(SEEN_AT, "IDLE_SECONDS"), (BEGAN_AT, "COOKIE_AGE")])
def test_a_session_ends_unused_and_in_all(world, settings, name, setting):
    client, limit = signed_in(), getattr(settings, f"SESSION_{setting}")
    put_back(client, name, limit - 60)
    assert client.get("/devices/").status_code == 200
    put_back(client, name, limit)
    assert client.get("/devices/").status_code == 302
    assert client.get("/api/v1/units").status_code == 401


def test_use_is_noted_and_does_not_lengthen_the_whole(world):
    client = signed_in()
    put_back(client, SEEN_AT, 600)
    began = client.session[BEGAN_AT]
    client.get("/devices/")
    assert client.session[SEEN_AT] >= int(time.time()) - 60
    assert client.session[BEGAN_AT] == began


def test_signing_in_again_counts_anew(world, settings):
    client = signed_in()
    put_back(client, BEGAN_AT, settings.SESSION_COOKIE_AGE - 60)
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
    assert client.session[BEGAN_AT] >= int(time.time()) - 60


def test_a_second_factor_set_up_or_taken_off_ends_other_browsers(world):
    here, there = signed_in(), signed_in()
    here.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = here.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200, page["Location"]
    secret = page.context["form"].secret
    assert here.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    assert (here.get("/devices/").status_code, there.get("/devices/").status_code) == (200, 302)
    there.force_login(type(world.lin).objects.get(pk=world.lin.pk))
    assert here.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert (here.get("/devices/").status_code, there.get("/devices/").status_code) == (200, 302)


@pytest.mark.parametrize(("roles", "starts"), [("administrator", True), ("administratr", False)])
def test_a_misspelt_role_that_must_have_a_second_factor_stops_the_start(roles, starts):
    env = os.environ | {"SECOND_FACTOR_ROLES": roles}
    command = [sys.executable, "-c", "import backend.config.wsgi"]
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (ended.returncode == 0) is starts
    assert ("administratr" in ended.stderr) is not starts
