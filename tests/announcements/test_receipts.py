"""Receipts: seen, confirmed, counted by office, urged once a day."""

from __future__ import annotations

import datetime as dt

import pgtrigger
import pytest

from backend.announcements.audience import Audience
from backend.announcements.models import Announcement, Receipt
from backend.announcements.receipts import (
    confirm_announcement,
    count_by_office,
    count_receipts,
    note_seen,
)
from backend.announcements.urge import urge_missing
from backend.lib import clock
from backend.lib.problems import Refused
from backend.notifications.models import Kind, Notification
from backend.offices.models import Post
from backend.retention.rule_files import load_retention_rules
from backend.retention.tasks import apply_retention_rules
from tests.announcements.board import Board
from tests.owner import as_owner


def refused_code(act, **facts) -> str:
    with pytest.raises(Refused) as refused:
        act(**facts)
    return refused.value.code


def test_what_is_opened_is_seen_once_and_waits_no_more(board: Board):
    made, lin = board.publish(), board.world.lin
    note_seen(actor=lin, announcement=made.pk)
    first = made.receipts.get(addressee=lin).seen_at
    note_seen(actor=lin, announcement=made.pk)
    note_seen(actor=board.world.chen, announcement=made.pk)
    assert made.receipts.get(addressee=lin).seen_at == first
    assert not Announcement.objects.waiting_for(lin).exists()
    assert count_receipts(made) == (6, 1, 0, 5)


def test_what_is_to_be_confirmed_waits_until_it_is(board: Board):
    made, lin = board.to_confirm(), board.world.lin
    note_seen(actor=lin, announcement=made.pk)
    assert Announcement.objects.waiting_for(lin).exists()
    first = confirm_announcement(actor=lin, announcement=made.pk)
    again = confirm_announcement(actor=lin, announcement=made.pk)
    assert first.confirmed_at == again.confirmed_at
    assert not Announcement.objects.waiting_for(lin).exists()
    confirm_announcement(actor=board.world.wei, announcement=made.pk)
    assert made.receipts.get(addressee=board.world.wei).seen_at is not None
    assert count_receipts(made) == (6, 2, 2, 4)


def test_what_is_foreign_or_needs_no_confirmation_is_not_confirmed(board: Board):
    made = board.publish()
    mine = {"actor": board.world.lin, "announcement": made.pk}
    assert refused_code(confirm_announcement, **mine) == "nothing-to-confirm"
    foreign = mine | {"actor": board.world.chen}
    assert refused_code(confirm_announcement, **foreign) == "not-found"


def test_who_publishes_sees_by_office_who_is_missing(board: Board):
    made = board.to_confirm()
    confirm_announcement(actor=board.sectioned, announcement=made.pk)
    note_seen(actor=board.world.lin, announcement=made.pk)
    told = count_by_office(made).values_list("code", "addressed", "seen", "confirmed")
    counts = {code: figures for code, *figures in told}
    assert counts == {board.lixia.code: [5, 1, 0], board.section.code: [1, 1, 1]}
    unread = made.receipts.standing_at(Receipt.Standing.UNREAD)
    unconfirmed = made.receipts.standing_at(Receipt.Standing.UNCONFIRMED)
    assert (unread.count(), unconfirmed.count()) == (4, 5)


def test_the_missing_are_urged_once_a_day_and_who_has_gone_is_left_in_peace(
    board: Board, monkeypatch: pytest.MonkeyPatch
):
    people = [board.world.lin.pk, board.world.wei.pk, board.world.ou.pk]
    made = board.to_confirm(audience=Audience(people=people))
    note_seen(actor=board.world.lin, announcement=made.pk)
    confirm_announcement(actor=board.world.wei, announcement=made.pk)
    Post.objects.filter(user=board.world.ou).update(ends_on=clock.today() - dt.timedelta(days=1))
    urge = {"actor": board.leader, "announcement": made.pk}
    assert urge_missing(**urge) == 1
    told = Notification.objects.filter(kind=Kind.ANNOUNCEMENT_URGED)
    assert [(one.recipient, one.day) for one in told] == [(board.world.lin, made.confirm_by)]
    assert refused_code(urge_missing, **urge) == "urged-already"
    tomorrow = clock.now() + dt.timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert urge_missing(**urge) == 1
    confirm_announcement(actor=board.world.lin, announcement=made.pk)
    overmorrow = tomorrow + dt.timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: overmorrow)
    assert refused_code(urge_missing, **urge) == "nobody-to-urge"


def test_only_the_publishing_office_urges(board: Board):
    made = board.publish()
    urge = {"announcement": made.pk}
    assert refused_code(urge_missing, actor=board.world.lin, **urge) == "not-allowed"
    assert refused_code(urge_missing, actor=board.lixia_clerk, **urge) == "not-allowed"
    assert refused_code(urge_missing, actor=board.city_clerk, **urge) == "not-found"


def test_receipts_end_by_a_rule_long_after_it_mattered_and_the_text_stays(board: Board):
    load_retention_rules()
    recent, old = board.publish(), board.publish()
    with as_owner(), pgtrigger.ignore("announcements.Announcement:text_kept"):
        past = clock.today() - dt.timedelta(days=4 * 366)
        Announcement.objects.filter(pk=old.pk).update(matters_until=past)
    assert apply_retention_rules() == {"reading-receipts-36-months": 6}
    assert (recent.receipts.count(), old.receipts.count()) == (6, 0)
    assert Announcement.objects.filter(pk=old.pk).exists()
