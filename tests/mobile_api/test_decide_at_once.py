"""Two phones at once, of one leader or of two colleagues: one is taken, the other is told of it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from backend.accounts.models import User
from backend.flows.moves import Chosen
from backend.matters.decisions import decide
from backend.matters.models import Assignment, Matter, Step
from tests.matters.errands import open_errand
from tests.matters.test_race import desks as desks
from tests.mobile_api.conftest import phone_of


def send_at_once(matter: Matter, *sent: tuple[User, str, dict[str, Any]]) -> list[str]:
    """What each was told who sends a body of a type at the same moment, in the order of words."""
    gate = threading.Barrier(len(sent))

    def way(place: int, user: User, kind: str, body: dict[str, Any]) -> Callable[[], str]:
        phone = phone_of(user, f"phone-{place}")
        told = {"matter": matter.pk, "version": matter.version} | body
        items = {"items": [{"id": str(uuid.uuid4()), "type": kind, "body": told}]}

        def run() -> str:
            try:
                gate.wait()
                answer = phone.post("/mobile/v1/decisions", items, format="json")
            finally:
                connection.close()
            (receipt,) = answer.json()["receipts"]
            return f"{receipt['state']} {receipt['code']}".strip()

        return run

    ways = [way(place, *one) for place, one in enumerate(sent)]
    with ThreadPoolExecutor(len(ways)) as pool:
        return sorted(pool.map(lambda run: run(), ways))


def test_of_two_phones_that_decide_at_once_one_is_told_of_the_other(desks: Any) -> None:
    matter = open_errand(desks.operator, desks.hotline)
    refuse = (desks.operator, "decision", {"decision": "refuse", "ground": "known"})
    assert send_at_once(matter, refuse, refuse) == ["accepted", "conflict matter-closed"]
    assert Step.objects.filter(matter=matter).count() == 2


def test_of_two_colleagues_who_take_on_at_once_one_has_it(desks: Any) -> None:
    opened = open_errand(desks.operator, desks.hotline)
    matter = decide(
        actor=desks.operator, matter=opened.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip
    asked = Assignment.objects.get(matter=matter, state="open")
    take = ("claim", {"assignment": asked.pk})
    told = send_at_once(matter, (desks.handler, *take), (desks.mate, *take))
    assert told == ["accepted", "conflict assignment-taken"]
    assert Step.objects.filter(matter=matter, action="claim").count() == 1
