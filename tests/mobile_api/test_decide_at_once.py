"""A leader decides on two phones at once: one decision is taken, the other is told of it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from backend.matters.models import Step
from tests.matters.errands import open_errand
from tests.matters.test_race import desks as desks
from tests.mobile_api.conftest import phone_of


def test_of_two_phones_that_decide_at_once_one_is_told_of_the_other(desks: Any) -> None:
    matter = open_errand(desks.operator, desks.hotline)
    gate = threading.Barrier(2)

    def decide(name: str, decision: dict[str, str]) -> Callable[[], str]:
        phone = phone_of(desks.operator, name)
        body = {"matter": matter.pk, "version": 1} | decision
        sent = {"items": [{"id": str(uuid.uuid4()), "type": "decision", "body": body}]}

        def run() -> str:
            try:
                gate.wait()
                answer = phone.post("/mobile/v1/decisions", sent, format="json")
            finally:
                connection.close()
            (receipt,) = answer.json()["receipts"]
            return f"{receipt['state']} {receipt['code']}".strip()

        return run

    refuse = {"decision": "refuse", "ground": "known"}
    both = [decide("phone", refuse), decide("tablet", refuse)]
    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(lambda run: run(), both))
    assert told == ["accepted", "conflict matter-closed"]
    assert Step.objects.filter(matter=matter).count() == 2
