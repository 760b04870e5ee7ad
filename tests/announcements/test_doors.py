"""Announcements over REST and on the desk: published, read, confirmed, followed, urged, withdrawn."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.announcements.models import Announcement
from backend.lib import clock
from tests.announcements.board import Board
from tests.documents.sent_files import sent
from tests.evidence.office_files import make_pdf
from tests.world import make_user

UNTIL = str(clock.today() + dt.timedelta(days=9))


def client_of(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def post(client: APIClient, path: str, body: Any = None, *, kind: str = "json", key: object = ""):
    headers = {"Idempotency-Key": str(key or uuid.uuid4())}
    return client.post(f"/api/v1/announcements{path}", body or {}, format=kind, headers=headers)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body_of(board: Board, **changes: Any) -> dict[str, Any]:
    said = {"title": "国庆值班", "body": "请值班。", "matters_until": UNTIL, "confirm_by": UNTIL}
    return said | {"office": board.province.pk, "offices": [board.lixia.pk]} | changes


def test_an_announcement_goes_its_way_over_rest(board: Board):
    leader, lin = client_of(board.leader), client_of(board.world.lin)
    key, body = uuid.uuid4(), body_of(board)
    made = post(leader, "", body, key=key)
    assert (made.status_code, made.data["receipt"]) == (201, None)
    assert post(leader, "", body, key=key).status_code == 200
    one = f"/{made.data['id']}"
    assert lin.get("/api/v1/announcements/waiting").data == {"waiting": 1}
    [got] = lin.get("/api/v1/announcements", {"waiting": "true"}).data["results"]
    assert (got["title"], got["receipt"]["seen_at"]) == ("国庆值班", None)
    assert lin.get(f"/api/v1/announcements{one}").data["body"] == "请值班。"
    assert post(lin, f"{one}/opening").data["receipt"]["seen_at"]
    assert post(lin, f"{one}/confirmation").data["receipt"]["confirmed_at"]
    assert lin.get("/api/v1/announcements", {"waiting": "true"}).data["results"] == []
    counts = {"addressed": 6, "seen": 1, "confirmed": 1, "waiting": 5}
    assert leader.get(f"/api/v1/announcements{one}/counts").data == counts
    unread = leader.get(f"/api/v1/announcements{one}/receipts", {"standing": "unread", "limit": 2})
    assert (len(unread.data["results"]), unread.data["next"] is not None) == (2, True)
    offices = leader.get(f"/api/v1/announcements{one}/offices").data["results"]
    assert [(row["code"], row["seen"]) for row in offices] == [
        (board.lixia.code, 1), (board.section.code, 0),
    ]  # fmt: skip
    assert post(leader, f"{one}/urging").data == {"urged": 5}
    assert post(leader, f"{one}/urging").status_code == 429
    said = {name: body[name] for name in ("title", "body", "matters_until")}
    new = post(leader, f"{one}/correction", said | {"reason": "日期有误"})
    assert (new.status_code, new.data["corrects"]) == (201, made.data["id"])
    gone = post(leader, f"/{new.data['id']}/withdrawal", {"reason": "改期"})
    assert (gone.data["state"], gone.data["reason"]) == ("withdrawn", "改期")
    assert lin.get(f"/api/v1/announcements/{new.data['id']}").data["state"] == "withdrawn"


def test_a_form_with_a_file_publishes_it_too_and_readers_fetch_it(board: Board):
    body = body_of(board, files=[sent(make_pdf(), "值班表.pdf")])
    made = post(client_of(board.leader), "", body, kind="multipart")
    assert made.status_code == 201, made.content
    [table] = made.data["attachments"]
    path = f"/api/v1/announcements/{made.data['id']}/attachments/{table['id']}"
    assert client_of(board.world.lin).get(path).status_code == 302
    assert client_of(board.world.chen).get(path).status_code == 404


def test_addressees_do_not_see_who_else_has_read_and_strangers_see_nothing(board: Board):
    one = f"/api/v1/announcements/{board.publish().pk}"
    lin, chen = client_of(board.world.lin), client_of(board.world.chen)
    assert lin.get(one).status_code == 200
    for path in ("/counts", "/receipts", "/offices"):
        assert lin.get(one + path).status_code == 404
    assert chen.get(one).status_code == 404
    assert post(chen, f"{one[len('/api/v1/announcements') :]}/opening").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"title": None},
        {"matters_until": "2026-02-30"},
        {"importance": "shrill"},
        {"offices": ["x"]},
        {"people": [2**63]},
        {"offices": [1] * 1001},
        {"levels": ["planet"]},
        {"colour": "red"},
    ],
)
def test_a_malformed_body_is_refused(board: Board, changes: Any):
    answer = post(client_of(board.leader), "", body_of(board, **changes))
    assert answer.status_code == 400
    assert not Announcement.objects.exists()


def test_lists_ask_the_database_as_often_for_many_rows(board: Board):
    made = board.publish()
    leader, lin = browser_of(board.leader), browser_of(board.world.lin)
    asked = [
        (lin, "/api/v1/announcements"), (lin, "/desk/announcements/"),
        (leader, "/api/v1/announcements"), (leader, "/desk/announcements/published/"),
        (leader, f"/api/v1/announcements/{made.pk}/receipts"),
        (leader, f"/desk/announcements/{made.pk}/receipts/"),
        (leader, f"/desk/announcements/{made.pk}/by-office/"),
    ]  # fmt: skip

    def count() -> list[int]:
        counts = []
        for client, path in asked:
            with CaptureQueriesContext(connection) as caught:
                assert client.get(path).status_code == 200
            counts.append(len(caught))
        return counts

    count()  # sessions begin
    few = count()
    for _more in range(4):
        board.publish()
    for number in range(9):
        person = make_user(f"more-{number}", "handler", board.world.lixia)
        made.receipts.create(addressee=person, office=board.shizhong)
    assert count() == few


def test_it_is_published_and_read_on_the_desk(board: Board):
    leader, lin = browser_of(board.leader), browser_of(board.world.lin)
    form = {
        "key": uuid.uuid4(), "office": board.province.pk, "title": "国庆值班", "body": "请值班。",
        "importance": "urgent", "matters_until": UNTIL, "confirm_by": UNTIL, "levels": ["county"],
        "people": "Leader\ncity-clerk\n", "attachments": [sent(make_pdf(), "值班表.pdf")],
    }  # fmt: skip
    shown = leader.post("/desk/announcements/new/", form, follow=True).content.decode()
    assert "已发布。" in shown
    made = Announcement.objects.get()
    assert made.receipts.count() == 9
    one = f"/desk/announcements/{made.pk}/"
    desk = lin.get("/desk/").content.decode()
    assert '通知公告 <span class="count">1<' in desk
    assert "国庆值班" in lin.get("/desk/announcements/").content.decode()
    page = lin.get(one).content.decode()
    assert "值班表" in page
    assert "withdraw/" not in page
    assert made.receipts.get(addressee=board.world.lin).seen_at is not None
    assert "您已确认阅读" in lin.post(f"{one}confirm/", follow=True).content.decode()
    assert "通知公告 <span" not in lin.get("/desk/announcements/").content.decode()
    missing = leader.get(f"{one}receipts/", {"standing": "waiting"}).content.decode()
    assert "<td>Wei</td>" in missing
    assert "<td>Lin</td>" not in missing
    assert "已催办8人" in leader.post(f"{one}urge/", follow=True).content.decode()
    new = leader.get(f"{one}correct/").content.decode()
    kept = str(made.attachments.get().pk)
    assert kept in new
    changed = form | {"key": uuid.uuid4(), "reason": "日期有误", "kept": [kept], "attachments": []}
    leader.post(f"{one}correct/", changed)
    newest = Announcement.objects.get(corrects=made)
    assert newest.attachments.count() == 1
    assert f"/desk/announcements/{newest.pk}/" in lin.get(one).content.decode()
    gone = f"/desk/announcements/{newest.pk}/"
    leader.post(f"{gone}withdraw/", {"reason": "改期"})
    assert "此通知公告已撤回： 改期" in " ".join(lin.get(gone).content.decode().split())
    again = leader.post(f"{gone}withdraw/", {"reason": "另有安排"}).content.decode()
    assert 'value="另有安排"' in again
    assert "已撤回，无需再处理" in again


def test_what_is_wrong_is_told_at_its_field(board: Board):
    form = {
        "key": uuid.uuid4(), "office": board.province.pk, "title": "题", "body": "文",
        "importance": "normal", "matters_until": UNTIL,
    }  # fmt: skip
    leader = browser_of(board.leader)
    shown = leader.post("/desk/announcements/new/", form).content.decode()
    assert "请选择发送对象" in shown
    shown = leader.post("/desk/announcements/new/", form | {"people": "无此人"}).content.decode()
    assert "本系统在职人员中没有：无此人" in shown
    twin = make_user("lin-2", "handler", board.world.lixia)
    User.objects.filter(pk=twin.pk).update(display_name="Lin")
    shown = leader.post("/desk/announcements/new/", form | {"people": "Lin"}).content.decode()
    assert "有多人同名：Lin" in shown
    assert not Announcement.objects.exists()


def test_a_look_ahead_of_the_browser_is_no_reading(board: Board):
    made = board.publish()
    browser_of(board.world.lin).head(f"/desk/announcements/{made.pk}/")
    assert made.receipts.get(addressee=board.world.lin).seen_at is None


def test_who_may_not_publish_is_offered_no_form(board: Board):
    made = board.publish()
    lin, chen = browser_of(board.world.lin), browser_of(board.world.chen)
    assert lin.get("/desk/announcements/new/").status_code == 403
    assert lin.get(f"/desk/announcements/{made.pk}/correct/").status_code == 403
    assert lin.post(f"/desk/announcements/{made.pk}/urge/").status_code == 403
    assert lin.get(f"/desk/announcements/{made.pk}/receipts/").status_code == 404
    assert chen.get(f"/desk/announcements/{made.pk}/").status_code == 404
    assert chen.post(f"/desk/announcements/{made.pk}/confirm/").status_code == 404
