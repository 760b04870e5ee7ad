"""Tags, batches and label jobs through the REST door."""

from __future__ import annotations

import io
import uuid

import pypdfium2
import pytest
from rest_framework.test import APIClient

from backend.jobs.models import Job
from tagging.actions import bind_tag, mint_batch
from tagging.models import Batch, Tag
from tests.api.conftest import SignedIn
from tests.world import World

TAGS, BATCHES, LABELS = "/api/v1/tags", "/api/v1/tags/batches", "/api/v1/label-jobs"


def keyed() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


@pytest.fixture
def codes(world: World) -> list[str]:
    """Five free tags of 历下, in order."""
    batch = mint_batch(actor=world.rui, count=5)
    return list(batch.tags.order_by("code").values_list("code", flat=True))


def test_minting_again_with_the_key_mints_nothing(world: World, as_user: SignedIn) -> None:
    client, headers = as_user(world.rui), keyed()
    first = client.post(BATCHES, {"count": 3}, headers=headers)
    assert first.status_code == 201
    again = client.post(BATCHES, {"count": 3}, headers=headers)
    assert again.json()["id"] == first.json()["id"]
    other = client.post(BATCHES, {"count": 4}, headers=headers)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-conflict")
    assert Tag.objects.count() == 3


def test_minting_is_refused_without_key_sense_or_right(world: World, as_user: SignedIn) -> None:
    client = as_user(world.rui)
    assert client.post(BATCHES, {"count": 3}).status_code == 400
    for count in (0, -1, 50_001, "many", None):
        answer = client.post(BATCHES, {"count": count}, headers=keyed())
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/count")
    assert as_user(world.lin).post(BATCHES, {"count": 1}, headers=keyed()).status_code == 403
    assert APIClient().post(BATCHES, {"count": 1}, headers=keyed()).status_code == 401
    assert not Batch.objects.exists()


def test_tags_are_paged_in_both_orders_and_filtered(
    world: World, as_user: SignedIn, codes: list[str]
) -> None:
    client = as_user(world.rui)
    for order, expected in (("code", codes), ("-code", codes[::-1])):
        page, found = client.get(TAGS, {"limit": 2, "order": order}).json(), []
        while True:
            found += [row["code"] for row in page["results"]]
            if page["next"] is None:
                break
            page = client.get(page["next"]).json()
        assert found == expected
    bind_tag(actor=world.rui, code=codes[0], unit=world.lift)
    bound = client.get(TAGS, {"state": "bound"}).json()["results"]
    assert [(row["code"], row["unit"]) for row in bound] == [(codes[0], world.lift.pk)]
    on_lift = client.get(TAGS, {"unit": world.lift.pk}).json()["results"]
    assert [row["code"] for row in on_lift] == [codes[0]]
    assert len(client.get(TAGS, {"state": "minted"}).json()["results"]) == 4
    for query in ({"state": "lost"}, {"unit": "x"}, {"order": "unit"}, {"cursor": "x"}, {"q": "1"}):
        assert client.get(TAGS, query).status_code == 400, query


def test_a_tag_is_read_as_people_type_it_by_its_own_office(
    world: World, as_user: SignedIn, codes: list[str]
) -> None:
    client, url = as_user(world.rui), f"{TAGS}/{codes[0].lower()}"
    answer = client.get(url)
    assert answer.json()["code"] == codes[0]
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert as_user(world.chen).get(url).status_code == 404
    assert APIClient().get(url).status_code == 401
    assert client.get(f"{TAGS}/NOTATAG").status_code == 404


def test_binding_replacing_and_retiring(world: World, as_user: SignedIn, codes: list[str]) -> None:
    client, lift = as_user(world.rui), {"unit": world.lift.pk}
    first, second = codes[:2]
    assert client.post(f"{TAGS}/{first}/binding", lift).json()["unit"] == world.lift.pk
    assert client.post(f"{TAGS}/{first}/binding", lift).status_code == 200
    taken = client.post(f"{TAGS}/{first}/binding", {"unit": world.boiler.pk})
    assert (taken.status_code, taken.json()["type"]) == (409, "/problems/tag-bound")
    two = client.post(f"{TAGS}/{second}/binding", lift)
    assert (two.status_code, two.json()["type"]) == (409, "/problems/unit-has-tag")
    reasoned = lift | {"reason": "磨损"}
    assert client.post(f"{TAGS}/{second}/replacement", reasoned).json()["unit"] == world.lift.pk
    assert client.get(f"{TAGS}/{first}").json()["unit"] is None
    gone = client.post(f"{TAGS}/{second}/retirement", {"reason": "遗失"})
    assert (gone.json()["state"], gone.json()["retired_reason"]) == ("retired", "遗失")
    assert client.post(f"{TAGS}/{second}/retirement", {"reason": "遗失"}).status_code == 409


@pytest.mark.parametrize("act", ["binding", "replacement", "retirement"])
def test_acting_on_a_tag_needs_right_and_scope_and_sense(
    world: World, as_user: SignedIn, codes: list[str], act: str
) -> None:
    facts = {"unit": world.lift.pk, "reason": "磨损"}
    left_out = {"binding": "reason", "retirement": "unit"}.get(act)
    url, body = f"{TAGS}/{codes[0]}/{act}", {n: v for n, v in facts.items() if n != left_out}
    assert APIClient().post(url, body).status_code == 401
    assert as_user(world.lin).post(url, body).status_code == 403
    assert as_user(world.rui).post(url, {}).status_code == 400
    elsewhere = body | {"unit": world.forklift_elsewhere.pk}
    if act != "retirement":
        assert as_user(world.rui).post(url, elsewhere).status_code == 404
    unknown = as_user(world.rui).post(f"{TAGS}/NOTATAG/{act}", body)
    assert unknown.status_code in {404, 422}
    assert Tag.objects.get(code=codes[0]).binding_in_force is None


def test_symbols_are_pictures(world: World, as_user: SignedIn, codes: list[str]) -> None:
    client = as_user(world.rui)
    for ending, kind, start in (
        ("png", "image/png", b"\x89PNG"),
        ("svg", "image/svg+xml", b"<"),
    ):
        answer = client.get(f"{TAGS}/{codes[0]}/symbol.{ending}")
        assert (answer["Content-Type"], answer.content[: len(start)]) == (kind, start)
        assert as_user(world.chen).get(f"{TAGS}/{codes[0]}/symbol.{ending}").status_code == 404


def test_labels_are_ordered_once_per_key(world: World, as_user: SignedIn, codes: list[str]) -> None:
    client, headers = as_user(world.rui), keyed()
    first = client.post(LABELS, {"codes": codes}, headers=headers)
    assert first.status_code == 202
    assert client.get(first["Location"]).json()["total"] == 5
    again = client.post(LABELS, {"codes": codes}, headers=headers)
    assert again.json()["id"] == first.json()["id"]
    assert client.post(LABELS, {"codes": codes[:1]}, headers=headers).status_code == 422
    assert Job.objects.count() == 1


def test_a_label_order_is_refused_without_key_sense_scope_or_right(
    world: World, as_user: SignedIn, codes: list[str]
) -> None:
    client, batch = as_user(world.rui), Batch.objects.get().pk
    assert client.post(LABELS, {"batch": batch}).status_code == 400
    for body, code in (
        ({}, 400),
        ({"batch": batch, "codes": codes}, 400),
        ({"batch": batch, "grid": "9x9"}, 400),
        ({"batch": batch, "dx": 99}, 400),
        ({"batch": batch, "skip": 24}, 422),
        ({"batch": 2**62}, 404),
    ):
        answer = client.post(LABELS, body, headers=keyed())
        assert answer.status_code == code, (body, answer.content)
        assert answer["Content-Type"] == "application/problem+json"
    assert as_user(world.lin).post(LABELS, {"codes": codes}, headers=keyed()).status_code == 403
    assert APIClient().post(LABELS, {"codes": codes}, headers=keyed()).status_code == 401
    assert not Job.objects.exists()


def test_the_calibration_page_is_one_sheet_of_the_grid(world: World, as_user: SignedIn) -> None:
    url, client = f"{LABELS}/calibration", as_user(world.lin)
    answer = client.get(url, {"grid": "2x5", "dx": "1.5", "dy": "-2"})
    assert answer["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(io.BytesIO(answer.content)) as document:
        text = document[0].get_textpage().get_text_range()
        assert len(document) == 1
    assert "dx=1.5 dy=-2" in text
    for query in ({"grid": "9x9"}, {"dx": "21"}, {"dy": "nan"}, {"gird": "2x5"}):
        assert client.get(url, query).status_code == 400, query
    assert APIClient().get(url).status_code == 401
