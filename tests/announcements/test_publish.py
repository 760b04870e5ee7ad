"""Publishing: to whom it goes, once, in one statement; who may, and what is refused."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Role, User
from backend.announcements.actions import correct_announcement, withdraw_announcement
from backend.announcements.audience import Audience
from backend.announcements.models import Announcement, Receipt
from backend.announcements.receipts import confirm_announcement, note_seen
from backend.announcements.tasks import address_newcomers
from backend.announcements.wording import Wording
from backend.lib import clock
from backend.lib.problems import Refused
from backend.notifications.models import Kind, Notification
from backend.offices.models import Post, Substitution
from tests.announcements.board import Board, names_of_addressees
from tests.documents.sent_files import sent
from tests.evidence.office_files import make_pdf
from tests.world import hold, make_user


def day(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def refusal(act: Any, **facts: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        act(**facts)
    return refused.value.code, refused.value.field


def test_a_whole_office_is_meant_with_its_departments_and_without_what_lies_below(board: Board):
    of_county = {"lin", "wei", "rui", "ou", "lixia-clerk", "sectioned"}
    assert names_of_addressees(board.publish()) == of_county
    whole_city = board.publish(audience=Audience(offices=[board.city.pk]))
    assert names_of_addressees(whole_city) == {"city-clerk"}
    section = board.publish(audience=Audience(offices=[board.section.pk]))
    assert names_of_addressees(section) == {"sectioned"}


def test_a_level_is_all_authorities_of_it_below_ones_own_and_people_are_added_by_name(board: Board):
    made = board.publish(audience=Audience(levels=["county"], people=[board.leader.pk]))
    assert names_of_addressees(made) == {
        "lin", "wei", "rui", "ou", "lixia-clerk", "sectioned", "chen", "leader",
    }  # fmt: skip
    assert Notification.objects.filter(kind=Kind.ANNOUNCED).count() == 8


def test_a_department_speaks_to_its_whole_house_and_to_nobody_beside_it(board: Board):
    clerk = make_user("section-clerk", Role.CLERK, board.world.lixia)
    Post.objects.filter(user=clerk).update(office=board.section)
    asked = {"actor": clerk, "office": board.section.pk}
    house = board.publish(**asked)
    assert "lin" in names_of_addressees(house)
    beside = asked | {"audience": Audience(offices=[board.shizhong.pk])}
    assert refusal(board.publish, **beside) == ("office-unknown", "offices")
    foreign = asked | {"audience": Audience(people=[board.world.chen.pk])}
    assert refusal(board.publish, **foreign) == ("person-unknown", "people")


def test_somebody_with_two_posts_and_somebody_named_too_have_one_receipt(board: Board):
    Post.objects.create(
        user=board.world.lin, office=board.section, role=Role.HANDLER, starts_on=day(-9)
    )
    named = Audience(offices=[board.lixia.pk], people=[board.world.lin.pk])
    made = board.publish(audience=named)
    assert made.receipts.filter(addressee=board.world.lin).count() == 1


def test_who_has_gone_or_whose_account_is_closed_is_not_addressed(board: Board):
    Post.objects.filter(user=board.world.wei).update(ends_on=day(-1))
    User.objects.filter(pk=board.world.ou.pk).update(is_active=False)
    assert names_of_addressees(board.publish()) == {"lin", "rui", "lixia-clerk", "sectioned"}


def test_publishing_asks_the_database_as_often_for_many_people(board: Board):
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            board.publish()
        return len(caught)

    few = count()
    for number in range(30):
        make_user(f"more-{number}", Role.HANDLER, board.world.lixia)
    assert count() == few


def test_the_same_key_publishes_once_and_another_body_is_refused(board: Board):
    key = uuid.uuid4()
    first, again = board.publish(key=key), board.publish(key=key)
    assert first == again
    assert Announcement.objects.count() == 1
    assert refusal(board.publish, key=key, title="别的")[0] == "idempotency-conflict"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, ("title-missing", "title")),
        ({"title": "长" * 201}, ("field-too-long", "title")),
        ({"body": "\n"}, ("body-missing", "body")),
        ({"body": "看不见\u200b"}, ("field-character", "body")),
        ({"matters_until": dt.date(2020, 1, 1)}, ("day-invalid", "matters_until")),
        ({"confirm_by": dt.date(2999, 1, 1)}, ("day-invalid", "confirm_by")),
        ({"confirm_by": dt.date(2020, 1, 1)}, ("day-invalid", "confirm_by")),
        ({"audience": Audience()}, ("audience-missing", "offices")),
        ({"audience": Audience(offices=[987654321])}, ("office-unknown", "offices")),
        ({"audience": Audience(people=[987654321])}, ("person-unknown", "people")),
        ({"files": [sent(b"MZ\x90\x00 no document")]}, ("file-type", "files")),
        ({"files": [sent(b"x")] * 6}, ("attachments-too-many", "files")),
        ({"office": 987654321}, ("not-found", None)),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_published(board: Board, changes: Any, code: Any):
    assert refusal(board.publish, **changes) == code
    assert not Announcement.objects.exists()
    assert not Receipt.objects.exists()


def test_an_enterprise_is_no_addressee(board: Board):
    asked = Audience(people=[board.world.qian.pk])
    assert refusal(board.publish, audience=asked)[0] == "person-unknown"


def test_only_leaders_and_clerks_publish_and_a_substitute_in_the_name_of_the_post(board: Board):
    assert refusal(board.publish, actor=board.world.zhao)[0] == "not-allowed"
    assert refusal(board.publish, actor=board.lixia_clerk)[0] == "not-found"
    Substitution.objects.create(
        post=board.leader.posts.get(), substitute=board.world.zhao, starts_on=day(0),
        ends_on=day(0), reason="出差", made_by=board.leader, made_at=clock.now(),
    )  # fmt: skip
    made = board.publish(actor=board.world.zhao)
    assert (made.published_by, made.published_for) == (board.world.zhao, board.leader)


def test_an_attachment_comes_with_it_and_stays_with_its_correction_when_it_is_kept(board: Board):
    old = board.publish(files=[sent(make_pdf(), "值班表.pdf")])
    [table] = old.attachments.all()
    assert (table.title, table.media_type, table.pages) == ("值班表", "application/pdf", 1)
    new = correct(board, old, kept=[table.pk])
    assert [one.file.name for one in new.attachments.all()] == [table.file.name]
    foreign = {"board": board, "old": new, "kept": [table.pk]}
    assert refusal(correct, **foreign) == ("attachment-unknown", "kept")
    assert not correct(board, new).attachments.exists()


def correct(board: Board, old: Announcement, **changes: Any) -> Announcement:
    said = Wording("国庆值班（更正）", "十月二日值班。", day(20), day(5))
    asked = {"wording": said, "reason": "日期有误", "key": uuid.uuid4()} | changes
    return correct_announcement(actor=board.leader, announcement=old.pk, **asked)[0]


def test_a_correction_asks_everybody_again_and_the_old_one_says_where_it_is(board: Board):
    old = board.to_confirm(audience=Audience(people=[board.world.lin.pk, board.world.chen.pk]))
    confirm_announcement(actor=board.world.lin, announcement=old.pk)
    Post.objects.filter(user=board.world.chen).update(ends_on=day(-1))
    new = correct(board, old)
    old.refresh_from_db()
    assert (old.state, old.reason, old.correction) == ("replaced", "日期有误", new)
    assert names_of_addressees(new) == {"lin"}
    assert set(Announcement.objects.waiting_for(board.world.lin)) == {new}
    assert old.receipts.get(addressee=board.world.lin).confirmed_at is not None
    late = {"actor": board.world.lin, "announcement": old.pk}
    assert refusal(confirm_announcement, **late)[0] == "announcement-replaced"
    assert refusal(correct, board=board, old=old)[0] == "announcement-replaced"


def test_a_correction_goes_to_who_has_joined_an_office_since_too(board: Board):
    old = board.publish()
    make_user("joined", Role.HANDLER, board.world.lixia)
    assert "joined" in names_of_addressees(correct(board, old))


def test_what_is_withdrawn_is_told_as_withdrawn_and_is_not_gone(board: Board):
    made = board.publish()
    note_seen(actor=board.world.lin, announcement=made.pk)
    gone = {"actor": board.leader, "announcement": made.pk, "reason": "改期"}
    withdraw_announcement(**gone)
    assert set(Announcement.objects.visible_to(board.world.wei)) == {made}
    assert not Announcement.objects.waiting_for(board.world.wei).exists()
    told = Notification.objects.filter(kind=Kind.ANNOUNCEMENT_ENDED)
    assert [one.recipient for one in told] == [board.world.lin]
    assert refusal(withdraw_announcement, **gone)[0] == "announcement-withdrawn"
    assert refusal(withdraw_announcement, **gone | {"reason": ""})[0] == "reason-missing"
    assert refusal(correct, board=board, old=made)[0] == "announcement-withdrawn"


def test_who_is_above_sees_it_and_speaks_not_for_its_office(board: Board):
    made = board.publish(actor=board.lixia_clerk, office=board.lixia.pk)
    gone = {"announcement": made.pk, "reason": "改期"}
    assert set(Announcement.objects.visible_to(board.city_clerk)) == {made}
    assert refusal(withdraw_announcement, actor=board.city_clerk, **gone)[0] == "not-allowed"
    stranger = hold(board.city_clerk, Role.CLERK, board.world.shizhong)
    assert not Announcement.objects.visible_to(stranger).exists()
    assert refusal(withdraw_announcement, actor=stranger, **gone)[0] == "not-found"


def test_who_joins_an_office_is_given_what_matters_still_and_told_once(board: Board):
    standing, ended = board.publish(), board.publish()
    withdraw_announcement(actor=board.leader, announcement=ended.pk, reason="改期")
    joined = make_user("joined", Role.HANDLER, board.world.lixia)
    assert (address_newcomers(), address_newcomers()) == (1, 0)
    assert set(Announcement.objects.waiting_for(joined)) == {standing}
    said = Notification.objects.filter(recipient=joined)
    assert [(one.kind, one.day) for one in said] == [(Kind.ANNOUNCED, standing.matters_until)]


def test_nobody_joins_what_has_ceased_to_matter(board: Board, monkeypatch: pytest.MonkeyPatch):
    board.publish(matters_until=day(1))
    make_user("joined", Role.HANDLER, board.world.lixia)
    later = clock.now() + dt.timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert address_newcomers() == 0


def test_the_database_keeps_the_text_and_who_has_read(board: Board):
    made = board.publish()
    note_seen(actor=board.world.lin, announcement=made.pk)
    mine = Receipt.objects.filter(announcement=made, addressee=board.world.lin)
    for change in (
        lambda: Announcement.objects.filter(pk=made.pk).update(body="别的"),
        lambda: mine.update(seen_at=None),
        lambda: mine.update(addressee=board.world.wei),
        mine.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
