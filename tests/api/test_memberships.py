"""Who acts for an entity, and people entered, through the REST door."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.directory.models import LegalEntity, Membership, Person
from tests.api.conftest import SignedIn
from tests.world import World, make_user

ID_NUMBER = "11010519491231002X"


def url(entity: LegalEntity) -> str:
    return f"/api/v1/entities/{entity.pk}/memberships"


def test_who_joins_sees_the_units_and_who_left_sees_none(world: World, as_user: SignedIn) -> None:
    sun = make_user("sun", Role.ENTERPRISE, None)
    client, units = as_user(world.rui), "/api/v1/units"
    made = client.post(url(world.mall), {"user": "sun"})
    assert (made.status_code, made.json()["user"]) == (201, "sun")
    assert client.post(url(world.mall), {"user": "sun"}).json()["id"] == made.json()["id"]
    assert len(as_user(sun).get(units).json()["results"]) == 2
    place = f"{url(world.mall)}/{made.json()['id']}"
    assert client.get(place).json()["user"] == "sun"
    assert client.delete(place).status_code == 204
    assert client.delete(place).status_code == 404
    assert as_user(sun).get(units).json()["results"] == []


def test_joining_is_refused_to_strangers_and_outside_and_without_the_right(
    world: World, as_user: SignedIn
) -> None:
    before = Membership.objects.count()
    body = {"user": "qian"}
    assert APIClient().post(url(world.mall), body).status_code == 401
    assert as_user(world.rui).post(url(world.plant), body).status_code == 404
    assert as_user(world.lin).post(url(world.mall), body).status_code == 403
    assert as_user(world.qian).post(url(world.mall), {"user": "lin"}).status_code == 403
    assert Membership.objects.count() == before


def test_an_unknown_or_missing_account_is_named(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    for body, code in (({"user": "nobody"}, 422), ({}, 400), ({"user": "a\0b"}, 400)):
        answer = client.post(url(world.mall), body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (code, "/user")
    # Without the right nobody learns who has an account.
    assert as_user(world.lin).post(url(world.mall), {"user": "nobody"}).status_code == 403
    User.objects.filter(username="wei").update(is_active=False)
    assert client.post(url(world.mall), {"user": "wei"}).status_code == 422


def test_leaving_is_for_the_keepers_of_the_directory(world: World, as_user: SignedIn) -> None:
    own = Membership.objects.get(user=world.qian)
    place = f"{url(world.mall)}/{own.pk}"
    assert as_user(world.qian).delete(place).status_code == 403
    assert as_user(world.lin).delete(place).status_code == 403
    assert APIClient().delete(place).status_code == 401
    assert Membership.objects.filter(pk=own.pk).exists()


def test_a_member_sees_only_himself_in_the_list(world: World, as_user: SignedIn) -> None:
    other = make_user("sun", Role.ENTERPRISE, None)
    Membership.objects.create(user=other, entity=world.mall)
    mine = as_user(world.qian).get(url(world.mall)).json()["results"]
    assert [row["user"] for row in mine] == ["qian"]
    assert len(as_user(world.rui).get(url(world.mall)).json()["results"]) == 2
    assert as_user(world.lin).get(url(world.mall)).json()["results"] == []
    assert as_user(world.qian).get(url(world.plant)).status_code == 404


def test_the_list_costs_the_same_for_many(world: World, as_user: SignedIn) -> None:
    client, counts = as_user(world.rui), []
    for start in (0, 10):
        for number in range(start, start + 10):
            user = make_user(f"m{number}", Role.ENTERPRISE, None)
            Membership.objects.create(user=user, entity=world.mall)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(url(world.mall)).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_a_person_is_entered_with_checked_numbers_and_shown_masked(
    world: World, as_user: SignedIn
) -> None:
    body = {"name": "欧阳锋", "resident_id": ID_NUMBER.lower(), "phone": "138 1234 1234"} | {
        "employer": world.mall.pk
    }
    answer = as_user(world.rui).post("/api/v1/people", body)
    assert answer.status_code == 201, answer.content
    assert answer.json()["name"] == "欧阳*"
    assert ID_NUMBER not in answer.content.decode()
    person = Person.objects.get(pk=answer.json()["id"])
    assert (person.resident_id, person.phone) == (ID_NUMBER, "13812341234")
    again = as_user(world.rui).post("/api/v1/people", body)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (409, "/resident_id")
    assert Person.objects.count() == 1


def test_a_person_with_wrong_facts_is_refused(world: World, as_user: SignedIn) -> None:
    client, good = as_user(world.rui), {"name": "欧阳锋", "employer": world.mall.pk}
    for change, code, pointer in (
        ({"resident_id": "110105194912310021"}, 422, "/resident_id"),
        ({"phone": "12"}, 422, "/phone"),
        ({"name": ""}, 400, "/name"),
        ({"employer": None}, 400, "/employer"),
        ({"employer": 2**62}, 400, "/employer"),
    ):
        answer = client.post("/api/v1/people", good | change)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (code, pointer)
    assert not Person.objects.exists()


def test_people_are_entered_with_the_right_and_within_the_jurisdiction(
    world: World, as_user: SignedIn
) -> None:
    body = {"name": "欧阳锋", "employer": world.mall.pk}
    assert APIClient().post("/api/v1/people", body).status_code == 401
    assert as_user(world.lin).post("/api/v1/people", body).status_code == 403
    elsewhere = as_user(world.rui).post("/api/v1/people", body | {"employer": world.plant.pk})
    assert elsewhere.status_code == 404
    assert not Person.objects.exists()
