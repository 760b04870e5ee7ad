"""The page on which an administrator loads the holidays of a year."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from backend.accounts.models import Role
from backend.workdays.published import read_calendar
from tests.workdays.notices import NOTICE_2027
from tests.world import World, make_user

URL = "/administration/holidays/"
EN = {"headers": {"accept-language": "en"}}
TYPED = {
    "year": "2027",
    "number": NOTICE_2027["number"],
    "issued_on": NOTICE_2027["issued_on"],
    "source": "gov.cn",
    "holidays": "\n".join(
        f"{h['name']}：{h['first']} 至 {h['last']}" for h in NOTICE_2027["holidays"]
    ),
    "working_days": "2027-10-09",
}


@pytest.fixture
def root(client: Client, world: World) -> Client:
    client.force_login(make_user("root", Role.ADMINISTRATOR, world.province))
    return client


def test_a_year_is_typed_from_the_notice(root: Client) -> None:
    assert "2026" in root.get(URL, **EN).content.decode()
    page = root.post(URL, TYPED, follow=True, **EN).content.decode()
    assert "The holidays of 2027 hold now." in page
    assert read_calendar().is_working_day(dt.date(2027, 10, 9))


@pytest.mark.parametrize(
    ("member", "text", "told"),
    [
        ("working_days", "2027-09-22", "is a weekday"),
        ("working_days", "next week", "This is no day: next"),
        ("holidays", "元旦", "Not a name with its days: 元旦"),
        ("holidays", "元旦 2027-01-01 2027-01-03", "is a statutory holiday and missing"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_loaded(root: Client, member, text, told) -> None:
    page = root.post(URL, TYPED | {member: text}, **EN).content.decode()
    assert told in page
    assert not read_calendar().is_published(dt.date(2027, 6, 1))


def test_only_administrators_have_the_page(client: Client, world: World) -> None:
    client.force_login(world.zhao)
    assert client.get(URL).status_code == 403
