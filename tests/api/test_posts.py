"""Offices, posts and substitutes through REST."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.lib import clock
from backend.offices.models import Substitution
from tests.world import World, make_user, office_of

DAY = dt.timedelta(days=1)


def as_user(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def root(world: World) -> APIClient:
    """The administrator of 济南."""
    return as_user(make_user("root", Role.ADMINISTRATOR, world.city))


def test_staff_reads_offices_by_region_and_day_and_enterprises_read_none(world: World):
    office = office_of(world.lixia)
    office.valid_to = clock.today()
    office.save()
    staff = as_user(world.chen)
    listed = staff.get("/api/v1/offices", {"region": "370100"}).json()["results"]
    assert {row["code"] for row in listed} == {"S370100", "S370102", "S370103"}
    listed = staff.get("/api/v1/offices", {"region": "370100", "on": clock.today()}).json()
    assert {row["code"] for row in listed["results"]} == {"S370100", "S370103"}
    assert staff.get(f"/api/v1/offices/{office.pk}").json()["successor"] is None
    assert as_user(world.qian).get("/api/v1/offices").json()["results"] == []


def give(root: APIClient, body: dict[str, Any], key: uuid.UUID | None = None):
    headers = {"Idempotency-Key": str(key or uuid.uuid4())}
    return root.post("/api/v1/posts", body, format="json", headers=headers)


def test_a_post_is_given_and_ended_by_the_administrator_of_its_line(world: World, root):
    body = {"user": world.lin.pk, "office": office_of(world.shizhong).pk, "role": "handler"}
    key = uuid.uuid4()
    made = give(root, body, key)
    assert made.status_code == 201
    assert made.json()["starts_on"] == str(clock.today())
    assert give(root, body, key).json() == made.json()
    other = give(root, body | {"role": "clerk"}, key).json()
    assert other["type"] == "/problems/idempotency-conflict"
    assert root.post("/api/v1/posts", body, format="json").status_code == 400
    assert give(root, body).json()["type"] == "/problems/post-held"
    place = f"/api/v1/posts/{made.json()['id']}"
    assert as_user(world.lin).get(place).status_code == 200
    assert as_user(world.wei).get(place).status_code == 404
    ended = root.post(f"{place}/ending", {}, format="json")
    assert (ended.status_code, ended.json()["ends_on"]) == (200, str(clock.today()))


def test_whom_and_where_nobody_knows_answers_404(world: World, root):
    office = office_of(world.lixia).pk
    for body in ({"user": 98765, "office": office}, {"user": world.lin.pk, "office": 98765}):
        assert give(root, body | {"role": "clerk"}).status_code == 404
    assert as_user(world.zhao).post("/api/v1/posts", {}, format="json").status_code == 403


def test_lists_of_posts_and_substitutions_ask_as_often_for_many(world: World):
    client = as_user(make_user("root", Role.ADMINISTRATOR, world.city))

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    def lend(holder: User, substitute: User) -> None:
        post = holder.posts.get(role=holder.role)
        today = clock.today()
        Substitution.objects.create(
            post=post, substitute=substitute, starts_on=today, ends_on=today, reason="leave",
            made_by=holder, made_at=clock.now(),
        )  # fmt: skip

    lend(world.lin, world.wei)
    paths = ("/api/v1/posts", "/api/v1/substitutions")
    few = [count(path) for path in paths]
    for number in range(5):
        lend(make_user(f"many{number}", Role.CLERK, world.lixia), world.ou)
    assert [count(path) for path in paths] == few


def test_the_holder_names_a_substitute_who_sees_it_and_cannot_end_it(world: World):
    post = world.lin.posts.get()
    lin, place = as_user(world.lin), f"/api/v1/posts/{post.pk}/substitutions"
    days = {"starts_on": str(clock.today()), "ends_on": str(clock.today() + DAY)}
    body = days | {"substitute": world.wei.pk, "reason": "leave"}
    made = lin.post(place, body, format="json")
    assert (made.status_code, made.json()["holder"]) == (201, world.lin.pk)
    one = f"/api/v1/substitutions/{made.json()['id']}"
    assert as_user(world.wei).get(one).json()["holder_name"] == "Lin"
    assert as_user(world.chen).get(one).status_code == 404
    assert as_user(world.wei).delete(one).status_code == 404
    assert lin.delete(one).status_code == 204
    assert lin.get("/api/v1/substitutions").json()["results"] == []


def test_a_department_is_opened_once_and_closed_with_a_successor(world: World, root):
    above = office_of(world.lixia)
    body = {"parent": above.pk, "code": "S370102-TS", "name": "特设科"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = root.post("/api/v1/offices", body, format="json", headers=key)
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["parent"], shown["region"], shown["authority"]) == (above.pk, "370102", "S370102")
    assert root.post("/api/v1/offices", body, format="json", headers=key).json() == shown
    assert root.post("/api/v1/offices", body, format="json").status_code == 400
    place = f"/api/v1/offices/{shown['id']}/closing"
    assert root.post(place, {}, format="json").status_code == 400
    closed = root.post(place, {"successor": above.pk}, format="json")
    assert (closed.status_code, closed.json()["successor"]) == (200, above.pk)
    assert as_user(world.zhao).post(place, {}, format="json").status_code == 403
