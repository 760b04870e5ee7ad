"""One person asks so many times a minute, by whatever device, and no other person is held up."""

from __future__ import annotations

from tests.mobile_api.conftest import phone_of


def test_a_person_is_counted_over_all_devices_and_sessions(world, client, settings):
    settings.REQUESTS_PER_MINUTE = 3
    client.force_login(world.lin)
    first, second = phone_of(world.lin, "a"), phone_of(world.lin, "b")
    asked = [
        first.get("/mobile/v1/devices"), second.get("/mobile/v1/limits"),
        client.get("/api/v1/units"), client.get("/api/v1/units"),
    ]  # fmt: skip
    # A minute may end in between, which gives the next one its own count.
    codes = [
        answer.status_code for answer in asked + [client.get("/api/v1/units") for _ in range(4)]
    ]
    assert 429 in codes[3:]
    assert codes[:3] == [200, 200, 200]
    assert phone_of(world.wei).get("/mobile/v1/devices").status_code == 200


def test_who_asks_too_often_is_told_how_long_to_wait(world, client, settings):
    settings.REQUESTS_PER_MINUTE = 0
    client.force_login(world.lin)
    answer = client.get("/api/v1/units")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 61
