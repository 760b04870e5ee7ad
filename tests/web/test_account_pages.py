"""The pages of accounts: an administrator's, of his own people; and what others agree to."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Role, User
from backend.directory.models import Invitation, Membership
from tests.mobile_api.conftest import phone_of
from tests.world import PASSWORD, World, make_user

URL = "/administration/accounts/"
NEW = {"username": "sun", "display_name": "孙检验", "role": "inspector", "region": "370102"}


@pytest.fixture
def root(world: World, client: Client) -> Client:
    client.force_login(make_user("root", Role.ADMINISTRATOR, world.lixia))
    return client


def test_an_account_is_opened_in_the_page_and_its_password_shown_once(root):
    page = root.post(f"{URL}new/", NEW).content.decode()
    password = re.search(r"(?:[2-9a-z]{4}-){3}[2-9a-z]{4}", page)[0]
    browser = Client()
    browser.post("/accounts/login/", {"login": "sun", "password": password})
    assert browser.get("/")["Location"] == "/accounts/password/change/"
    account = User.objects.get(username="sun")
    assert password not in root.get(f"{URL}{account.pk}/").content.decode()
    again = root.post(f"{URL}new/", NEW)
    assert "errorlist" in again.content.decode()
    assert User.objects.filter(username="sun").count() == 1


def test_an_enterprise_is_named_by_its_number(root, world):
    firm = {"username": "firm", "role": "enterprise", "region": "", "entity": world.mall.uscc}
    assert root.post(f"{URL}new/", firm).status_code == 200
    assert Membership.objects.get(user__username="firm").entity == world.mall
    foreign = firm | {"username": "firm2", "entity": world.plant.uscc}
    assert "errorlist" in root.post(f"{URL}new/", foreign).content.decode()
    assert not User.objects.filter(username="firm2").exists()


def test_the_list_is_found_narrowed_and_paged(root, world):
    page = root.get(f"{URL}?q=LI&role=inspector&state=open&after=999999").content.decode()
    assert "lin" in page
    assert "chen" not in page
    for wrong in ("role=x", "after=-1", "after=x", "state=x", "q=%00"):
        assert root.get(f"{URL}?{wrong}").status_code == 200
    for number in range(60):
        make_user(f"m{number}", Role.OFFICER, world.lixia)
    following = re.search(r'rel="next" href="([^"]+)"', root.get(URL).content.decode())[1]
    assert "lin" in root.get(URL + following.replace("&amp;", "&")).content.decode()


def test_the_list_costs_the_same_for_many(root, world):
    counts: list[int] = []
    root.get(URL)  # begins the session
    for start in (0, 10):
        for number in range(start, start + 10):
            make_user(f"m{number}", Role.OFFICER, world.lixia)
        with CaptureQueriesContext(connection) as caught:
            root.get(URL)
        counts.append(len(caught))
    assert counts[0] == counts[1]


ACTS = ("password", "sign-out", "close", "open", "invite", "devices/a/end", "memberships/1/end")


def test_only_administrators_and_only_their_own_people(root, world):
    for act in ACTS:
        assert root.post(f"{URL}{world.chen.pk}/{act}/").status_code == 404
        assert root.get(f"{URL}{world.lin.pk}/{act}/").status_code == 405
    assert root.get(f"{URL}{world.chen.pk}/").status_code == 404
    officer = Client()
    officer.force_login(world.ou)
    places = [URL, f"{URL}new/", f"{URL}{world.lin.pk}/"]
    assert {officer.get(place).status_code for place in places} == {403}
    assert {officer.post(f"{URL}{world.lin.pk}/{act}/").status_code for act in ACTS} == {403}
    assert Client().get(URL)["Location"].startswith("/accounts/login/")
    assert URL not in officer.get("/").content.decode()


def test_a_lost_phone_a_forgotten_password_and_a_closed_account(root, world):
    place, phone = f"{URL}{world.lin.pk}/", phone_of(world.lin, "lost")
    assert "lost" in root.get(place).content.decode()
    assert root.post(f"{place}devices/lost/end/").status_code == 302
    assert phone.get("/mobile/v1/devices").status_code == 401
    assert root.post(f"{place}devices/lost/end/").status_code == 404
    assert root.post(f"{place}password/", {"second_factor": "on"}).status_code == 200
    assert root.post(f"{place}sign-out/").status_code == 302
    root.post(f"{place}close/")
    assert User.objects.get(pk=world.lin.pk).is_active is False
    root.post(f"{place}open/")
    assert User.objects.get(pk=world.lin.pk).is_active is True
    change = {"display_name": "林", "role": "officer", "region": "370102"}
    assert root.post(place, change).status_code == 302
    assert User.objects.get(pk=world.lin.pk).role == Role.OFFICER
    assert "errorlist" in root.post(place, change | {"role": "enterprise"}).content.decode()


def test_ones_own_account_is_shown_and_not_changed(root):
    mine = User.objects.get(username="root")
    assert "<form" in root.get(f"{URL}{mine.pk}/").content.decode()
    root.post(f"{URL}{mine.pk}/close/")
    assert User.objects.get(pk=mine.pk).is_active


def test_who_is_invited_agrees_or_declines(root, world):
    place, lin = f"{URL}{world.lin.pk}/invite/", Client()
    lin.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
    for answer, members in (("decline", 0), ("accept", 1)):
        root.post(place, {"entity": world.maintainer.uscc})
        asked = Invitation.objects.get()
        assert world.maintainer.name in lin.get("/devices/").content.decode()
        assert root.post(f"/invitations/{asked.pk}/accept/").status_code == 404
        assert lin.post(f"/invitations/{asked.pk}/{answer}/").status_code == 302
        assert lin.post(f"/invitations/{asked.pk}/{answer}/").status_code == 404
        assert Membership.objects.filter(user=world.lin).count() == members
    assert root.post(place, {"entity": world.plant.uscc}).status_code == 302
    assert not Invitation.objects.exists()
    held = Membership.objects.get(user=world.lin)
    root.post(f"{URL}{world.lin.pk}/memberships/{held.pk}/end/")
    assert not Membership.objects.filter(user=world.lin).exists()
