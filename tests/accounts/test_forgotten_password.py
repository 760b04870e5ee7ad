"""A forgotten password is set anew by mail where there is a mail server, and nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.core import mail
from django.test import Client

from backend.accounts.models import User
from backend.config.settings import ROOT
from tests.mobile_api.conftest import phone_of
from tests.world import World

RESET = "/accounts/password/reset/"


@pytest.fixture
def with_mail(settings):
    settings.ROOT_URLCONF = "tests.accounts.mailurls"


def test_without_a_mail_server_it_is_neither_offered_nor_routed(world: World, client: Client):
    assert client.get(RESET).status_code == 404
    assert RESET not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("host", ["", "mail.example.cn"])
def test_the_setting_routes_it(host):
    ask = (
        "import django; django.setup(); from django.urls import reverse, NoReverseMatch\n"
        "try: print(reverse('account_reset_password'))\n"
        "except NoReverseMatch: print('none')"
    )
    env = os.environ | {
        "EMAIL_HOST": host, "DJANGO_SETTINGS_MODULE": "backend.config.settings"
    }  # fmt: skip
    ended = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == (RESET if host else "none")


def test_with_one_the_mail_leads_to_a_new_password(world: World, client: Client, with_mail):
    User.objects.filter(pk=world.lin.pk).update(email="lin@example.cn")
    phone = phone_of(world.lin)
    assert RESET in client.get("/accounts/login/").content.decode()
    assert client.post(RESET, {"email": "lin@example.cn"}).status_code == 302
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    new = {"password1": "of my own choosing", "password2": "of my own choosing"}
    done = client.post(form.request["PATH_INFO"], new)
    assert done.status_code == 302
    assert client.get(done["Location"]).status_code == 200
    assert phone.get("/mobile/v1/devices").status_code == 401
    client.post("/accounts/login/", {"login": "lin", "password": "of my own choosing"})
    assert client.get("/devices/").status_code == 200
    assert client.get(link, follow=True).status_code == 200  # of use once
    assert Client().post(form.request["PATH_INFO"], new).status_code in (200, 302)


def test_nothing_tells_which_addresses_have_an_account(world: World, client: Client, with_mail):
    answers = {client.post(RESET, {"email": f"{n}@example.cn"})["Location"] for n in ("a", "lin")}
    assert len(answers) == 1
    assert mail.outbox == []


def test_a_closed_account_gets_no_mail(world: World, client: Client, with_mail):
    User.objects.filter(pk=world.lin.pk).update(email="lin@example.cn", is_active=False)
    client.post(RESET, {"email": "lin@example.cn"})
    assert mail.outbox == []
