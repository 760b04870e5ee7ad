"""Saying something: with the transaction, once to each, by what reaches him and he did not stop."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from backend.inspections.planned_tasks import move_task, plan_task
from backend.lib import clock
from backend.lib.problems import Refused
from backend.notifications.actions import change_wishes, mark_all_read, mark_read, notify
from backend.notifications.models import Kind, Message, Notification
from backend.notifications.texts import write_out
from tests.world import World

DAY = dt.date(2026, 12, 1)


@pytest.fixture
def outside(settings):
    settings.NOTIFICATION_CHANNELS = ["mail", "webhook"]
    return settings


def channels_of(user) -> list[str]:
    rows = Message.objects.filter(notification__recipient=user).order_by("channel")
    return list(rows.values_list("channel", flat=True))


def test_each_is_told_once_by_what_reaches_him(world: World, outside) -> None:
    world.lin.email = "lin@example.cn"
    world.lin.save(update_fields=["email"])
    world.chen.is_active = False
    notify(recipients=[world.lin, world.lin, world.wei, world.chen], kind=Kind.ASSIGNED, number="1")
    assert channels_of(world.lin) == ["mail", "webhook"]
    assert channels_of(world.wei) == ["webhook"]
    assert not Notification.objects.filter(recipient=world.chen).exists()


def test_what_is_rolled_back_was_never_said(
    world: World, outside, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    ordered: list[str] = []
    monkeypatch.setattr(
        "backend.notifications.delivery.current_app.send_task", lambda task: ordered.append(task)
    )
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        notify(recipients=[world.lin], kind=Kind.ASSIGNED, number="1")
        transaction.set_rollback(True)
    assert ordered == []
    assert not Message.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        notify(recipients=[world.lin], kind=Kind.ASSIGNED, number="1")
        assert ordered == []
    assert ordered == ["backend.notifications.tasks.send_waiting"]


def test_who_stopped_a_kind_finds_it_in_the_system_alone(world: World, outside) -> None:
    change_wishes(actor=world.lin, language="en", stopped=[Kind.ASSIGNED])
    notify(recipients=[world.lin], kind=Kind.ASSIGNED, number="1")
    assert Notification.objects.visible_to(world.lin).count() == 1
    assert channels_of(world.lin) == []
    notify(recipients=[world.lin], kind=Kind.URGED, number="1")
    assert channels_of(world.lin) == ["webhook"]


def test_an_urging_cannot_be_stopped(world: World) -> None:
    with pytest.raises(Refused) as refused:
        change_wishes(actor=world.lin, language="en", stopped=[Kind.URGED])
    assert refused.value.code == "kind-not-stoppable"


def test_nobody_reads_for_another(world: World) -> None:
    notify(recipients=[world.lin, world.wei], kind=Kind.ASSIGNED, number="1")
    mine = Notification.objects.visible_to(world.lin).get()
    with pytest.raises(Refused) as refused:
        mark_read(actor=world.wei, notification=mine.pk)
    assert refused.value.status == 404
    first = mark_read(actor=world.lin, notification=mine.pk).read_at
    assert mark_read(actor=world.lin, notification=mine.pk).read_at == first
    assert (mark_all_read(actor=world.wei), mark_all_read(actor=world.wei)) == (1, 0)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_its_words_in_both_languages(kind: Kind) -> None:
    said = Notification(kind=kind, number="12365-7", day=DAY, path="/desk/7/")
    (english, text), (chinese, _text) = (write_out(said, lang) for lang in ("en", "zh-hans"))
    assert english != chinese
    assert "%" not in english + chinese
    assert text.endswith("/desk/7/\n")


def test_who_goes_is_told_of_a_planned_check_and_of_its_move(world: World) -> None:
    day = clock.today() + dt.timedelta(days=3)
    plan = {"unit": world.lift.pk, "assignee": world.lin, "kind": "periodic", "planned_on": day}
    task, _new = plan_task(actor=world.ou, **plan)
    plan_task(actor=world.ou, **plan)
    assert Notification.objects.visible_to(world.lin).get().path == f"/tasks/{task.pk}/"
    move_task(actor=world.ou, task=task.pk, assignee=world.lin, planned_on=day)
    assert Notification.objects.visible_to(world.lin).count() == 1
    move_task(actor=world.ou, task=task.pk, assignee=world.wei, planned_on=day)
    assert Notification.objects.visible_to(world.wei).get().day == day
