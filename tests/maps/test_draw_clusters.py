"""Clusters of letters are drawn where they lie, told to whom their counties are, and lead to their letters."""

from __future__ import annotations

import datetime as dt
import struct
from typing import Any

import pytest
from django.test import Client

from backend.accounts.models import Role, User
from backend.hotline.models import Cluster
from backend.lib import clock
from backend.matters.models import Matter
from geo.shapes import build_shapes
from tests.hotline.cast import HotlineCast
from tests.maps.conftest import SignedIn
from tests.maps.reading import layers
from tests.world import make_user

YESTERDAY = clock.today() - dt.timedelta(days=1)
PROVINCE = "/tiles/clusters/5/26/12.mvt"


@pytest.fixture
def cluster(hotline_cast: HotlineCast) -> Cluster:
    """One of two counties of 济南, found last night."""
    build_shapes()
    return keep(found_on=YESTERDAY)


def keep(**facts: Any) -> Cluster:
    """A cluster about 历下."""
    told: dict[str, Any] = {
        "centre_id": "370102", "regions": ["370102", "370103"], "since": YESTERDAY,
        "product_category": "", "observed": 24, "expected": 2.5, "p": 0.001,
    }  # fmt: skip
    return Cluster.objects.create(**told | facts)


def drawn(as_user: SignedIn, user: User, query: str = "") -> list[dict[str, Any]]:
    answer = as_user(user).get(f"{PROVINCE}{query}")
    assert answer.status_code in (200, 204)
    return layers(answer.content).get("clusters", [])


def test_a_cluster_is_drawn_with_what_makes_it_one(
    hotline_cast: HotlineCast, cluster: Cluster, as_user: SignedIn
) -> None:
    [shown] = drawn(as_user, hotline_cast.world.zhao)
    assert (shown["id"], shown["counties"], shown["observed"]) == (cluster.pk, "历下区、市中区", 24)
    assert (shown["since"], shown["until"]) == (str(YESTERDAY), str(YESTERDAY))
    assert struct.unpack("<d", shown["p"]) == (0.001,)
    assert drawn(as_user, hotline_cast.world.zhao, "?datum=GCJ02")[0]["id"] == cluster.pk


def test_a_circle_of_one_county_has_the_size_of_the_county(
    hotline_cast: HotlineCast, cluster: Cluster, as_user: SignedIn
) -> None:
    Cluster.objects.filter(pk=cluster.pk).update(regions=["370102"])
    [shown] = drawn(as_user, hotline_cast.world.zhao)
    assert shown["id"] == cluster.pk


def test_only_what_the_last_night_found_is_drawn(
    hotline_cast: HotlineCast, cluster: Cluster, as_user: SignedIn
) -> None:
    keep(found_on=YESTERDAY - dt.timedelta(days=1))
    assert [shown["id"] for shown in drawn(as_user, hotline_cast.world.zhao)] == [cluster.pk]
    Cluster.objects.update(found_on=YESTERDAY - dt.timedelta(days=9))
    assert drawn(as_user, hotline_cast.world.zhao) == []


def test_who_has_nothing_to_do_with_its_county_sees_it_nowhere(
    hotline_cast: HotlineCast, cluster: Cluster, as_user: SignedIn
) -> None:
    client = make_user("client", Role.ENTERPRISE, None)
    for user in (hotline_cast.neighbour_handler, client):
        assert drawn(as_user, user) == []
        page = signed_in(user)
        assert page.get(f"/hotline/clusters/{cluster.pk}/").status_code == 404
        rest = as_user(user).get("/api/v1/hotline/clusters")
        assert rest.status_code == 403 or rest.json()["results"] == []


def test_its_page_lists_the_letters_that_the_reader_may_see(
    hotline_cast: HotlineCast, cluster: Cluster
) -> None:
    [mine] = hotline_cast.send(account="电梯困人")
    [late] = hotline_cast.send(account="电梯异响")
    [asked] = hotline_cast.send(natures=("question",), account="电梯多久检一次")
    Matter.objects.exclude(pk=late.pk).update(
        received_at=clock.end_of(YESTERDAY) - dt.timedelta(hours=9)
    )
    answer = signed_in(hotline_cast.operator).get(f"/hotline/clusters/{cluster.pk}/")
    assert [row.pk for row in answer.context["page"].rows] == [mine.pk]
    assert f'href="/desk/matters/{mine.pk}/"' in answer.content.decode()
    seen = signed_in(hotline_cast.world.zhao).get(f"/hotline/clusters/{cluster.pk}/")
    readable = Matter.objects.visible_to(hotline_cast.world.zhao).filter(pk=mine.pk).exists()
    assert bool(seen.context["page"].rows) == readable
    assert asked.nature == "question"


def test_the_map_offers_the_layer_and_its_legend_explains_it(
    hotline_cast: HotlineCast, cluster: Cluster
) -> None:
    page = signed_in(hotline_cast.world.zhao)
    plain = page.get("/risk/").content.decode()
    assert 'href="?also=clusters"' in plain
    assert "cluster-ring" not in plain
    assert "cluster-ring" in page.get("/risk/?also=clusters").content.decode()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
