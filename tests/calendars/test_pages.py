"""The pages of meetings and duty: called with a warning, answered, filled, published, printed."""

from __future__ import annotations

import uuid

from django.test import Client

from backend.calendars.models import DutySwap, Meeting, Roster
from backend.lib import clock
from backend.papers.actions import draft_paper
from backend.papers.template_files import load_templates
from tests.calendars.scenes import Bureau, next_month
from tests.deliveries.test_pages import page_of, press
from tests.matters.errands import load_errand
from tests.matters.offices import make_matter
from tests.papers.scenes import FIELDS

MINUTE = "%Y-%m-%dT%H:%M"


def test_a_meeting_is_called_once_however_often_it_is_sent(bureau: Bureau):
    bureau.call(when=bureau.at(9, place="市局"))
    when, key = bureau.at(9), str(uuid.uuid4())
    body = {
        "key": key, "office": bureau.lixia.pk, "title": "电梯安全专题会", "room": bureau.room.pk,
        "starts_at": when.starts_at.strftime(MINUTE), "ends_at": when.ends_at.strftime(MINUTE),
        "people": [bureau.handler.pk], "agenda": "一、通报",
    }  # fmt: skip
    shown = press(bureau.clerk, "/desk/meetings/new/", **body)
    assert f"该时段有其他会议或值班：{bureau.clerk}" in shown
    press(bureau.clerk, "/desk/meetings/new/", **body)
    made = Meeting.objects.get(title="电梯安全专题会", room=bureau.room)
    assert made.starts_at == when.starts_at
    taken = press(bureau.clerk, "/desk/meetings/new/", **body | {"key": str(uuid.uuid4())})
    assert "第一会议室在" in taken
    one = f"/desk/meetings/{made.pk}/"
    assert "您有其他会议" in page_of(bureau.handler, one)
    answered = press(
        bureau.handler, f"{one}answer/", answer="sends", reason="出差", substitute=bureau.mate.pk
    )
    assert f"他人替会: {bureau.mate}" in answered
    assert "请说明不能亲自参会的原因" in press(bureau.handler, f"{one}answer/", answer="absent")
    assert made.title in page_of(bureau.mate, "/desk/calendar/")
    later = bureau.at(15)
    moved = press(
        bureau.clerk, f"{one}move/", starts_at=later.starts_at.strftime(MINUTE),
        ends_at=later.ends_at.strftime(MINUTE), place="三楼", reason="改期",
    )  # fmt: skip
    assert "改期" in moved
    assert "另行通知" in press(bureau.clerk, f"{one}cancel/", reason="另行通知")
    for late, words in (("cancel", {"reason": "重复"}), ("move", {"place": "礼堂"})):
        refused = press(bureau.clerk, f"{one}{late}/", **words)
        assert f'value="{next(iter(words.values()))}"' in refused, late
    assert "会议已取消" in press(bureau.clerk, f"{one}cancel/", reason="重复")
    kept = press(bureau.handler, f"{one}answer/", answer="absent", reason="有事")
    assert 'value="有事"' in kept
    assert "会议已取消" in kept
    client = Client()
    client.force_login(bureau.handler)
    assert client.post(f"{one}cancel/", {"reason": "不开"}).status_code == 403


def test_the_words_are_saved_by_a_keeper_who_sees_not_what_another_linked(bureau: Bureau):
    load_errand()
    hidden = make_matter(bureau.shizhong, number="历督〔2026〕7号")
    load_templates()
    paper, _new = draft_paper(
        actor=bureau.stranger, office=bureau.shizhong.pk, template="complaint-acceptance",
        addressee="张三", fields=FIELDS,
    )  # fmt: skip
    meeting = bureau.call()
    Meeting.objects.filter(pk=meeting.pk).update(matter=hidden)
    meeting.papers.add(paper)
    words = {"title": "专题会", "matter": hidden.number}
    change = f"/desk/meetings/{meeting.pk}/words/"
    assert "已保存" in press(bureau.clerk, change, **words)
    meeting.refresh_from_db()
    assert (meeting.title, meeting.matter, meeting.papers.get()) == ("专题会", hidden, paper)
    refused = press(bureau.clerk, change, **words, minutes=hidden.number)
    assert "没有" in refused


def test_a_month_is_filled_published_and_seen_on_the_desk(bureau: Bureau):
    press(
        bureau.clerk, "/desk/duty/rosters/", office=bureau.lixia.pk, month=f"{clock.today():%Y-%m}"
    )
    roster = Roster.objects.get()
    one = f"/desk/duty/rosters/{roster.pk}/"
    assert "无带班领导" in page_of(bureau.clerk, one)
    assert "天未排好" in press(bureau.clerk, f"{one}publish/")
    press(
        bureau.clerk, f"{one}fill/", leaders=[bureau.leader.pk],
        people=[bureau.handler.pk, bureau.mate.pk],
    )  # fmt: skip
    assert "无空缺，无重复" in page_of(bureau.clerk, one)
    assert "值班表已发布" in press(bureau.clerk, f"{one}publish/")
    assert "0531-12345678" in page_of(bureau.handler, "/desk/")
    below = page_of(bureau.city_clerk, "/desk/duty/?level=county")
    assert str(bureau.leader) in below
    assert "未安排" in below
    assert bureau.lixia.name not in page_of(bureau.city_clerk, "/desk/duty/?gaps=on&level=county")


def test_two_swap_their_duties_on_their_pages(bureau: Bureau):
    roster = bureau.roster()
    mine, other = bureau.duty(roster, bureau.handler), bureau.duty(roster, bureau.mate)
    assert str(next_month())[:7] in page_of(bureau.handler, "/desk/calendar/")
    press(bureau.handler, f"/desk/duty/{mine.pk}/swap/", other=other.pk)
    swap = DutySwap.objects.get()
    assert f"swaps/{swap.pk}/agree/" in page_of(bureau.mate, "/desk/calendar/")
    assert "调班完成" in press(bureau.mate, f"/desk/duty/swaps/{swap.pk}/agree/")
    client = Client()
    client.force_login(bureau.mate)
    assert client.get(f"/desk/duty/{mine.pk}/swap/").status_code == 404


def test_the_address_of_the_feed_is_shown_once(bureau: Bureau):
    assert "没有订阅地址" in page_of(bureau.handler, "/desk/calendar/feed/")
    assert ".ics" in press(bureau.handler, "/desk/calendar/feed/")
    assert ".ics" not in page_of(bureau.handler, "/desk/calendar/feed/")
    assert "没有订阅地址" in press(bureau.handler, "/desk/calendar/feed/end/")
