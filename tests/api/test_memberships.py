"""Who acts for an entity, and people entered, through the REST door."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.directory.models import Invitation, LegalEntity, Membership, Person
from backend.lib import clock
from tests.api.conftest import SignedIn
from tests.world import World, make_user

ID_NUMBER = "11010519491231002X"


def url(entity: LegalEntity) -> str:
    return f"/api/v1/entities/{entity.pk}/memberships"


def consent(client: APIClient) -> list[int]:
    """The answers to accepting each invitation that one has."""
    asked = client.get("/api/v1/invitations").json()["results"]
    return [client.post(f"/api/v1/invitations/{row['id']}/acceptance").status_code for row in asked]


def test_who_consents_sees_the_units_and_who_left_sees_none(
    world: World, as_user: SignedIn
) -> None:
    sun = make_user("sun", Role.ENTERPRISE, None)
    client, units = as_user(world.rui), "/api/v1/units"
    asked = client.post(url(world.mall), {"user": "SUN "})
    assert (asked.status_code, asked.json()["user"]) == (202, "sun")
    assert client.post(url(world.mall), {"user": "sun"}).status_code == 202
    assert as_user(sun).get(units).json()["results"] == []
    assert consent(as_user(sun)) == [201]
    assert consent(as_user(sun)) == []
    assert len(as_user(sun).get(units).json()["results"]) == 2
    place = f"{url(world.mall)}/{Membership.objects.get(user=sun).pk}"
    assert client.get(place).json()["user"] == "sun"
    assert client.delete(place).status_code == 204
    assert client.delete(place).status_code == 404
    assert as_user(sun).get(units).json()["results"] == []


def test_asking_tells_nothing_of_accounts_and_takes_nobody(world: World, as_user: SignedIn) -> None:
    User.objects.filter(username="wei").update(is_active=False)
    before, told = Membership.objects.count(), set()
    for name in ("chen", "wei", "nobody"):
        answer = as_user(world.rui).post(url(world.mall), {"user": name})
        told.add((answer.status_code, answer.content.decode().replace(name, "*")[:40]))
    assert len(told) == 1
    assert Membership.objects.count() == before
    assert as_user(world.rui).post(url(world.mall), {}).status_code == 400
    assert as_user(world.rui).post(url(world.mall), {"user": "a\0b"}).status_code == 400


def test_an_invitation_is_for_one_and_ends(world: World, as_user: SignedIn) -> None:
    as_user(world.rui).post(url(world.mall), {"user": "chen"})
    place = f"/api/v1/invitations/{Invitation.objects.get().pk}"
    for other in (world.wei, world.zhao, world.qian):
        answers = [as_user(other).post(f"{place}/acceptance"), as_user(other).delete(place)]
        assert {answer.status_code for answer in answers} == {404}
    assert as_user(world.rui).post(f"{place}/acceptance").status_code == 404  # not for himself
    Invitation.objects.update(ends_at=clock.now())
    assert as_user(world.chen).post(f"{place}/acceptance").status_code == 404
    assert consent(as_user(world.chen)) == []
    assert not Membership.objects.filter(user=world.chen).exists()


def test_an_invitation_is_declined_or_taken_back(world: World, as_user: SignedIn) -> None:
    for ends in (world.chen, world.rui):
        as_user(world.rui).post(url(world.mall), {"user": "chen"})
        place = f"/api/v1/invitations/{Invitation.objects.get().pk}"
        assert as_user(ends).delete(place).status_code == 204
        assert as_user(ends).delete(place).status_code == 404
        assert consent(as_user(world.chen)) == []


def test_invitations_cost_the_same_for_many(world: World, as_user: SignedIn) -> None:
    client, counts = as_user(world.rui), []
    for start in (0, 10):
        for number in range(start, start + 10):
            client.post(url(world.mall), {"user": f"n{number}"})
        with CaptureQueriesContext(connection) as caught:
            shown = client.get(f"/api/v1/invitations?entity={world.mall.pk}").json()
        assert len(shown["results"]) == start + 10
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_asking_is_refused_to_strangers_and_outside_and_without_the_right(
    world: World, as_user: SignedIn
) -> None:
    before = Membership.objects.count()
    body = {"user": "qian"}
    assert APIClient().post(url(world.mall), body).status_code == 401
    assert as_user(world.rui).post(url(world.plant), body).status_code == 404
    assert as_user(world.lin).post(url(world.mall), body).status_code == 403
    assert as_user(world.qian).post(url(world.mall), {"user": "lin"}).status_code == 403
    assert Membership.objects.count() == before


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
