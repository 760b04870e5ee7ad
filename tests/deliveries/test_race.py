"""Two act on one delivery at once: one wins, the other is told what happened."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from backend.deliveries.actions import (
    open_delivery,
    recall_delivery,
    send_paper,
    sign_for_delivery,
)
from backend.deliveries.models import Delivery, Distribution
from tests.deliveries.scenes import Mailroom, build_mailroom
from tests.matters.test_race import at_once
from tests.owner import as_owner
from tests.world import World


@pytest.fixture
def mailroom(committed_world: World) -> Iterator[Mailroom]:
    """The mailroom in committed rows."""
    yield build_mailroom(committed_world)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE papers_template, offices_office CASCADE")


def test_of_two_who_sign_at_once_one_is_told(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    calls = [
        lambda who=who: sign_for_delivery(actor=who, delivery=delivery.pk)
        for who in (mailroom.lixia_clerk, mailroom.lixia_mate)
    ]
    assert at_once(*calls) == ["delivery-signed", "done"]


def test_of_opening_and_recall_at_once_one_is_told(mailroom: Mailroom):
    for delivery in [mailroom.delivery(mailroom.lixia) for _again in range(5)]:
        came = at_once(
            functools.partial(open_delivery, actor=mailroom.lixia_clerk, delivery=delivery.pk),
            functools.partial(recall_delivery, actor=mailroom.province_clerk, delivery=delivery.pk),
        )
        delivery.refresh_from_db()
        told = {"opened": "delivery-opened", "recalled": "delivery-recalled"}
        assert came == [told[delivery.state], "done"]
        assert delivery.paper.readers.exists() == (delivery.state == "opened")


def test_of_two_who_send_a_paper_to_one_office_at_once_one_is_told(mailroom: Mailroom):
    paper = mailroom.paper()

    def send() -> None:
        mailroom.send(mailroom.lixia, mailroom.city, paper=paper.pk)

    assert at_once(send, send) == ["delivered-already", "done"]
    assert Delivery.objects.filter(paper=paper).count() == 2


def test_the_same_key_twice_at_once_sends_once(mailroom: Mailroom):
    papers, key = [mailroom.paper(), mailroom.paper()], uuid.uuid4()

    def send(paper) -> None:
        send_paper(
            actor=mailroom.province_clerk, paper=paper.pk, sender_office=mailroom.province.pk,
            receiver_offices=[mailroom.lixia.pk], key=key,
        )  # fmt: skip

    assert at_once(lambda: send(papers[0]), lambda: send(papers[0])) == ["done", "done"]
    assert Distribution.objects.count() == 1
    key = uuid.uuid4()
    came = at_once(lambda: send(papers[0]), lambda: send(papers[1]))
    assert "idempotency-conflict" in came or "delivered-already" in came
