"""The holidays of years and due days through the REST door."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.accounts.models import Role
from backend.lib import clock
from backend.workdays.models import PublishedYear
from tests.api.conftest import SignedIn
from tests.workdays.notices import NOTICE_2027
from tests.world import World, make_user

URL = "/api/v1/holiday-years/2027"
BODY = {key: value for key, value in NOTICE_2027.items() if key != "year"}


@pytest.fixture
def root(world: World, as_user: SignedIn):
    return as_user(make_user("root", Role.ADMINISTRATOR, world.province))


def test_everybody_reads_which_years_are_published(world: World, as_user: SignedIn) -> None:
    found = as_user(world.qian).get("/api/v1/holiday-years?limit=2").json()
    assert [row["year"] for row in found["results"]] == [2026, 2025]
    assert (
        as_user(world.lin).get("/api/v1/holiday-years/2026").json()["working_days"][0]
        == "2026-01-04"
    )
    assert as_user(world.lin).get(URL).status_code == 404


def test_an_administrator_loads_a_year_once(root) -> None:
    first, again = (root.put(URL, BODY, format="json") for _time in range(2))
    assert (first.status_code, again.status_code) == (200, 428)
    same = root.put(URL, BODY, format="json", headers={"If-Match": first.headers["ETag"]})
    assert same.headers["ETag"] == first.headers["ETag"]
    assert PublishedYear.objects.filter(year=2027).count() == 1


def test_a_year_is_not_overwritten_unread(root) -> None:
    root.put(URL, BODY, format="json")
    changed = BODY | {"working_days": []}
    stale = root.put(URL, changed, format="json", headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    fresh = root.get(URL).headers["ETag"]
    assert root.put(URL, changed, format="json", headers={"If-Match": fresh}).status_code == 200
    assert root.get(URL).json()["working_days"] == []


def test_who_may_not_load_is_told_before_the_table_is_read(world: World, as_user: SignedIn) -> None:
    assert as_user(world.zhao).put(URL, {}, format="json").status_code == 403
    county = as_user(make_user("county", Role.ADMINISTRATOR, world.lixia))
    assert county.put(URL, BODY, format="json").status_code == 403


def test_a_wrong_table_is_refused_with_its_place(root) -> None:
    answer = root.put(URL, BODY | {"working_days": ["2027-09-22"]}, format="json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/working_days/0"
    assert root.put(URL, BODY | {"holidays": [{"name": "x"}]}, format="json").status_code == 400
    assert root.get(URL).status_code == 404


def test_a_due_day_says_why(world: World, as_user: SignedIn, monkeypatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: dt.date(2026, 10, 8))
    answer = as_user(world.lin).get(
        "/api/v1/due-day?code=complaint-acceptance&counted_from=2026-09-28",
        headers={"accept-language": "en"},
    )
    told = answer.json()
    assert (told["on"], told["provisional"], told["working_days_left"]) == ("2026-10-13", False, 4)
    assert told["sentence"].startswith("7 working days from 2026-09-28 (Order 121")
    assert told["rule"]["confidence"] == "C"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("code=lunch&counted_from=2026-09-28", 422),
        ("code=seizure&counted_from=yesterday", 400),
        ("code=seizure", 400),
        ("code=seizure&counted_from=9999-12-30", 400),
        ("code=seizure&counted_from=2026-09-28&x=1", 400),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    world, as_user: SignedIn, query, status
) -> None:
    assert as_user(world.lin).get(f"/api/v1/due-day?{query}").status_code == status


def test_rules_are_listed_by_code(
    world: World, as_user: SignedIn, django_assert_num_queries
) -> None:
    client = as_user(world.lin)
    with django_assert_num_queries(1):
        found = client.get("/api/v1/deadline-rules?code=complaint-acceptance&order=id").json()
    assert [row["valid_from"] for row in found["results"]] == [
        "1998-03-12",
        "2020-01-01",
        "2026-04-15",
    ]
