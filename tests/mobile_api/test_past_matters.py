"""What somebody decided and what he began, on his phone: his own, the newest first, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.flows.moves import Chosen
from backend.matters.decisions import decide
from backend.matters.models import Matter
from tests.matters.errands import open_errand
from tests.matters.offices import Desks
from tests.mobile_api.conftest import phone_of


def refused(desks: Desks) -> Matter:
    matter = open_errand(desks.operator, desks.hotline)
    return decide(
        actor=desks.operator, matter=matter.pk, version=1, decision="refuse",
        chosen=Chosen(ground="known"),
    )  # fmt: skip


def read(user: Any, path: str) -> Any:
    return phone_of(user, f"p{path[-40:]}").get(f"/mobile/v1/matters/{path}").json()


def test_the_lists_have_what_is_his_and_nothing_else(desks):
    matter = refused(desks)
    waits = open_errand(desks.operator, desks.hotline)
    (row,) = read(desks.operator, "decided")["results"]
    assert (row["matter"], row["did"], row["state_name"]) == (matter.pk, "不予受理", "办结")
    begun = read(desks.operator, "begun")["results"]
    assert [(one["matter"], one["did"]) for one in begun] == [(waits.pk, ""), (matter.pk, "")]
    for path in ("decided", "begun"):
        assert read(desks.leader, path) == {"results": [], "next": None}


@pytest.mark.parametrize("path", ["decided", "begun"])
def test_pages_follow_each_other_and_cost_the_same_at_any_length(desks, path):
    phone = phone_of(desks.operator)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            phone.get(f"/mobile/v1/matters/{path}")
        return len(asked)

    known = [refused(desks).pk]
    count()
    few = count()
    known += [refused(desks).pk for _ in range(4)]
    assert count() == few
    first = read(desks.operator, f"{path}?limit=3")
    rest = read(desks.operator, f"{path}?limit=3&cursor={first['next']}")
    assert [row["matter"] for row in first["results"] + rest["results"]] == known[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize("path", ["decided", "begun"])
def test_what_is_asked_wrongly_is_refused(desks, path):
    phone = phone_of(desks.operator)
    for wrong in ("cursor=x", "limit=0", "list=todo"):
        assert phone.get(f"/mobile/v1/matters/{path}?{wrong}").status_code == 400, wrong
