"""Two people who give two units the same device code at the same moment."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.db import connection, connections, transaction
from rest_framework.test import APIClient

from backend.accounts.models import Role, User
from backend.units.actions import edit_unit
from backend.units.models import Unit
from tests.tagging.cast import Cast
from tests.tagging.conftest import committed
from tests.world import hold

__all__ = ["committed"]

CODE = "31101037020260001"


def test_the_later_of_two_edits_to_one_device_code_is_a_conflict_that_names_it(
    committed: Cast,
) -> None:
    lin, wei = (
        hold(user, Role.REGISTRAR, committed.lift.region) for user in (committed.lin, committed.wei)
    )
    answers: list[Any] = []
    later = threading.Thread(target=_patch, args=(wei, committed.crane, answers))
    with transaction.atomic():
        edit_unit(actor=lin, unit=committed.lift, version=1, device_code=CODE)
        later.start()
        _until_somebody_waits()
    later.join(30)
    (answer,) = answers
    assert answer.status_code == 409, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["pointer"] == "/device_code"
    committed.crane.refresh_from_db()
    assert (committed.crane.device_code, committed.crane.version) == (None, 1)


def _patch(user: User, unit: Unit, answers: list[Any]) -> None:
    """An edit through the door, on a connection of its own."""
    client, url = APIClient(), f"/api/v1/units/{unit.pk}"
    client.force_authenticate(user)
    try:
        etag = client.get(url)["ETag"]
        answers.append(client.patch(url, {"device_code": CODE}, headers={"If-Match": etag}))
    finally:
        connections.close_all()


def _until_somebody_waits() -> None:
    """Until another session waits for this one."""
    end = time.monotonic() + 20
    waiting = "SELECT 1 FROM pg_locks WHERE NOT granted"
    waiting += " AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone():
                return
        time.sleep(0.05)
    raise AssertionError("nobody waited for the device code")
