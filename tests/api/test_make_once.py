"""What is made by REST is made once, however often the same is sent with one key."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from django.db import connections
from rest_framework.test import APIClient

from backend.accounts.models import ProgramToken, Role, User
from backend.directory.models import LegalEntity
from backend.lib import clock
from backend.repeats.models import KeptAnswer
from backend.repeats.tasks import forget_old_answers
from tests.world import World, make_user

FIRM = {"name": "新公司", "region": "370102"}
KEY = str(uuid.UUID(int=7))


def send(user: User, path: str, body: Any, key: str = KEY) -> Any:
    client = APIClient()
    client.force_authenticate(user)
    return client.post(f"/api/v1/{path}", body, format="json", headers={"idempotency-key": key})


def firms() -> int:
    return LegalEntity.objects.filter(name=FIRM["name"]).count()


@pytest.mark.django_db
def test_the_same_key_makes_one_thing_and_is_answered_the_same(world: World) -> None:
    first, second = (send(world.rui, "entities", FIRM) for _n in range(2))
    assert first.status_code == second.status_code == 201
    assert (first.json(), first["ETag"]) == (second.json(), second["ETag"])
    assert firms() == 1
    assert send(world.rui, "entities", FIRM, str(uuid.uuid4())).status_code == 201
    assert firms() == 2


@pytest.mark.django_db
def test_a_key_that_came_with_something_else_is_refused(world: World) -> None:
    send(world.rui, "entities", FIRM)
    for path, body in (("entities", FIRM | {"name": "别的"}), ("people", FIRM)):
        answer = send(world.rui, path, body)
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("idempotency-conflict")
    assert send(world.rui, "entities", FIRM, "7").status_code == 400


@pytest.mark.django_db
def test_what_was_refused_may_be_sent_again_with_its_key(world: World) -> None:
    assert send(world.lin, "entities", FIRM).status_code == 403
    assert not KeptAnswer.objects.exists()
    assert send(world.rui, "entities", {"name": ""}).status_code == 400
    assert send(world.rui, "entities", FIRM).status_code == 201


@pytest.mark.django_db
def test_a_secret_is_shown_once_and_kept_nowhere(world: World) -> None:
    ends_on = str(clock.today() + dt.timedelta(days=9))
    body = {"name": "app", "scopes": ["units"], "ends_on": ends_on, "read_only": True}
    first, second = (send(world.rui, "tokens", body) for _n in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["token"]
    assert second.json() == first.json() | {"token": ""}
    assert first.json()["token"] not in str(KeptAnswer.objects.values_list("document"))
    assert ProgramToken.objects.filter(user=world.rui).count() == 1


@pytest.mark.django_db
def test_the_key_of_another_is_another_key(world: World) -> None:
    for user in (world.rui, make_user("other", Role.REGISTRAR, world.lixia)):
        assert send(user, "entities", FIRM).status_code == 201
    assert firms() == 2


@pytest.mark.django_db
def test_answers_are_forgotten_after_a_week(world: World) -> None:
    send(world.rui, "entities", FIRM)
    assert forget_old_answers() == 0
    KeptAnswer.objects.update(made_at=clock.now() - dt.timedelta(days=8))
    assert forget_old_answers() == 1


def test_the_same_sent_at_once_makes_one_thing(committed_world: World) -> None:
    begin, codes = threading.Barrier(6), []

    def work() -> None:
        begin.wait()
        codes.append(send(committed_world.rui, "entities", FIRM).status_code)
        connections.close_all()

    senders = [threading.Thread(target=work) for _n in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert codes == [201] * 6
    assert firms() == 1
