"""Meetings: who is asked, one room for one meeting, moved, cancelled, answered."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from backend.accounts.models import Role
from backend.calendars.answers import answer_meeting
from backend.calendars.clash_warnings import list_clashes_of
from backend.calendars.meeting_rooms import close_room, open_room
from backend.calendars.meetings import ask_further, cancel_meeting, move_meeting
from backend.calendars.models import Meeting, Participant
from backend.lib import clock
from backend.lib.problems import Refused
from backend.notifications.models import Kind, Notification
from backend.offices.models import Post
from tests.calendars.scenes import Bureau
from tests.world import make_user


def told(person) -> list[str]:
    return list(
        Notification.objects.filter(recipient=person).order_by("pk").values_list("kind", flat=True)
    )


def test_whole_offices_are_asked_as_they_are_staffed_at_the_call(bureau: Bureau):
    meeting = bureau.call(offices=[bureau.lixia.pk], people=[])
    staff = set(Post.objects.filter(office=bureau.lixia).values_list("user", flat=True))
    assert set(meeting.participants.values_list("user", flat=True)) == staff
    late = make_user("late", Role.HANDLER, bureau.world.lixia)
    assert not Meeting.objects.visible_to(late).exclude(office=bureau.lixia).exists()
    assert not Participant.objects.of(late).exists()
    fresh = ask_further(actor=bureau.clerk, meeting=meeting.pk, people=[late.pk])
    assert [row.user_id for row in fresh] == [late.pk]
    assert told(late) == [Kind.MEETING_CALLED]
    assert told(bureau.handler) == [Kind.MEETING_CALLED]


def test_a_room_is_booked_once_and_what_stands_there_is_told(bureau: Bureau):
    first = bureau.call()
    with pytest.raises(Refused) as refused:
        bureau.call(when=bureau.at(9, hours=3))
    assert refused.value.code == "room-taken"
    assert first.title in str(refused.value.detail)
    bureau.call(when=bureau.at(10))  # begins as the other ends
    cancel_meeting(actor=bureau.clerk, meeting=first.pk, reason="改为书面征求意见")
    assert bureau.call().state == Meeting.State.CALLED
    with pytest.raises(Refused) as booked:
        close_room(actor=bureau.clerk, room=bureau.room.pk)
    assert booked.value.code == "room-booked"
    with pytest.raises(Refused) as named:
        open_room(actor=bureau.clerk, office=bureau.lixia.pk, name=bureau.room.name)
    assert named.value.code == "room-exists"


def test_moving_tells_all_grows_the_sequence_and_asks_anew(bureau: Bureau):
    meeting = bureau.call()
    answer_meeting(actor=bureau.handler, meeting=meeting.pk, answer="comes")
    moved = move_meeting(
        actor=bureau.clerk, meeting=meeting.pk, when=bureau.at(14), reason="会议室维修"
    )
    assert (moved.uid, moved.sequence) == (meeting.uid, 1)
    assert moved.participants.get(user=bureau.handler).answer == "open"
    assert told(bureau.handler) == [Kind.MEETING_CALLED, Kind.MEETING_MOVED]
    answer_meeting(actor=bureau.handler, meeting=meeting.pk, answer="comes")
    elsewhere = dataclasses.replace(bureau.at(14), room=None, place="市局三楼")
    moved = move_meeting(actor=bureau.clerk, meeting=meeting.pk, when=elsewhere, reason="换地点")
    assert moved.participants.get(user=bureau.handler).answer == "comes"
    off = cancel_meeting(actor=bureau.clerk, meeting=meeting.pk, reason="另行通知")
    assert (off.uid, off.sequence, off.state) == (meeting.uid, 3, "cancelled")
    assert told(bureau.handler)[-1] == Kind.MEETING_OFF
    with pytest.raises(Refused) as refused:
        move_meeting(actor=bureau.clerk, meeting=meeting.pk, when=bureau.at(15), reason="再改")
    assert refused.value.code == "meeting-cancelled"


def test_who_does_not_come_says_why_and_a_substitute_holds_a_post(bureau: Bureau):
    meeting = bureau.call()

    def refusal(**answer: object) -> str:
        with pytest.raises(Refused) as refused:
            answer_meeting(actor=bureau.handler, meeting=meeting.pk, **answer)
        return refused.value.code

    assert refusal(answer="absent") == "reason-missing"
    assert refusal(answer="sends", reason="出差") == "substitute-unfit"
    gone = make_user("gone", Role.HANDLER, bureau.world.lixia)
    Post.objects.filter(user=gone).update(ends_on=clock.today())
    for unfit in (
        gone,
        bureau.stranger,
        bureau.clerk,
        bureau.handler,
    ):  # the clerk is asked himself
        sent = {"answer": "sends", "reason": "出差", "substitute": unfit.pk}
        assert refusal(**sent) == "substitute-unfit"
    mine = answer_meeting(
        actor=bureau.handler, meeting=meeting.pk, answer="sends", reason="出差",
        substitute=bureau.mate.pk,
    )  # fmt: skip
    assert mine.comer == bureau.mate
    assert told(bureau.mate) == [Kind.MEETING_CALLED]
    answer_meeting(actor=bureau.handler, meeting=meeting.pk, answer="comes")
    assert told(bureau.mate) == [Kind.MEETING_CALLED, Kind.MEETING_OFF]


def test_who_is_asked_elsewhere_or_on_duty_then_is_told_and_not_refused(bureau: Bureau):
    first = bureau.call()
    other = bureau.call(when=bureau.at(9, place="市局"), people=[bureau.handler.pk, bureau.mate.pk])
    assert {(c.name, c.what) for c in list_clashes_of(other)} == {
        (str(bureau.handler), "meeting"),
        (str(bureau.clerk), "meeting"),
    }
    cancel_meeting(actor=bureau.clerk, meeting=first.pk, reason="不开了")
    assert list_clashes_of(other) == []
    duty = bureau.duty(bureau.roster(), bureau.mate)
    days = (duty.day - clock.today()).days
    then = bureau.call(when=bureau.at(10, days=days, place="市局"), people=[bureau.mate.pk])
    assert [(clash.name, clash.what) for clash in list_clashes_of(then)] == [
        (str(bureau.mate), "duty")
    ]


def test_a_meeting_is_foreign_to_other_counties_and_read_only_to_who_keeps_none(bureau: Bureau):
    meeting = bureau.call()
    assert not Meeting.objects.visible_to(bureau.stranger).exists()
    for person, status in ((bureau.stranger, 404), (bureau.handler, 403)):
        with pytest.raises(Refused) as refused:
            cancel_meeting(actor=person, meeting=meeting.pk, reason="不开")
        assert refused.value.status == status
    with pytest.raises(Refused) as other:
        bureau.call(office=bureau.shizhong.pk)
    assert other.value.status == 404
    guest = bureau.call(when=bureau.at(11), people=[bureau.stranger.pk])
    assert list(Meeting.objects.visible_to(bureau.stranger)) == [guest]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda when: {"starts_at": when.ends_at, "ends_at": when.starts_at}, "time-invalid"),
        (lambda when: {"starts_at": when.starts_at - dt.timedelta(days=9)}, "time-invalid"),
        (lambda when: {"ends_at": when.ends_at + dt.timedelta(days=40)}, "time-invalid"),
        (lambda when: {"room": None}, "place-missing"),
        (lambda when: {"room": 987654321}, "room-unknown"),
    ],
)
def test_a_time_or_place_that_cannot_be_is_refused(bureau: Bureau, change, code):
    when = bureau.at(9)
    with pytest.raises(Refused) as refused:
        bureau.call(when=dataclasses.replace(when, **change(when)))
    assert refused.value.code == code
    assert not Meeting.objects.exists()
