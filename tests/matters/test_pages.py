"""The desk: the inbox with its counts, the list, a matter with just the buttons of its reader."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from backend.flows.moves import Chosen
from backend.lib import clock
from backend.matters.decisions import decide
from backend.matters.inbox import assignments_to_do
from backend.matters.links import link_matter
from backend.matters.models import Assignment, Link, Matter
from tests.matters.errands import Errand, open_errand
from tests.matters.offices import Desks


@pytest.fixture
def matter(desks: Desks) -> Matter:
    """One that a handler of 历下 must do."""
    opened = open_errand(desks.operator, desks.hotline)
    return decide(
        actor=desks.operator, matter=opened.pk, version=1, decision="dispatch",
        chosen=Chosen(office=desks.lixia.pk),
    )  # fmt: skip


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def show(user: User, path: str) -> str:
    answer = client_of(user).get(f"/desk/{path}")
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def send(user: User, path: str, follow: bool = True, **body: Any):
    return client_of(user).post(f"/desk/{path}", body, follow=follow)


def keys_on(page: str) -> dict[str, str]:
    """The version and a key, as the page has them."""
    return {n: re.search(f'name="{n}" value="([^"]+)"', page)[1] for n in ("version", "key")}


def test_the_inbox_counts_its_lists_and_shows_what_is_overdue_first(desks, matter):
    late = open_errand(None, desks.lixia, title="超期的", flow="errand-part")
    yesterday = clock.today() - dt.timedelta(days=1)
    Matter.objects.filter(pk=late.pk).update(due_on=yesterday)
    Assignment.objects.filter(matter=late).update(due_on=yesterday)
    page = show(desks.handler, "")
    assert re.findall(r"<b>(\d+)</b></a>", page) == ["2", "1", "0", "0"]
    assert page.index("超期的") < page.index("电梯困人投诉")
    assert "电梯困人投诉" not in show(desks.handler, "?list=overdue")
    assert "电梯困人投诉" in show(desks.operator, "?list=done")
    assert "电梯困人投诉" in show(desks.operator, "?list=started")
    assert "电梯困人投诉" not in show(desks.stranger, "")


def test_the_inbox_is_turned_page_by_page(desks, monkeypatch):
    monkeypatch.setattr("backend.web.pages.SIZE", 2)
    for n in range(5):
        open_errand(None, desks.lixia, title=f"第{n}件", flow="errand-part")
    Assignment.objects.filter(matter__title="第3件").update(due_on=clock.today())
    seen, query = [], ""
    for _ in range(3):
        page = show(desks.handler, query)
        seen += re.findall(r"<b>(第\d件)</b>", page)
        following = re.search(r'rel="next" href="(\?[^"]+)"', page)
        query = following[1].replace("&amp;", "&") if following else ""
    assert seen == ["第3件", "第0件", "第1件", "第2件", "第4件"]
    assert "第3件" in show(desks.handler, "?after=2026-99-99_1")


def test_a_page_shows_just_the_buttons_of_its_reader(desks, matter):
    mine = show(desks.handler, f"matters/{matter.pk}/")
    for button in ("report", "pause", "ask another office too"):
        assert f"<button>{button}</button>" in mine
    assert "go on" not in mine or "<button>go on</button>" in mine
    assert "<button>urge</button>" not in mine
    above = show(desks.leader, f"matters/{matter.pk}/")
    assert "<button>urge</button>" in above
    assert "<button>report</button>" not in above
    assert "Weight: 0" in mine
    assert "测试规则" in mine
    assert "<svg" in mine
    assert client_of(desks.stranger).get(f"/desk/matters/{matter.pk}/").status_code == 404


def test_a_decision_is_taken_from_its_form_once(desks, matter):
    path = f"matters/{matter.pk}/"
    body = keys_on(show(desks.handler, path)) | {
        "decision": "report",
        "remark": "已处理",
        "weight": 3,
    }
    assert "Done: report." in send(desks.handler, f"{path}decide/", **body).content.decode()
    assert Errand.objects.get(pk=matter.pk).weight == 3
    send(desks.handler, f"{path}decide/", **body)
    matter.refresh_from_db()
    assert (matter.state, matter.version) == ("review", 3)


def test_a_form_that_lacks_something_says_so_and_keeps_what_was_typed(desks, matter):
    path = f"matters/{matter.pk}/"
    body = keys_on(show(desks.handler, path)) | {"decision": "report", "weight": 3}
    refused = send(desks.handler, f"{path}decide/", **body).content.decode()
    assert "This field is required." in refused
    assert 'value="3"' in refused
    stale = send(desks.handler, f"{path}decide/", **body | {"remark": "已处理", "version": 1})
    assert "It has changed. Read it again." in stale.content.decode()
    nothing = send(desks.handler, f"{path}decide/", **body | {"decision": "fly"})
    assert "This cannot be decided here now." in nothing.content.decode()
    matter.refresh_from_db()
    assert matter.version == 2


def test_an_assignment_is_taken_on_and_given_back(desks, matter):
    path, asked = f"matters/{matter.pk}/", assignments_to_do(desks.handler).get()
    body = keys_on(show(desks.handler, path))
    send(desks.handler, f"{path}assignments/{asked.pk}/claim/", **body)
    assert assignments_to_do(desks.handler).get().person == desks.handler
    assert "Take on" not in show(desks.mate, path)
    body = keys_on(show(desks.handler, path))
    send(desks.handler, f"{path}assignments/{asked.pk}/release/", **body)
    assert assignments_to_do(desks.mate).exists()
    other = open_errand(None, desks.lixia, flow="errand-part").assignments.get()
    for wrong in (other.pk, 10**9):
        assert send(desks.handler, f"{path}assignments/{wrong}/claim/", **body).status_code == 404


def test_one_more_is_asked_from_the_page_before_or_after(desks, matter):
    path, asked = f"matters/{matter.pk}/", assignments_to_do(desks.handler).get()
    shown = show(desks.handler, path)
    assert "Ask one more" in shown
    assert "Ask one more" not in show(desks.clerk, path)
    to = f"{path}assignments/{asked.pk}/signers/"
    body = keys_on(shown) | {"person": desks.mate.pk, "before": "before", "remark": "请先看现场"}
    refused = send(desks.handler, to, **body | {"version": 1}).content.decode()
    assert "It has changed. Read it again." in refused
    assert "请先看现场" in refused
    lacking = send(desks.handler, to, **body | {"person": ""}).content.decode()
    assert "请先看现场" in lacking
    assert send(desks.clerk, to, **body).status_code == 403
    for _twice in range(2):
        assert send(desks.handler, to, follow=False, **body).status_code == 302
    assert assignments_to_do(desks.mate).get().person == desks.mate
    assert not assignments_to_do(desks.handler).exists()
    assert matter.steps.filter(action="add-signer", remark="请先看现场").count() == 1


def test_what_is_marked_is_handed_over(desks, matter):
    asked = assignments_to_do(desks.handler).get()
    body = {"assignments": [asked.pk], "person": desks.mate.pk, "remark": "休假"}
    assert "Mark what shall be handed over." in (
        send(desks.handler, "hand-over/", **body | {"assignments": []}).content.decode()
    )
    refused = send(desks.handler, "hand-over/", **body | {"person": desks.clerk.pk})
    assert "Choose somebody who holds such a post in the office." in refused.content.decode()
    told = send(desks.handler, "hand-over/", **body).content.decode()
    assert "1 was handed over." in told
    assert "电梯困人投诉" in told
    assert assignments_to_do(desks.mate).get().person == desks.mate
    assert not assignments_to_do(desks.handler).exists()


def test_what_was_just_decided_is_taken_back(desks):
    matter = open_errand(None, desks.hotline)
    path = f"matters/{matter.pk}/"
    body = keys_on(show(desks.operator, path))
    body |= {"decision": "pass-on", "office": desks.lixia.pk}
    send(desks.operator, f"{path}decide/", **body)
    page = show(desks.operator, path)
    assert "Take my last step back" in page
    assert "Take my last step back" not in show(desks.leader, path)
    send(desks.operator, f"{path}take-back/", **keys_on(page))
    assert Matter.objects.get().state == "received"


def test_the_list_is_narrowed_by_its_address(desks, matter):
    open_errand(None, desks.hotline, title="气瓶超期未检")
    for query, found in (
        ("", {"气瓶超期未检", "电梯困人投诉"}), ("?state=handling", {"电梯困人投诉"}),
        ("?text=气瓶", {"气瓶超期未检"}), ("?kind=errand&open=open", {"气瓶超期未检", "电梯困人投诉"}),
        ("?open=overdue", set()), ("?open=closed", set()), ("?office=370102", {"电梯困人投诉"}),
        ("?kind=nothing&open=what", {"气瓶超期未检", "电梯困人投诉"}),
    ):  # fmt: skip
        page = show(desks.operator, f"matters/{query}")
        assert set(re.findall(r'class="what"><b>([^<]+)</b>', page)) == found, query


def test_a_link_to_what_the_reader_does_not_see_is_not_shown(desks, matter):
    other = open_errand(None, desks.hotline, title="另一件")
    link_matter(
        actor=desks.operator, matter=matter.pk, version=None, kind=Link.Kind.FOLLOWS, to=other
    )
    assert "另一件" in show(desks.operator, f"matters/{matter.pk}/")
    assert "另一件" not in show(desks.handler, f"matters/{matter.pk}/")


def test_pages_ask_who_it_is(desks, matter):
    for path in ("", "matters/", f"matters/{matter.pk}/"):
        answer = Client().get(f"/desk/{path}")
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


def test_a_list_takes_as_many_queries_for_many_rows(desks):
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/desk/{path}").status_code == 200
        return len(caught)

    client = client_of(desks.handler)
    open_errand(None, desks.lixia, flow="errand-part")
    queries("")  # flows are read once
    few = [queries(path) for path in ("", "matters/")]
    for _ in range(6):
        open_errand(None, desks.lixia, flow="errand-part")
    assert [queries(path) for path in ("", "matters/")] == few
