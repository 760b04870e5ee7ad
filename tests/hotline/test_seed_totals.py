"""The figures that were published of 2003-09 to 2006-04 (domain 9.5) come out of letters that make them up."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.flows.models import FlowVersion
from backend.hotline.models import HotlineMatter
from backend.lib import clock
from backend.matters.models import Matter, MatterReader
from tests.hotline.cast import HotlineCast
from tests.world import office_of

LETTERS = {
    "complaint": 5_000, "report": 3_356, "question": 9_876, "conduct": 194, "suggestion": 34,
    "praise": 647,
}  # fmt: skip
"""Published of the first two is their sum alone, 8 356."""
BOTH = LETTERS["complaint"] + LETTERS["report"]
REVISITED = 1_606
GOODS, RECOVERED = Decimal("100092900.00"), Decimal("166718100.00")
FINES, RECOVERED_SINCE = Decimal("4972300.00"), Decimal("4093500.00")
BEGUN = dt.datetime(2003, 9, 1, 4, tzinfo=dt.UTC)
DAYS = (dt.date(2006, 4, 30) - dt.date(2003, 9, 1)).days
ASKED = "first=2003-09-01&last=2006-04-30"


def share(total: Decimal, turn: int, parts: int) -> Decimal:
    """What one of ``parts`` has of an amount: to the fen, and all together just the amount."""
    fen = int(total * 100)
    return Decimal(fen // parts + (turn < fen % parts)) / 100


def amounts(turn: int) -> dict[str, Any]:
    """The money of a complaint or report, and whether it is one of the important ones called back."""
    facts: dict[str, Any] = {
        "goods_value": share(GOODS, turn, BOTH),
        "recovered": share(RECOVERED, turn, BOTH),
        "fined": share(FINES, turn, BOTH),
    }
    if turn < REVISITED:
        facts |= {
            "important": True,
            "revisited_at": clock.now(),
            "recovered_on_revisit": share(RECOVERED_SINCE, turn, REVISITED),
        }
    return facts


def load_letters(cast: HotlineCast) -> None:
    """The letters of the seed, spread over its days, at the desk of the city."""
    office, flow = office_of(cast.world.city), FlowVersion.objects.get(name="hotline-simple")
    natures = [nature for nature, count in LETTERS.items() for _turn in range(count)]
    matters = Matter.objects.bulk_create(
        [
            Matter(
                kind="hotline", number=f"S{turn}", title=nature, flow=flow, state="closed",
                office=office, region=cast.world.lixia,
                received_at=BEGUN + dt.timedelta(days=turn % (DAYS + 1)),
            )
            for turn, nature in enumerate(natures)
        ],
        batch_size=2_000,
    )  # fmt: skip
    now = clock.now()
    MatterReader.objects.bulk_create(
        [MatterReader(matter=matter, office=office, since=now) for matter in matters],
        batch_size=5_000,
    )
    HotlineMatter.objects.bulk_create(
        [
            HotlineMatter(
                matter=matter,
                nature=nature,
                sent_as=uuid.uuid4(),
                **(amounts(turn) if turn < BOTH else {}),
            )
            for turn, (matter, nature) in enumerate(zip(matters, natures, strict=True))
        ],
        batch_size=2_000,
    )


@pytest.mark.django_db
def test_seed_totals(
    hotline_cast: HotlineCast, client: Client, django_assert_max_num_queries: Any
) -> None:
    cast = hotline_cast
    load_letters(cast)
    cast.send()  # today's is none of them
    rest = APIClient()
    rest.force_authenticate(cast.operator)
    told = rest.get(f"/api/v1/hotline/hot-spots?{ASKED}&by=region").json()
    assert told["total"] == {
        "matters": sum(LETTERS.values()),
        "important_matters": REVISITED,
        "revisited_matters": REVISITED,
        "important_revisited": REVISITED,
        "goods_yuan": "100092900.00",
        "recovered_yuan": "166718100.00",
        "recovered_on_revisit_yuan": "4093500.00",
        "fined_yuan": "4972300.00",
    }
    assert told["rows"] == [told["total"] | {"value": "370102"}]
    counted = 0
    for nature, count in LETTERS.items():
        one = rest.get(f"/api/v1/hotline/hot-spots?{ASKED}&nature={nature}").json()["total"]
        assert one["matters"] == count
        counted += count if nature in ("complaint", "report") else 0
    assert counted == 8_356

    client.force_login(cast.operator)
    client.get("/hotline/hot-spots/")
    with django_assert_max_num_queries(12):
        page = client.get(f"/hotline/hot-spots/?{ASKED}").content.decode()
    figures = re.findall(r'<td class="number">([\d,.]+)</td>', page)
    for shown in ("10,009.29", "16,671.81", "409.35", "497.23", "1606 / 1606"):
        assert shown in page
    for count in LETTERS.values():
        assert str(count) in figures
    assert page.count('<th scope="row">200') == 32  # months

    rest.force_authenticate(cast.neighbour_handler)
    nothing = rest.get(f"/api/v1/hotline/hot-spots?{ASKED}").json()["total"]
    assert (nothing["matters"], nothing["goods_yuan"]) == (0, None)
