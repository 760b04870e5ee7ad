"""The page of notifications: mine, marked as read, my wishes."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.notifications.actions import notify, wishes_of
from backend.notifications.models import STOPPABLE, Kind, Notification
from tests.world import World

URL = "/notifications/"
EN = {"headers": {"accept-language": "en"}}


@pytest.fixture
def lin(client: Client, world: World) -> Client:
    notify(recipients=[world.lin], kind=Kind.ASSIGNED, number="12365-7", path="/looks/")
    notify(recipients=[world.wei], kind=Kind.ASSIGNED, number="12365-8")
    client.force_login(world.lin)
    return client


def test_it_shows_mine_and_counts_the_unread_in_the_menu(lin: Client) -> None:
    page = lin.get(URL, **EN).content.decode()
    assert "12365-7 waits for you." in page
    assert "12365-8" not in page
    assert '<span class="count">1<' in page
    lin.post("/notifications/read/")
    assert '<span class="count">' not in lin.get(URL, **EN).content.decode()


def test_opening_one_marks_it_and_leads_to_its_page(lin: Client, world: World) -> None:
    mine = Notification.objects.visible_to(world.lin).get()
    assert lin.post(f"/notifications/{mine.pk}/read/").headers["Location"] == "/looks/"
    assert not Notification.objects.visible_to(world.lin).filter(read_at=None).exists()
    other = Notification.objects.visible_to(world.wei).get()
    assert lin.post(f"/notifications/{other.pk}/read/").status_code == 404


def test_wishes_are_kept(lin: Client, world: World) -> None:
    page = lin.post(URL, {"language": "en", "sent": ["assigned"]}, follow=True, **EN)
    assert "Your wishes are kept." in page.content.decode()
    wishes = wishes_of(world.lin)
    assert (wishes.language, wishes.stopped) == (
        "en",
        sorted(STOPPABLE - {"assigned"}),
    )
