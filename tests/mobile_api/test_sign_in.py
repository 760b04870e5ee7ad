"""Signing in and out on devices."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken
from backend.directory.models import InspectionBody, Membership
from backend.lib import clock
from tests.mobile_api.conftest import phone_of
from tests.world import PASSWORD

URL = "/mobile/v1/sign-in"


def ask(device="a", **changes):
    body = {"username": "lin", "password": PASSWORD, "device_id": device}
    return APIClient().post(URL, body | changes)


def test_the_token_opens_the_door(world):
    answer = ask(device_name="P40")
    assert answer.status_code == 200
    assert answer.data["user"]["role"] == "inspector"
    phone = APIClient(HTTP_AUTHORIZATION=f"Token {answer.data['token']}")
    (device,) = phone.get("/mobile/v1/devices").data
    assert (device["device_id"], device["device_name"], device["this_one"]) == ("a", "P40", True)


def test_who_signs_in_is_told_the_body_that_he_inspects_for(world):
    assert ask().data["user"]["body"] is None
    InspectionBody.objects.create(entity=world.mall, approval_no="TS7110001-2027")
    Membership.objects.create(user=world.lin, entity=world.mall)
    assert ask().data["user"]["body"] == {"id": world.mall.pk, "name": world.mall.name}


def test_only_the_hash_of_the_token_is_kept(world):
    token = ask().data["token"]
    assert token not in repr(DeviceToken.objects.values())


def test_a_new_sign_in_ends_the_same_devices_token_and_no_other(world):
    first, other, second = (ask(device).data["token"] for device in "aba")
    codes = {
        token: APIClient(HTTP_AUTHORIZATION=f"Token {token}").get("/mobile/v1/devices").status_code
        for token in (first, other, second)
    }
    assert codes == {first: 401, other: 200, second: 200}


def test_a_wrong_password_is_told_without_saying_which_part_is_wrong(world):
    wrong, unknown = ask(password="x"), ask(username="nobody")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.data == unknown.data
    assert wrong["Content-Type"] == "application/problem+json"


def test_sign_in_is_throttled(world):
    codes = [ask(password="x").status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]


@pytest.mark.parametrize(
    "body", [{}, {"username": "lin"}, {"device_id": "no spaces"}, {"password": 5, "username": []}]
)
def test_a_malformed_sign_in_names_the_fields(world, body):
    answer = APIClient().post(URL, body)
    assert answer.status_code == 400
    assert answer.data["errors"]


def test_a_second_factor_is_asked_for(world):
    secret = generate_totp_secret()
    TOTP.activate(world.lin, secret)
    assert ask().data["type"] == "/problems/otp-required"
    assert ask(otp="000000x").status_code == 401
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert ask(otp=code).status_code == 200
    assert ask(otp=code).status_code == 401, "a code works once"


def test_signing_out_ends_this_device_only(world, lin_phone):
    other = phone_of(world.lin, "phone-2")
    assert lin_phone.post("/mobile/v1/sign-out").status_code == 204
    assert lin_phone.get("/mobile/v1/devices").status_code == 401
    assert other.get("/mobile/v1/devices").status_code == 200


def test_a_lost_device_is_revoked_by_its_owner_alone(world, lin_phone):
    lost = phone_of(world.lin, "lost")
    assert phone_of(world.wei).delete("/mobile/v1/devices/lost").status_code == 404
    assert lin_phone.delete("/mobile/v1/devices/%00").status_code == 404
    assert lin_phone.delete("/mobile/v1/devices/lost").status_code == 204
    assert lin_phone.delete("/mobile/v1/devices/lost").status_code == 404
    assert lost.get("/mobile/v1/devices").status_code == 401


@pytest.mark.parametrize("header", ["Token x", "Token \xff", "Bearer x", "Token", "Token a b"])
def test_a_bad_token_is_401_with_a_challenge(world, header):
    answer = APIClient(HTTP_AUTHORIZATION=header).get("/mobile/v1/devices")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


def test_a_closed_account_is_out_at_once(world, lin_phone):
    world.lin.is_active = False
    world.lin.save()
    assert lin_phone.get("/mobile/v1/devices").status_code == 401


def test_a_sign_in_that_was_ended_is_told_from_one_that_ran_out(world, lin_phone):
    """A phone erases what it carries on the first word, and only on that."""

    def word() -> str:
        return str(lin_phone.get("/mobile/v1/devices").json()["type"])

    row = DeviceToken.objects.get(user=world.lin)
    DeviceToken.objects.update(expiry=clock.now())
    assert word() == "/problems/authentication-failed"
    DeviceToken.objects.update(expiry=None)
    world.lin.is_active = False
    world.lin.save()
    assert word() == "/problems/token-ended"
    assert not DeviceToken.objects.filter(pk=row.pk).exists()


def test_a_revoked_phone_is_told_so(world, lin_phone):
    other = phone_of(world.lin, "lost")
    assert lin_phone.delete("/mobile/v1/devices/lost").status_code == 204
    answer = other.get("/mobile/v1/pack")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/token-ended")
    assert answer["WWW-Authenticate"] == "Token"


def test_who_signs_in_is_told_whether_he_may_file(world):
    assert ask().data["user"]["may_file"] is True
    assert ask(username="qian").data["user"]["may_file"] is False
