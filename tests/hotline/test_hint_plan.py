"""What is like a letter is found by indexes, also among those that name no place, and each once."""

from __future__ import annotations

import pytest
from django.db import connection

from backend.hotline.likeness import Told, list_like_matters
from backend.hotline.models import HotlineMatter
from backend.lib import clock
from backend.matters.models import Link
from tests.hotline.cast import HotlineCast
from tests.plans import nodes, plan_of

pytestmark = pytest.mark.django_db


def test_letters_without_a_place_are_found_by_their_own_index() -> None:
    with connection.cursor() as cursor:
        # Tables are small here: another index would be read as a whole as soon.
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    placeless = HotlineMatter.objects.filter(position__isnull=True)
    plan = plan_of(placeless.order_by("-pk").values("pk"))
    assert "hotline_without_place" in {node.get("Index Name") for node in nodes(plan)}


def test_a_letter_with_two_links_to_the_unit_is_like_once(hotline_cast: HotlineCast) -> None:
    lift = hotline_cast.world.lift
    [letter] = hotline_cast.send(natures=("question",), unit=lift)
    Link.objects.create(
        matter=letter.matter, kind=Link.Kind.AGAINST, unit=lift, made_at=clock.now()
    )
    assert list_like_matters(hotline_cast.operator, Told(unit=lift)) == [letter]
