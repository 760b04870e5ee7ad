"""The list of papers: by right, narrowed by its address, at the same cost for many."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.matters.links import add_link
from backend.matters.models import Link
from tests.matters.errands import open_errand
from tests.papers.scenes import Desk, build_desk, draft, issue


@pytest.fixture
def desk(world) -> Desk:
    return build_desk(world)


def listed(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/desk/papers/{query}")
    assert answer.status_code == 200
    return re.findall(r'href="/papers/(\d+)/"', answer.content.decode())


def test_papers_are_listed_by_right_and_narrowed(client: Client, desk: Desk):
    old, new = issue(desk), draft(desk, addressee="李四")
    client.force_login(desk.clerk)
    assert listed(client) == [str(new.pk), str(old.pk)]
    page = client.get("/desk/papers/").content.decode()
    for said in (old.number, "张三", "李四", old.title, desk.bureau.name):
        assert said in page
    for query, found in (
        ("?state=draft", [new]), ("?text=李四", [new]), (f"?text={old.number[:4]}", [old]),
        (f"?office={desk.bureau.code}", [new, old]), ("?office=S370103", []),
        (f"?template={old.template.code}", [new, old]), ("?template=nothing", [new, old]),
        (f"?since={old.registered_on}", [old]), ("?until=2020-01-01", []),
        ("?since=gestern&state=what", [new, old]),
    ):  # fmt: skip
        assert listed(client, query) == [str(paper.pk) for paper in found], query
    client.force_login(desk.superior)
    assert listed(client) == [str(new.pk), str(old.pk)]
    client.force_login(desk.stranger)
    assert listed(client) == []


def test_a_paper_leads_to_the_matter_that_made_it_where_the_reader_sees_that(
    client: Client, desk: Desk, errand_kind: None
):
    for office, title in ((desk.bureau, "投诉电热水器"), (desk.other, "别处的事")):
        matter = open_errand(None, office, title=title, flow="errand-part")
        add_link(matter, Link.Kind.MADE, draft(desk))
    client.force_login(desk.clerk)
    page = client.get("/desk/papers/").content.decode()
    assert "投诉电热水器" in page
    assert "别处的事" not in page


def test_the_page_asks_who_it_is_and_as_often_for_many(client: Client, desk: Desk):
    assert client.get("/desk/papers/").status_code == 302
    client.force_login(desk.clerk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            listed(client)
        return len(caught)

    draft(desk)
    queries()
    few = queries()
    for _ in range(5):
        draft(desk)
    assert queries() == few
