"""Each supervisor is told once a week where the hotline was called about what, in his own language."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections
from django.test import Client

from backend.accounts.models import Role, User
from backend.hotline.digests import send_digests
from backend.hotline.models import Cluster, HotlineMatter
from backend.lib import clock
from backend.matters.models import Matter
from backend.notifications.actions import change_wishes
from backend.notifications.models import Kind, Message, Notification
from backend.notifications.texts import write_out
from tests.hotline.cast import HotlineCast, seat_hotline
from tests.world import World, make_user

TODAY = clock.today()
SUNDAY = TODAY - dt.timedelta(days=TODAY.isoweekday())
MONDAY = SUNDAY - dt.timedelta(days=6)


def receive(cast: HotlineCast, day: dt.date, natures: tuple[str, ...] = ("complaint",)) -> None:
    """A letter from 历下 that came on a day."""
    for child in cast.send(natures=natures):
        noon = clock.end_of(day) - dt.timedelta(hours=12)
        Matter.objects.filter(pk=child.pk).update(received_at=noon)


def find_cluster(day: dt.date, centre: str = "370102") -> Cluster:
    return Cluster.objects.create(
        found_on=day,
        centre_id=centre,
        regions=[centre],
        since=day,
        observed=9,
        expected=1.0,
        p=0.01,
    )


def said_to(user: User) -> list[str]:
    return list(
        Notification.objects.filter(recipient=user, kind=Kind.HOT_SPOTS).values_list(
            "number", flat=True
        )
    )


@pytest.mark.django_db
def test_a_supervisor_is_told_of_the_letters_and_clusters_of_his_region(
    hotline_cast: HotlineCast,
) -> None:
    world = hotline_cast.world
    other = make_user("other", Role.SUPERVISOR, world.shizhong)
    for day in (MONDAY, SUNDAY):
        receive(hotline_cast, day)
        find_cluster(day)
    receive(hotline_cast, MONDAY - dt.timedelta(days=1))
    receive(hotline_cast, SUNDAY + dt.timedelta(days=1))
    receive(hotline_cast, SUNDAY, ("conduct",))
    send_digests(TODAY)
    assert said_to(world.zhao) == ["2 / 1"]
    assert said_to(other) == []
    assert said_to(hotline_cast.leader) == []
    [said] = Notification.objects.filter(recipient=world.zhao, kind=Kind.HOT_SPOTS)
    client = Client()
    client.force_login(world.zhao)
    page = client.get(said.path)
    assert page.context["period"].first == MONDAY
    assert [one.found.found_on for one in page.context["clusters"]] == [SUNDAY]


@pytest.mark.django_db
def test_a_week_is_told_once_and_the_next_one_again(hotline_cast: HotlineCast) -> None:
    receive(hotline_cast, SUNDAY)
    receive(hotline_cast, SUNDAY + dt.timedelta(days=1))
    assert send_digests(SUNDAY + dt.timedelta(days=1)) > 0
    assert send_digests(SUNDAY + dt.timedelta(days=7)) == 0
    assert send_digests(SUNDAY + dt.timedelta(days=8)) > 0
    assert len(said_to(hotline_cast.world.zhao)) == 2


@pytest.mark.django_db
def test_who_stopped_it_is_not_written_to(hotline_cast: HotlineCast, settings) -> None:
    settings.NOTIFICATION_CHANNELS = ["webhook"]
    receive(hotline_cast, SUNDAY)
    quiet = make_user("quiet", Role.SUPERVISOR, hotline_cast.world.city)
    change_wishes(actor=quiet, language="en", stopped=[Kind.HOT_SPOTS])
    send_digests(TODAY)
    written = Message.objects.filter(notification__kind=Kind.HOT_SPOTS)
    assert not written.filter(notification__recipient=quiet).exists()
    assert written.filter(notification__recipient=hotline_cast.world.zhao).count() == 1


@pytest.mark.django_db
def test_it_is_written_in_chinese_and_in_english(hotline_cast: HotlineCast) -> None:
    receive(hotline_cast, SUNDAY)
    send_digests(TODAY)
    [said] = Notification.objects.filter(recipient=hotline_cast.world.zhao)
    assert write_out(said, "en")[0].startswith(f"Hotline, week to {SUNDAY}: 1 / 0")
    assert f"截至 {SUNDAY} 的一周" in write_out(said, "zh-hans")[0]


def test_two_beats_at_once_tell_nobody_twice(committed_world: World) -> None:
    cast = seat_hotline(committed_world)
    receive(cast, SUNDAY)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait()
        send_digests(TODAY)
        connections.close_all()

    workers = [threading.Thread(target=work) for _n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    send_digests(TODAY)
    assert said_to(committed_world.zhao) == ["1 / 0"]
    assert HotlineMatter.objects.count() == 1
