"""Entities and people through the REST door: masked, unless looked at for a reason."""

from __future__ import annotations

import pytest

from backend.accounts.models import Role
from backend.directory.models import LegalEntity, Person, PersonalDataLook
from tests.api.conftest import SignedIn
from tests.world import World, make_user

ID_NUMBER = "11010519491231002X"


@pytest.fixture
def zhang(world: World) -> LegalEntity:
    return LegalEntity.objects.create(
        name="张三丰",
        uscc=ID_NUMBER,
        natural_person=True,
        region=world.lixia,
        address="泉城路9号",
        phone="13812341234",
    )


def test_a_natural_person_is_masked(world: World, zhang: LegalEntity, as_user: SignedIn) -> None:
    client = as_user(world.ou)
    for text in (
        client.get("/api/v1/entities").content.decode(),
        client.get(f"/api/v1/entities/{zhang.pk}").content.decode(),
    ):
        assert "张**" in text
        for secret in ("张三丰", ID_NUMBER, "13812341234", "泉城路9号"):
            assert secret not in text


def test_a_natural_person_is_not_found_letter_by_letter(
    world: World, zhang: LegalEntity, as_user: SignedIn
) -> None:
    client = as_user(world.ou)
    for query in ({"name": "张三"}, {"uscc": ID_NUMBER}):
        assert client.get("/api/v1/entities", query).json()["results"] == []


def test_a_look_is_kept_before_it_is_shown(
    world: World, zhang: LegalEntity, as_user: SignedIn
) -> None:
    url = f"/api/v1/entities/{zhang.pk}/disclosures"
    answer = as_user(world.ou).post(url, {"reason": "事故调查"})
    assert answer.json()["uscc"] == ID_NUMBER
    look = PersonalDataLook.objects.get()
    assert (look.user, look.entity, look.reason) == (world.ou, zhang, "事故调查")


def test_without_the_right_or_a_reason_nothing_is_shown(
    world: World, zhang: LegalEntity, as_user: SignedIn
) -> None:
    url = f"/api/v1/entities/{zhang.pk}/disclosures"
    assert as_user(world.rui).post(url, {"reason": "x"}).status_code == 403
    assert as_user(world.ou).post(url, {"reason": " "}).status_code == 400
    assert as_user(world.chen).post(url, {"reason": "x"}).status_code == 403
    elsewhere = make_user("shi", Role.OFFICER, world.shizhong)
    assert as_user(elsewhere).post(url, {"reason": "x"}).status_code == 404
    assert not PersonalDataLook.objects.exists()


def test_people_are_masked_and_disclosed(world: World, as_user: SignedIn) -> None:
    person = Person.objects.create(name="欧阳锋", resident_id=ID_NUMBER, employer=world.mall)
    client = as_user(world.ou)
    assert client.get(f"/api/v1/people/{person.pk}").json()["name"] == "欧阳*"
    answer = client.post(f"/api/v1/people/{person.pk}/disclosures", {"reason": "核对"})
    assert answer.json()["name"] == "欧阳锋"
    assert as_user(world.chen).get(f"/api/v1/people/{person.pk}").status_code == 404


def test_an_entity_is_entered_with_a_checked_number(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    facts = {"name": "新公司", "region": "370102", "uscc": "914403001922038217"}
    answer = client.post("/api/v1/entities", facts)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/uscc")
    taken = client.post("/api/v1/entities", facts | {"uscc": world.mall.uscc})
    assert taken.status_code == 409
    made = client.post("/api/v1/entities", facts | {"uscc": "91110000710925462x"})
    assert (made.status_code, made.json()["uscc"]) == (201, "91110000710925462X")


def test_an_entity_elsewhere_is_refused(world: World, as_user: SignedIn) -> None:
    before = LegalEntity.objects.count()
    facts = {"name": "新公司", "region": "370103"}
    assert as_user(world.rui).post("/api/v1/entities", facts).status_code == 403
    assert as_user(world.lin).post("/api/v1/entities", facts).status_code == 403
    assert LegalEntity.objects.count() == before


def test_an_entity_is_edited_with_its_etag(world: World, as_user: SignedIn) -> None:
    client, url = as_user(world.rui), f"/api/v1/entities/{world.mall.pk}"
    etag = client.get(url)["ETag"]
    assert client.patch(url, {"phone": "12345"}).status_code == 428
    assert client.patch(url, {"phone": "12345"}, headers={"If-Match": '"x"'}).status_code == 412
    assert client.patch(url, {"phone": "12345"}, headers={"If-Match": etag}).status_code == 200
    assert client.patch(url, {"phone": "1"}, headers={"If-Match": etag}).status_code == 412


def test_a_natural_person_is_unmasked_by_the_right_with_a_reason_and_a_look(
    world: World, zhang: LegalEntity, as_user: SignedIn
) -> None:
    url, said = f"/api/v1/entities/{zhang.pk}", {"natural_person": False, "uscc": ""}
    root = make_user("root", Role.ADMINISTRATOR, world.province)
    for user, body, code in (
        (world.rui, said | {"reason": "x"}, 403), (root, said, 422), (root, said | {"reason": "核实为企业"}, 200),
    ):  # fmt: skip
        client = as_user(user)
        match = {"If-Match": client.get(url)["ETag"]}
        assert client.patch(url, body, headers=match).status_code == code
        zhang.refresh_from_db()
        assert zhang.natural_person == (code != 200)
    assert PersonalDataLook.objects.get().user == root


def test_identity_numbers_are_not_found_by_entering_them(
    world: World, zhang: LegalEntity, as_user: SignedIn
) -> None:
    client = as_user(world.rui)
    body = {"name": "x", "uscc": zhang.uscc, "natural_person": True, "region": "370102"}
    codes = [client.post("/api/v1/entities", body).status_code for _try in range(5)]
    assert codes == [409, 409, 409, 429, 429]
    assert PersonalDataLook.objects.filter(user=world.rui, entity=zhang).count() == 3
    free = body | {"uscc": "440524188001010014"}
    assert client.post("/api/v1/entities", free).status_code == 429
