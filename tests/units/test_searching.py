"""A unit is found by what is printed on it, as people type it."""

from __future__ import annotations

import pytest
from django.db import connection
from rest_framework.test import APIClient

from backend.units.models import Unit
from tests.world import make_unit


@pytest.fixture
def printed(world):
    return make_unit(
        "3110", world.lixia, device_code="31101037020230017", certificate_no="梯11鲁R04999(24)",
        factory_no="GPS-III 2024/77", address="济南市历下区泉城路１２３号（恒隆广场）",
    )  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        "梯11鲁R04999（24）", "梯 11 鲁 r04999 (24)", "04999", "鲁R0499", "3110103702023",
        "３１１０１０３７０２０２３００１７", "gpsiii2024/77", "泉城路123", "恒隆广场",
    ],
)  # fmt: skip
def test_it_is_found_as_it_is_typed(world, printed, typed):
    assert list(Unit.objects.matching(typed)) == [printed]


@pytest.mark.parametrize("typed", ["", "（）", "路", "12", "%%%", "___", "（（（（"])
def test_too_little_finds_nothing_and_no_sign_means_all(world, printed, typed):
    assert not Unit.objects.matching(typed).exists()


def test_the_list_of_pages_and_of_rest_and_no_foreign_unit(world, printed, client):
    for user, found in ((world.rui, 1), (world.chen, 0)):
        reader = APIClient()
        reader.force_authenticate(user)
        answer = reader.get("/api/v1/units", {"search": "梯11鲁R04999（24）"})
        assert len(answer.json()["results"]) == found
        client.force_login(user)
        page = client.get("/", {"q": "泉城路123号"}).content.decode()
        assert (f"/units/{printed.pk}" in page) == bool(found)


def test_the_index_answers(world, printed):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Unit.objects.matching("鲁R04999（24）").explain()
    assert "unit_texts" in plan
