"""Signing in: counted by account and by address at every door, kept for auditors, and ended."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client, RequestFactory
from rest_framework.test import APIClient

from backend.accounts.actions import sign_out_everywhere
from backend.accounts.models import DeviceToken, Role, SignIn, User
from backend.lib.callers import address_of, caller_key
from tests.world import PASSWORD, make_user

LOGIN = "/accounts/login/"


def on_page(name: str, password: str, address: str = "10.0.0.1", **extra: str) -> bool:
    """Whether a page lets them in."""
    client = Client(REMOTE_ADDR=address, **extra)
    client.post(LOGIN, {"login": name, "password": password})
    return "_auth_user_id" in client.session


def on_phone(name: str, password: str, address: str = "10.0.0.1") -> int:
    """The status that a phone is answered."""
    body = {"username": name, "password": password, "device_id": "phone-1"}
    return APIClient(REMOTE_ADDR=address).post("/mobile/v1/sign-in", body).status_code


@pytest.fixture
def lin_can_sign_in(world):
    world.lin.set_password(PASSWORD)
    world.lin.save()
    return world.lin


def test_an_account_is_not_guessed_from_many_addresses_nor_through_another_door(lin_can_sign_in):
    for n in range(5):
        assert not on_page("lin", "wrong", f"10.1.0.{n}")
        assert on_phone("lin", "wrong", f"10.2.0.{n}") == 401
    assert on_phone("lin", PASSWORD, "10.3.0.1") == 429
    assert not on_page("lin", PASSWORD, "10.3.0.1", HTTP_HOST="localhost")
    assert on_page("wei", PASSWORD, "10.3.0.1")


def test_where_somebody_signed_in_before_others_failures_do_not_shut_him_out(lin_can_sign_in):
    assert on_phone("lin", PASSWORD, "10.9.0.9") == 200
    for n in range(12):
        on_phone("lin", "wrong", f"10.1.0.{n}")
    assert on_phone("lin", PASSWORD, "10.9.0.9") == 200


def test_one_address_that_tries_many_names_is_shut_out_and_no_other(lin_can_sign_in, settings):
    settings.SIGN_IN_FAILURES_OF_ADDRESS = 6
    for n in range(6):
        on_phone(f"name{n}", "x", "2001:db8::1")
    assert on_phone("lin", PASSWORD, "2001:db8::ffff") == 429
    assert on_phone("lin", PASSWORD, "2001:db8:0:1::1") == 200


def test_behind_a_proxy_each_caller_is_himself(lin_can_sign_in, settings):
    settings.NUM_PROXIES = 1
    settings.SIGN_IN_FAILURES_OF_ADDRESS = 4
    for n in range(9):
        on_page(f"name{n}", "x", "10.0.0.1", HTTP_X_FORWARDED_FOR="1.2.3.4, 198.51.100.7")
    assert on_page("lin", PASSWORD, "10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.8")
    assert not on_page("lin", PASSWORD, "10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.7")


def test_what_a_caller_makes_up_before_the_proxys_word_does_not_count(settings):
    request = RequestFactory().get(
        "/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.7"
    )
    for proxies, told in ((0, "10.0.0.1"), (1, "198.51.100.7"), (2, "6.6.6.6"), (9, "6.6.6.6")):
        settings.NUM_PROXIES = proxies
        assert address_of(request) == told
    assert caller_key("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::"
    assert caller_key("::ffff:10.0.0.1") == "10.0.0.1"


# Who reads of it


def test_each_try_is_kept_and_read_by_auditors_of_the_place(world, lin_can_sign_in):
    on_page("lin", "wrong")
    on_phone("lin", PASSWORD)
    on_phone("nobody", "x")
    root = make_user("root", Role.ADMINISTRATOR, world.province)
    client = APIClient()
    client.force_authenticate(root)
    rows = client.get("/api/v1/sign-ins").json()["results"]
    assert [(r["username"], r["door"], r["outcome"]) for r in rows] == [
        ("nobody", "phone", "failed"), ("lin", "phone", "done"), ("lin", "page", "failed"),
    ]  # fmt: skip
    client.force_authenticate(make_user("city", Role.SUPERVISOR, world.shizhong))
    assert client.get("/api/v1/sign-ins").json()["results"] == []
    client.force_authenticate(world.ou)
    assert client.get("/api/v1/sign-ins").status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        SignIn.objects.all().delete()


# What ends


def token_of(user: User) -> APIClient:
    _row, token = DeviceToken.objects.create(user=user, device_id="phone-1")
    return APIClient(HTTP_AUTHORIZATION=f"Token {token}")


def is_in(client: APIClient) -> bool:
    return bool(client.get("/mobile/v1/devices").status_code == 200)


def test_a_token_has_an_end(world):
    token_of(world.lin)
    assert DeviceToken.objects.get().expiry is not None


def test_a_new_password_ends_every_device_and_session(world, lin_can_sign_in, client):
    phone = token_of(world.lin)
    client.force_login(world.lin)
    assert is_in(phone)
    world.lin.set_password("another horse battery")
    world.lin.save()
    assert not is_in(phone)
    assert client.get("/devices/").status_code == 302


def test_a_password_that_is_hashed_anew_at_a_sign_in_ends_nothing(world):
    mine = User.objects.filter(pk=world.lin.pk)
    mine.update(password="pbkdf2_sha256$1$salt$old")
    phone = token_of(world.lin)
    mine.update(password="pbkdf2_sha256$2$salt$new")
    assert is_in(phone)
    mine.update(password="pbkdf2_sha256$2$salt$other")
    assert not is_in(phone)


def test_a_closed_account_that_is_opened_again_finds_nothing_open(world, client):
    phone = token_of(world.lin)
    client.force_login(world.lin)
    for active in (False, True):
        User.objects.filter(pk=world.lin.pk).update(is_active=active)
        assert not is_in(phone)
        assert client.get("/devices/").status_code == 302


def test_a_lost_phone_is_ended_on_the_page_by_its_owner_alone(world, client):
    mine, theirs = token_of(world.lin), token_of(world.wei)
    client.force_login(world.lin)
    assert "phone-1" in client.get("/devices/").content.decode()
    assert client.post("/devices/phone-1/end/").status_code == 302
    assert (is_in(mine), is_in(theirs)) == (False, True)
    assert client.post("/devices/phone-1/end/").status_code == 404


def test_signing_out_everywhere_ends_all_of_ones_own(world, client):
    mine, theirs = token_of(world.lin), token_of(world.wei)
    client.force_login(world.lin)
    other = Client()
    other.force_login(world.lin)
    assert client.post("/devices/end/").status_code == 302
    assert (is_in(mine), is_in(theirs)) == (False, True)
    assert other.get("/devices/").status_code == 302
    sign_out_everywhere(actor=world.wei)
    assert not is_in(theirs)


def test_a_password_has_twelve_letters():
    with pytest.raises(ValidationError):
        validate_password("elevenlette")
    validate_password("twelve-letters-x")


def test_a_stale_row_that_is_saved_brings_no_ended_session_back(world, client):
    stale = User.objects.get(pk=world.lin.pk)
    client.force_login(world.lin)
    sign_out_everywhere(actor=world.lin)
    stale.display_name = "Lin"
    stale.save()
    assert client.get("/devices/").status_code == 302
