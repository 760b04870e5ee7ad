"""Two who change one thing at once: the second finds it as the first left it, and not gone."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections, transaction
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.inspections.models import Task
from backend.inspections.planned_tasks import announce_task, cancel_task, move_task, plan_task
from backend.lib import clock
from tests.events.test_read_changes import somebody_waits
from tests.workers import until
from tests.world import World

TOMORROW = clock.today() + dt.timedelta(days=1)


def one_after_the_other(first: Callable[[], object], second: Callable[[], object]) -> Any:
    """What ``second`` brings that begins while ``first`` is done and not committed."""
    found: list[object] = []

    def work() -> None:
        try:
            found.append(second())
        finally:
            connections.close_all()

    late = threading.Thread(target=work)
    with transaction.atomic():
        first()
        late.start()
        until(somebody_waits)
    late.join()
    return found[0]


@pytest.fixture
def task(committed_world: World) -> Task:
    """A check of the lift that Lin is to make tomorrow."""
    world = committed_world
    found, _new = plan_task(
        actor=world.ou, unit=world.lift.pk, assignee=world.lin, kind="periodic",
        planned_on=TOMORROW,
    )  # fmt: skip
    return found


def give_to_another(world: World, task: Task) -> Callable[[], object]:
    return lambda: move_task(
        actor=world.ou, task=task.pk, assignee=world.wei, planned_on=task.planned_on
    )


@pytest.mark.parametrize("act", ["move", "announce", "cancel"])
def test_a_task_that_another_is_given_meanwhile_is_still_found(
    committed_world: World, task: Task, act: str
) -> None:
    world = committed_world
    acts: dict[str, Callable[[], object]] = {
        "move": lambda: move_task(
            actor=world.ou, task=task.pk, assignee=world.wei, planned_on=TOMORROW
        ),
        "announce": lambda: announce_task(actor=world.ou, task=task.pk),
        "cancel": lambda: cancel_task(actor=world.ou, task=task.pk, reason="停用"),
    }
    changed = one_after_the_other(give_to_another(world, task), acts[act])
    assert (changed.pk, changed.assignee) == (task.pk, world.wei)


def test_an_edit_of_a_task_that_changed_meanwhile_is_refused_as_such(
    committed_world: World, task: Task
) -> None:
    client = signed_in(committed_world.ou)
    path = f"/api/v1/tasks/{task.pk}"
    seen = client.get(path)["ETag"]

    def edit() -> int:
        body = {"planned_on": str(TOMORROW + dt.timedelta(days=1))}
        return client.patch(path, body, format="json", headers={"if-match": seen}).status_code

    assert one_after_the_other(give_to_another(committed_world, task), edit) == 412


def signed_in(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client
