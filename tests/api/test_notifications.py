"""Notifications and wishes through the REST door."""

from __future__ import annotations

from backend.notifications.actions import notify
from backend.notifications.models import Kind
from tests.api.conftest import SignedIn
from tests.world import World


def test_mine_are_listed_and_read(
    world: World, as_user: SignedIn, django_assert_num_queries
) -> None:
    for number in ("1", "2"):
        notify(recipients=[world.lin, world.wei], kind=Kind.ASSIGNED, number=number)
    client = as_user(world.lin)
    with django_assert_num_queries(1):
        rows = client.get("/api/v1/notifications?unread=true").json()["results"]
    assert [row["number"] for row in rows] == ["2", "1"]
    assert client.post(f"/api/v1/notifications/{rows[0]['id']}/reading").json()["read_at"]
    assert len(client.get("/api/v1/notifications?unread=true").json()["results"]) == 1
    others = as_user(world.wei).get("/api/v1/notifications").json()["results"]
    assert client.post(f"/api/v1/notifications/{others[0]['id']}/reading").status_code == 404


def test_wishes_are_replaced_or_refused(world: World, as_user: SignedIn) -> None:
    client, url = as_user(world.lin), "/api/v1/notification-wishes"
    assert client.get(url).json() == {"language": "zh-hans", "stopped": []}
    wanted = {"language": "en", "stopped": ["assigned"]}
    assert client.put(url, wanted, format="json").json() == wanted
    assert client.get(url).json() == wanted
    refused = client.put(url, wanted | {"stopped": ["urged"]}, format="json")
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/kind-not-stoppable")
    assert client.put(url, {"language": "xx", "stopped": []}, format="json").status_code == 400
