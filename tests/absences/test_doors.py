"""Absences over REST and in the pages."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.absences.actions import enter_absence
from backend.absences.models import Absence
from backend.accounts.models import Role
from backend.lib import clock
from backend.offices.models import Substitution
from tests.world import World, make_user

URL = "/api/v1/absences"


def body(world: World, **changes: object) -> dict[str, object]:
    chosen = [{"post": world.lin.posts.get().pk, "substitute": world.wei.pk}]
    first = clock.today() + dt.timedelta(days=1)
    return {
        "starts_on": str(first), "ends_on": str(first + dt.timedelta(days=2)),
        "reason": "travel", "substitutes": chosen,
    } | changes  # fmt: skip


def client_of(user: object) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_somebody_says_over_rest_that_he_is_away_and_comes_back(world: World) -> None:
    lin, key = client_of(world.lin), str(uuid.uuid4())
    for _ in range(2):
        made = lin.post(URL, body(world), "json", headers={"Idempotency-Key": key})
        assert made.status_code == 201
    said = made.json()
    assert (said["name"], said["reason"], said["stand_ins"][0]["name"]) == ("Lin", "travel", "Wei")
    assert Absence.objects.count() == 1
    assert client_of(world.wei).get(f"{URL}/{said['id']}").json()["person"] == world.lin.pk
    assert client_of(world.chen).get(f"{URL}/{said['id']}").status_code == 404
    assert client_of(world.wei).post(f"{URL}/{said['id']}/ending").status_code == 403
    assert lin.post(f"{URL}/{said['id']}/ending").status_code == 204
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"ends_on": "2020-01-01"}, 422, "day-invalid"),
        ({"substitutes": [{"post": 10**9, "substitute": None}]}, 422, "post-unknown"),
        ({"person": 10**9}, 404, "not-found"),
        ({"reason": "tired"}, 400, "invalid"),
    ],
)
def test_what_is_wrong_is_told(world: World, change, status: int, code: str) -> None:
    answer = client_of(world.lin).post(URL, body(world, **change), "json")
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (status, code)
    assert not Absence.objects.exists()


def test_the_list_is_narrowed_and_asks_as_often_for_many(
    world: World, django_assert_num_queries
) -> None:
    today = clock.today()
    for person in (world.lin, world.wei, world.ou):
        enter_absence(
            actor=person, person=person.pk, starts_on=today, ends_on=today, reason="training"
        )
    client = client_of(world.zhao)
    assert len(client.get(URL, {"on": str(today)}).json()["results"]) == 3
    assert len(client.get(URL, {"person": world.lin.pk}).json()["results"]) == 1
    assert client.get(URL, {"reason": "travel"}).json()["results"] == []
    with django_assert_num_queries(5):
        client.get(URL)
    Absence.objects.exclude(person=world.lin).delete()
    with django_assert_num_queries(5):
        client.get(URL)


def test_somebody_says_on_a_page_that_he_is_away_and_his_office_sees_the_week(
    client: Client, world: World
) -> None:
    client.force_login(world.lin)
    post, today = world.lin.posts.get(), clock.today()
    sent = {"starts_on": str(today), "ends_on": str(today), "reason": "sick-leave"}
    told = client.post("/desk/absences/new/", sent, follow=True).content.decode()
    assert Absence.objects.get().reason == "sick-leave"
    assert not Substitution.objects.exists()
    assert "Lin" in told
    again = client.post("/desk/absences/new/", sent | {f"post-{post.pk}": world.wei.pk})
    assert again.status_code == 200
    assert str(today) in again.content.decode()
    client.force_login(world.wei)
    week = client.get("/desk/absences/", {"day": str(today), "office": post.office_id})
    assert "Lin" in week.content.decode()
    later = client.get("/desk/absences/", {"day": str(today + dt.timedelta(days=14))})
    assert "Lin" not in later.content.decode()
    absence = Absence.objects.get()
    assert client.post(f"/desk/absences/{absence.pk}/end/").status_code == 403
    client.force_login(world.chen)
    assert client.post(f"/desk/absences/{absence.pk}/end/").status_code == 404
    client.force_login(world.lin)
    client.post(f"/desk/absences/{absence.pk}/end/")
    assert not Absence.objects.exists()


def test_an_administrator_enters_it_on_the_page_of_the_account(
    client: Client, world: World
) -> None:
    client.force_login(make_user("root", Role.ADMINISTRATOR, world.city))
    sent = {"starts_on": str(clock.today()), "ends_on": str(clock.today()), "reason": "sick-leave"}
    path = f"/administration/accounts/{world.lin.pk}/absence/"
    assert client.get(path).status_code == 200
    client.post(path, sent)
    assert Absence.objects.get().person == world.lin
    client.force_login(world.wei)
    assert client.post(path, sent).status_code == 403
