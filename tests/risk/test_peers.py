"""Inspectors beside their peers: a reason to look, with uncertainty, and only for supervisors."""

from __future__ import annotations

import uuid

import numpy as np
import pytest
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.inspections.models import Checklist, Defect, Issue, Report
from backend.lib import clock
from backend.risk.inspector_comparison import (
    ENOUGH_REPORTS,
    InspectorTally,
    LimitSide,
    compare_inspectors,
    compare_tallies,
)
from backend.units.models import Inspection
from tests.world import make_unit, make_user

URL = "/api/v1/risk/inspectors"
LIFTS = ("31", 0, "passed")
BOILERS = ("11", 3, "failed")


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def by_inspector(works):
    return {one.inspector: one for one in compare_tallies(works)}


def test_who_finds_a_quarter_of_what_the_others_find_is_beyond_the_limit():
    works = [InspectorTally(n, LIFTS, 200, 40) for n in range(1, 9)] + [
        InspectorTally(9, LIFTS, 200, 10)
    ]
    found = by_inspector(works)
    assert found[9].beyond is LimitSide.FEWER
    assert found[9].expected == pytest.approx(40, rel=0.01)
    assert found[9].ratio.raw < found[9].ratio.mean < found[9].ratio.high < 1
    assert {found[n].beyond for n in range(1, 9)} == {LimitSide.NO}


def test_who_finds_three_times_as_much_is_beyond_the_other_limit():
    works = [InspectorTally(n, LIFTS, 200, 20) for n in range(1, 9)] + [
        InspectorTally(9, LIFTS, 200, 60)
    ]
    assert by_inspector(works)[9].beyond is LimitSide.MORE


def test_worse_units_explain_more_findings():
    """Inspector 3 finds far more than 1 and 2, but as much as they do on the same boilers."""
    works = [InspectorTally(n, LIFTS, 300, 15) for n in (1, 2)]
    works += [InspectorTally(n, BOILERS, 100, 50) for n in (1, 2)] + [
        InspectorTally(3, BOILERS, 300, 150)
    ]
    one = by_inspector(works)[3]
    assert one.beyond is LimitSide.NO
    assert one.ratio.raw == pytest.approx(1, abs=0.06)


def test_what_an_inspector_found_is_not_among_what_is_expected_of_him():
    works = [InspectorTally(1, LIFTS, 100, 10), InspectorTally(2, LIFTS, 100, 90)]
    found = by_inspector(works)
    assert found[1].expected == pytest.approx(90)
    assert found[2].expected == pytest.approx(10)


def test_few_reports_call_nobody_unusual():
    works = [InspectorTally(1, LIFTS, 1000, 500), InspectorTally(2, LIFTS, ENOUGH_REPORTS - 1, 0)]
    one = by_inspector(works)[2]
    assert (one.enough, one.beyond) == (False, LimitSide.NO)


def test_an_inspector_without_peers_is_not_compared():
    assert by_inspector([InspectorTally(1, LIFTS, 500, 400)])[1].enough is False


def test_nobody_worked_and_nothing_found():
    assert compare_tallies([]) == []
    assert {
        one.beyond for one in compare_tallies([InspectorTally(n, LIFTS, 50, 0) for n in (1, 2)])
    } == {LimitSide.NO}


def test_like_inspectors_are_seldom_called_unusual():
    random = np.random.default_rng(6)
    works = [InspectorTally(n, LIFTS, 150, int(random.binomial(150, 0.2))) for n in range(500)]
    assert sum(one.beyond != "" for one in compare_tallies(works)) <= 3


def filed(world, user, unit, *, finds):
    now = clock.now()
    record = Inspection.objects.create(
        unit=unit, stage="inspection", happened_on=clock.today(), region=unit.region,
        filed_by=user, filed_at=now, stands_at=now, kind="periodic", conclusion="pass",
    )  # fmt: skip
    report = Report.objects.create(
        id=uuid.uuid4(), unit=unit, checklist=Checklist.objects.first(),
        kind="periodic", answers={}, conclusion="pass", device_time=now, received_at=now,
        filed_by=user, digest="0" * 64,
        happened_on=clock.today(),
    )  # fmt: skip
    Issue.objects.create(report=report, record=record, issued_by=user, issued_at=now)
    if finds:
        Defect.objects.create(
            report=report, unit=unit, text="门锁", severity="general", found_on=clock.today()
        )


@pytest.fixture
def worked(world):
    """Lin finds something in half of his reports, Wei and Chen in none of theirs."""
    elsewhere = make_unit("3110", world.shizhong)
    for number in range(4):
        filed(world, world.lin, world.lift, finds=number % 2)
        filed(world, world.wei, world.lift, finds=False)
        filed(world, world.chen, elsewhere, finds=False)
    return world


def test_reports_are_counted_once_however_many_defects(worked):
    report = Report.objects.filter(filed_by=worked.lin).first()
    for _ in range(3):
        Defect.objects.create(
            report=report, unit=worked.lift, text="又", severity="serious", found_on=clock.today()
        )
    found = {one.inspector: one for one in compare_inspectors(actor=worked.zhao, region="370102")}
    assert set(found) == {worked.lin.pk, worked.wei.pk}
    assert found[worked.lin.pk].reports == 4
    assert found[worked.lin.pk].findings in {2, 3}
    assert found[worked.wei.pk].findings == 0


def test_a_supervisor_sees_names_masked_and_what_it_means(worked):
    answer = client_of(worked.zhao).get(URL)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    rows = {row["inspector"]: row for row in answer.json()["results"]}
    assert set(rows) == {worked.lin.pk, worked.wei.pk, worked.chen.pk}
    row = rows[worked.lin.pk]
    assert (row["name"], row["reports"], row["findings"], row["beyond"]) == ("L**", 4, 2, "")
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"]
    assert row["meaning"]


def test_pages_hold_every_inspector_once(worked):
    client, url, seen = client_of(worked.zhao), f"{URL}?limit=2&region=370100&months=3", []
    while url:
        page = client.get(url).json()
        seen += [row["inspector"] for row in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted([worked.lin.pk, worked.wei.pk, worked.chen.pk])


@pytest.mark.parametrize("who", ["lin", "rui", "ou", "qian"])
def test_only_supervisors_compare(worked, who):
    answer = client_of(getattr(worked, who)).get(f"{URL}?region=370102")
    assert answer.status_code == 403
    assert "results" not in answer.json()


def test_an_administrator_compares_nobody(worked):
    root = make_user("root", Role.ADMINISTRATOR, worked.province)
    assert client_of(root).get(URL).status_code == 403


def test_a_neighbour_is_no_region_of_mine(worked):
    client = client_of(make_user("sun", Role.SUPERVISOR, worked.lixia))
    assert client.get(f"{URL}?region=370103").status_code == 404
    assert client.get(f"{URL}?region=370100").status_code == 404
    assert client.get(f"{URL}?region=990000").status_code == 404
    seen = {row["inspector"] for row in client.get(URL).json()["results"]}
    assert seen == {worked.lin.pk, worked.wei.pk}


@pytest.mark.parametrize(
    "wrong",
    ["region=37", "region=abc", "months=0", "months=37", "months=x", "beyond=worst", "inspector=1",
     "cursor=zzz", "limit=0"],
)  # fmt: skip
def test_wrong_questions_are_refused(worked, wrong):
    answer = client_of(worked.zhao).get(f"{URL}?{wrong}")
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")


def test_only_those_beyond_a_limit_can_be_asked_for(worked):
    answer = client_of(worked.zhao).get(f"{URL}?beyond=fewer")
    assert answer.json()["results"] == []
