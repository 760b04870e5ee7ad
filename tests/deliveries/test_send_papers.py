"""A paper goes down three levels and up again: who may, who sees, what is refused."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction

from backend.absences.substitutions import name_substitute
from backend.accounts.models import Role
from backend.deliveries.actions import (
    open_delivery,
    recall_delivery,
    redistribute_delivery,
    return_delivery,
    send_paper,
    sign_for_delivery,
)
from backend.deliveries.models import Delivery, Distribution
from backend.deliveries.urge import urge_receivers
from backend.lib import clock
from backend.matters.urges import NOT_AGAIN_WITHIN
from backend.notifications.models import Kind, Notification
from backend.offices.models import Office
from backend.papers.actions import withdraw_paper
from backend.papers.models import Paper
from tests.deliveries.scenes import Mailroom
from tests.papers.test_number_papers import refusal
from tests.world import make_user

NEXT_YEAR = dt.date(2099, 1, 1)


def states(distribution: Distribution) -> dict[str, str]:
    rows = Delivery.objects.descending_from(distribution).values_list("receiver__code", "state")
    return dict(rows)


def test_one_body_goes_down_three_levels_as_a_tree_of_receipts(mailroom: Mailroom):
    sent = mailroom.send(mailroom.city, title="关于开展电梯检查的通知")
    first = sent.deliveries.get()
    sign_for_delivery(actor=mailroom.city_clerk, delivery=first.pk)
    onward, _new = redistribute_delivery(
        actor=mailroom.city_clerk,
        delivery=first.pk,
        receiver_offices=[mailroom.lixia.pk, mailroom.shizhong.pk],
    )
    below = onward.deliveries.get(receiver=mailroom.lixia)
    sign_for_delivery(actor=mailroom.lixia_clerk, delivery=below.pk)
    assert onward.path == f"{sent.pk}/{onward.pk}/"
    assert (onward.title, onward.paper) == (sent.title, sent.paper)
    assert states(sent) == {"S370100": "signed", "S370102": "signed", "S370103": "sent"}
    assert states(onward) == {"S370102": "signed", "S370103": "sent"}
    assert list(Distribution.objects.visible_to(mailroom.city_clerk)) == [onward]
    assert set(Distribution.objects.visible_to(mailroom.province_clerk)) == {sent, onward}
    assert not Distribution.objects.visible_to(mailroom.lixia_clerk).exists()


def test_a_county_reports_upward_by_the_same_act(mailroom: Mailroom):
    first = mailroom.delivery(mailroom.lixia)
    sign_for_delivery(actor=mailroom.lixia_clerk, delivery=first.pk)
    upward, _new = redistribute_delivery(
        actor=mailroom.lixia_clerk, delivery=first.pk, receiver_offices=[mailroom.city.pk]
    )
    reported = sign_for_delivery(actor=mailroom.city_clerk, delivery=upward.deliveries.get().pk)
    assert (reported.state, reported.distribution.sender) == ("signed", mailroom.lixia)


def test_a_paper_is_read_through_its_delivery_once_that_is_opened(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    papers = Paper.objects.visible_to(mailroom.lixia_handler).all
    assert not papers().exists()
    open_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk)
    assert list(papers()) == [delivery.paper]
    assert not Paper.objects.visible_to(mailroom.shizhong_clerk).exists()
    with refusal("not-allowed"):
        withdraw_paper(actor=mailroom.lixia_clerk, paper=delivery.paper_id, reason="不要")
    return_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk, reason="不属本县")
    assert not papers().exists()


def test_foreign_deliveries_are_not_found_and_others_are_signed_for_by_the_post_alone(
    mailroom: Mailroom,
):
    delivery = mailroom.delivery(mailroom.lixia)
    assert not Delivery.objects.visible_to(mailroom.shizhong_clerk).exists()
    for act in (open_delivery, sign_for_delivery, recall_delivery):
        with refusal("not-found"):
            act(actor=mailroom.shizhong_clerk, delivery=delivery.pk)
        with refusal("not-allowed"):
            act(actor=mailroom.lixia_handler, delivery=delivery.pk)
    # Above the receiver one sees it, and does not sign in its stead.
    assert Delivery.objects.visible_to(mailroom.city_clerk).get() == delivery
    with refusal("not-allowed"):
        sign_for_delivery(actor=mailroom.city_clerk, delivery=delivery.pk)
    with refusal("not-allowed"):
        recall_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk)


def test_a_substitute_signs_in_the_name_of_the_holder(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    name_substitute(
        actor=mailroom.lixia_clerk, post=mailroom.lixia_clerk.posts.get(),
        substitute=mailroom.lixia_handler.pk, starts_on=clock.today(), ends_on=clock.today(),
        reason="出差",
    )  # fmt: skip
    mailroom.lixia_handler.refresh_from_db()
    signed = sign_for_delivery(actor=mailroom.lixia_handler, delivery=delivery.pk)
    assert (signed.signed_by, signed.signed_for) == (mailroom.lixia_handler, mailroom.lixia_clerk)


def test_what_is_opened_is_not_recalled_and_what_is_recalled_is_not_opened(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    recall_delivery(actor=mailroom.province_clerk, delivery=delivery.pk)
    again = recall_delivery(actor=mailroom.province_clerk, delivery=delivery.pk)
    assert again.state == "recalled"
    for act in (open_delivery, sign_for_delivery):
        with refusal("delivery-recalled"):
            act(actor=mailroom.lixia_clerk, delivery=delivery.pk)
    other = mailroom.delivery(mailroom.lixia, paper=delivery.paper_id)
    open_delivery(actor=mailroom.lixia_clerk, delivery=other.pk)
    with refusal("delivery-opened"):
        recall_delivery(actor=mailroom.province_clerk, delivery=other.pk)
    sign_for_delivery(actor=mailroom.lixia_clerk, delivery=other.pk)
    with refusal("delivery-signed"):
        recall_delivery(actor=mailroom.province_clerk, delivery=other.pk)


def test_who_signs_again_changes_nothing_and_a_second_is_told(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    first = sign_for_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk)
    again = sign_for_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk)
    assert first.signed_at == again.signed_at
    with refusal("delivery-signed"):
        sign_for_delivery(actor=mailroom.lixia_mate, delivery=delivery.pk)


def test_a_return_has_a_reason_and_tells_the_sender(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    with refusal("reason-missing"):
        return_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk, reason=" ")
    return_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk, reason="附件缺页")
    told = Notification.objects.get(recipient=mailroom.province_clerk)
    assert told.path == f"/desk/deliveries/sent/{delivery.distribution_id}/"
    with refusal("delivery-returned"):
        sign_for_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk)
    assert mailroom.delivery(mailroom.lixia, paper=delivery.paper_id).state == "sent"


def test_what_was_passed_on_is_not_returned_while_somebody_has_it(mailroom: Mailroom):
    first = mailroom.delivery(mailroom.city)
    with refusal("delivery-unsigned"):
        redistribute_delivery(
            actor=mailroom.city_clerk, delivery=first.pk, receiver_offices=[mailroom.lixia.pk]
        )
    sign_for_delivery(actor=mailroom.city_clerk, delivery=first.pk)
    onward, _new = redistribute_delivery(
        actor=mailroom.city_clerk, delivery=first.pk, receiver_offices=[mailroom.lixia.pk]
    )
    with refusal("delivery-passed-on"):
        return_delivery(actor=mailroom.city_clerk, delivery=first.pk, reason="错发")
    recall_delivery(actor=mailroom.city_clerk, delivery=onward.deliveries.get().pk)
    assert return_delivery(actor=mailroom.city_clerk, delivery=first.pk, reason="错发").reason


def test_the_same_key_sends_once(mailroom: Mailroom):
    paper, key = mailroom.paper(), uuid.uuid4()
    asked = {
        "actor": mailroom.province_clerk,
        "paper": paper.pk,
        "sender_office": mailroom.province.pk,
        "key": key,
    }
    first = send_paper(**asked, receiver_offices=[mailroom.city.pk])
    again = send_paper(**asked, receiver_offices=[mailroom.city.pk])
    assert (first[1], again) == (True, (first[0], False))
    with refusal("idempotency-conflict"):
        send_paper(**asked, receiver_offices=[mailroom.lixia.pk])
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("change", [{"note": "请速办"}, {"title": "别的"}, {"sign_by": NEXT_YEAR}])
def test_another_content_under_the_same_key_is_refused(mailroom: Mailroom, change):
    key, paper = uuid.uuid4(), mailroom.paper().pk
    mailroom.send(mailroom.city, paper=paper, key=key)
    with refusal("idempotency-conflict"):
        mailroom.send(mailroom.city, paper=paper, key=key, **change)


def test_the_key_of_another_person_is_no_hindrance(mailroom: Mailroom):
    key, mate = uuid.uuid4(), make_user("mate", Role.CLERK, mailroom.world.province)
    first = mailroom.send(mailroom.city, key=key)
    assert mailroom.send(mailroom.city, key=key, actor=mate) != first


def test_an_office_that_is_named_twice_receives_once(mailroom: Mailroom):
    assert mailroom.send(mailroom.city, mailroom.city).deliveries.count() == 1


def test_who_has_a_post_of_his_own_signs_in_his_own_name(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    name_substitute(
        actor=mailroom.lixia_mate, post=mailroom.lixia_mate.posts.get(),
        substitute=mailroom.lixia_clerk.pk, starts_on=clock.today(), ends_on=clock.today(),
        reason="出差",
    )  # fmt: skip
    mailroom.lixia_clerk.refresh_from_db()
    signed = sign_for_delivery(actor=mailroom.lixia_clerk, delivery=delivery.pk)
    assert (signed.signed_by, signed.signed_for) == (mailroom.lixia_clerk, None)


def test_what_came_to_an_office_below_is_seen_and_not_received(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    assert Delivery.objects.visible_to(mailroom.city_clerk).get() == delivery
    assert not Delivery.objects.received_by(mailroom.city_clerk).exists()


def test_who_sees_what_was_sent_urges_nobody_without_the_post(mailroom: Mailroom):
    sent = mailroom.send(mailroom.city)
    passed = sign_for_delivery(actor=mailroom.city_clerk, delivery=sent.deliveries.get().pk)
    onward, _new = redistribute_delivery(
        actor=mailroom.city_clerk, delivery=passed.pk, receiver_offices=[mailroom.lixia.pk]
    )
    with refusal("not-allowed"):
        urge_receivers(actor=mailroom.province_clerk, distribution=onward.pk)
    assert not Notification.objects.filter(kind=Kind.URGED).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"receiver_offices": []}, "receivers-missing"),
        ({"receiver_offices": [2**40]}, "receiver-unknown"),
        ({"sign_by": dt.date(2020, 1, 1)}, "day-invalid"),
        ({"note": "字" * 401}, "field-too-long"),
        ({"paper": 2**40}, "not-found"),
        ({"sender_office": 2**40}, "not-found"),
    ],
)
def test_what_is_wrong_is_refused_and_sends_nothing(mailroom: Mailroom, change, code):
    with refusal(code):
        mailroom.send(mailroom.city, **change)
    assert not Distribution.objects.exists()


def test_only_the_own_issued_paper_is_sent_and_not_to_oneself_nor_twice(mailroom: Mailroom):
    with refusal("receiver-is-sender"):
        mailroom.send(mailroom.city, mailroom.province)
    sent = mailroom.send(mailroom.city)
    with refusal("delivered-already"):
        mailroom.send(mailroom.lixia, mailroom.city, paper=sent.paper_id)
    delivery = sign_for_delivery(actor=mailroom.city_clerk, delivery=sent.deliveries.get().pk)
    with refusal("paper-foreign"):
        mailroom.send(
            mailroom.lixia, actor=mailroom.city_clerk, sender_office=mailroom.city.pk,
            paper=sent.paper_id,
        )  # fmt: skip
    withdraw_paper(actor=mailroom.province_clerk, paper=sent.paper_id, reason="撤回")
    with refusal("paper-not-issued"):
        redistribute_delivery(
            actor=mailroom.city_clerk, delivery=delivery.pk, receiver_offices=[mailroom.lixia.pk]
        )
    assert Delivery.objects.count() == 1


def test_an_office_that_ended_is_told_with_who_took_over(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    Office.objects.filter(pk=mailroom.lixia.pk).update(
        valid_to=clock.today(), successor=mailroom.shizhong
    )
    with refusal("office-ended") as refused:
        mailroom.send(mailroom.city, mailroom.lixia)
    assert mailroom.lixia.name in str(refused.value.detail)
    assert mailroom.shizhong.name in str(refused.value.detail)
    assert Distribution.objects.count() == 1
    # What was on its way to it already is its heir's.
    clerk = mailroom.shizhong_clerk
    assert Delivery.objects.received_by(clerk).get() == delivery
    assert sign_for_delivery(actor=clerk, delivery=delivery.pk).state == "signed"
    assert Paper.objects.visible_to(clerk).get() == delivery.paper


def test_all_who_sign_for_an_office_are_told_once(mailroom: Mailroom):
    mailroom.send(mailroom.city, mailroom.lixia)
    told = Notification.objects.filter(path="/desk/deliveries/")
    people = {mailroom.city_clerk, mailroom.lixia_clerk, mailroom.lixia_mate}
    assert {one.recipient for one in told} == people
    assert told.count() == 3


def test_who_has_not_signed_is_urged_and_not_again_within_hours(mailroom: Mailroom, monkeypatch):
    sent = mailroom.send(mailroom.city, mailroom.lixia)
    sign_for_delivery(
        actor=mailroom.city_clerk, delivery=sent.deliveries.get(receiver=mailroom.city).pk
    )
    clerk = mailroom.province_clerk
    assert urge_receivers(actor=clerk, distribution=sent.pk) == 1
    urged = Notification.objects.filter(kind=Kind.URGED)
    assert {one.recipient for one in urged} == {mailroom.lixia_clerk, mailroom.lixia_mate}
    with refusal("urged-already") as refused:
        urge_receivers(actor=clerk, distribution=sent.pk)
    assert 0 < refused.value.extra["retry_after"] <= NOT_AGAIN_WITHIN.total_seconds() + 1
    later = clock.now() + NOT_AGAIN_WITHIN
    monkeypatch.setattr(clock, "now", lambda: later)
    assert urge_receivers(actor=clerk, distribution=sent.pk) == 1
    sign_for_delivery(
        actor=mailroom.lixia_clerk, delivery=sent.deliveries.get(receiver=mailroom.lixia).pk
    )
    with refusal("nobody-to-urge"):
        urge_receivers(actor=clerk, distribution=sent.pk)
    with refusal("not-found"):
        urge_receivers(actor=mailroom.lixia_clerk, distribution=sent.pk)


def test_the_database_itself_keeps_deliveries_and_their_course(mailroom: Mailroom):
    delivery = mailroom.delivery(mailroom.lixia)
    recall_delivery(actor=mailroom.province_clerk, delivery=delivery.pk)
    row = Delivery.objects.filter(pk=delivery.pk)
    for act in (row.delete, lambda: row.update(state="sent", ended_at=None)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
