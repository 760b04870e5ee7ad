"""No cache keeps what is about people; a look at a page by a program is no scan."""

from __future__ import annotations

import pytest
from django.test import Client

from tagging.codes import make_code
from tagging.models import Scan
from tests.mobile_api.conftest import phone_of
from tests.shape.test_every_route_is_guarded import routes

PAGES = ["/", "/risk/", "/devices/", "/accounts/login/", "/accounts/2fa/", "/units/{unit}/"]
_KEPT_BY_NOBODY_ELSE = ("no-store", "private")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_kept(world, client, path):
    client.force_login(world.zhao)
    answer = client.get(path.format(unit=world.lift.pk), follow=True)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("route", routes())
def test_no_answer_of_a_door_is_kept(world, client, route):
    client.force_login(world.zhao)
    answer = client.get(f"/{route}")
    if answer.status_code == 401:  # a phone's door knows no session
        answer = phone_of(world.zhao).get(f"/{route}")
    assert any(word in answer["Cache-Control"] for word in _KEPT_BY_NOBODY_ELSE)


def test_a_unit_and_a_phones_card_are_not_kept(world, client):
    client.force_login(world.zhao)
    for path in (f"/api/v1/units/{world.lift.pk}", f"/api/v1/entities/{world.mall.pk}"):
        assert "no-store" in client.get(path)["Cache-Control"]
    card = phone_of(world.lin).get(f"/mobile/v1/units/{world.lift.pk}")
    assert (card.status_code, card["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("garbage", [True, False])
def test_a_head_writes_no_row(db, garbage):
    raw = "garbage" if garbage else make_code()
    assert Client().head(f"/T/{raw}").status_code == 404
    assert not Scan.objects.exists()
    Client().get(f"/T/{raw}")
    assert Scan.objects.count() == 1
