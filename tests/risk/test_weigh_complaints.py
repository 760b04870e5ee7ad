"""What citizens told of a unit weighs on its score once it was found true, and who told it is nowhere."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from backend.hotline.models import HotlineMatter
from backend.lib import clock
from backend.matters.links import add_link
from backend.matters.models import Link, Matter
from backend.risk import weights
from backend.risk.follower import follow_changes
from backend.risk.models import UnitFigures
from backend.units.models import Unit
from tests.hotline.cast import ZHANG, HotlineCast, seat_hotline
from tests.hotline.test_story import step, walk_to_the_handler
from tests.risk.test_follow_register import caught_up
from tests.risk.test_rank_by_law import LONG_AGO, scored
from tests.web.builders import state
from tests.world import World

TODAY = clock.today()
MODEL = weights.get_model_in_force(TODAY)
YEAR, QUARTER = (
    next(factor for factor in MODEL.factors if factor.name == name)
    for name in ("complaints", "complaints_recent")
)


def close(cast: HotlineCast, found: str, ground: str = "agreed") -> HotlineMatter:
    """A complaint of a citizen about the lift, handled and closed."""
    [child] = cast.send(unit=cast.world.lift)
    matter = child.matter
    walk_to_the_handler(cast, matter)
    step(cast.county_handler, matter, "end-mediation", ground=ground, remark="已调解",
         details={"substantiated": found})  # fmt: skip
    step(cast.county_handler, matter, "told", remark="双方已知")
    step(cast.leader, matter, "approve")
    step(cast.operator, matter, "satisfied")
    step(cast.clerk, matter, "close", details={"answer": "已处理"})
    child.refresh_from_db()
    return child


def find_true(cast: HotlineCast, days_ago: int, **letter: Any) -> list[HotlineMatter]:
    """A letter about the lift that was closed as true so many days ago."""
    found = cast.send(unit=cast.world.lift, **letter)
    HotlineMatter.objects.filter(pk__in=[child.pk for child in found]).update(
        substantiated_on=TODAY - dt.timedelta(days=days_ago)
    )
    return found


@pytest.fixture
def complained(hotline_cast: HotlineCast) -> HotlineCast:
    """The desks, and a lift in use that owes nothing."""
    state(hotline_cast.world.lift, status="in_use", registered_on=LONG_AGO, first_used_on=LONG_AGO)
    return hotline_cast


def score(cast: HotlineCast, day: dt.date = TODAY) -> int:
    return scored(cast.world.lift, day)[0]


@pytest.mark.django_db
def test_a_letter_counts_from_its_close_when_it_was_found_true(complained: HotlineCast) -> None:
    before = score(complained)
    [open_one] = complained.send(unit=complained.world.lift)
    assert score(complained) == before
    child = close(complained, "true")
    assert (child.substantiated, child.substantiated_on) == (True, TODAY)
    assert score(complained) == before + YEAR.each + QUARTER.each
    assert score(complained, TODAY - dt.timedelta(days=1)) == before
    assert open_one.substantiated_on is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("found", "ground"), [("false", "agreed"), ("", "agreed"), ("true", "settled")]
)
def test_what_was_not_found_true_or_was_withdrawn_does_not_count(
    complained: HotlineCast, found: str, ground: str
) -> None:
    before = score(complained)
    assert close(complained, found, ground).substantiated_on is None
    assert score(complained) == before


@pytest.mark.django_db
def test_a_letter_weighs_less_after_a_quarter_and_nothing_after_a_year(
    complained: HotlineCast,
) -> None:
    before = score(complained)
    find_true(complained, 0)
    days = [0, QUARTER.window_days - 1, QUARTER.window_days, YEAR.window_days - 1]
    lasting = [YEAR.each + QUARTER.each, YEAR.each + QUARTER.each, YEAR.each, YEAR.each]
    found = HotlineMatter.objects.filter(substantiated_on__isnull=False)
    for back, points in [*zip(days, lasting, strict=True), (YEAR.window_days, 0)]:
        found.update(substantiated_on=TODAY - dt.timedelta(days=back))
        assert score(complained) == before + points, back


@pytest.mark.django_db
def test_many_letters_weigh_no_more_than_the_most(complained: HotlineCast) -> None:
    before = score(complained)
    for _n in range(5):
        find_true(complained, 1)
    assert score(complained) == before + YEAR.most + QUARTER.most


@pytest.mark.django_db
def test_a_letter_that_became_two_matters_counts_once(complained: HotlineCast) -> None:
    before = score(complained)
    assert len(find_true(complained, 1, natures=("complaint", "report"))) == 2
    assert score(complained) == before + YEAR.each + QUARTER.each


@pytest.mark.django_db
def test_the_reason_names_the_matter_to_who_may_see_it_and_the_reporter_to_nobody(
    complained: HotlineCast,
) -> None:
    [child] = find_true(complained, 1, account="我是张建国，电梯困人")
    told = {}
    for user in (complained.world.zhao, complained.county_leader):
        client = Client()
        client.force_login(user)
        answer = client.get(f"/api/v1/risk/units/{complained.world.lift.pk}")
        assert answer.status_code == 200
        assert not any(secret in answer.content.decode() for secret in (ZHANG.name, ZHANG.phone))
        reasons = {reason["factor"]: reason for reason in json.loads(answer.content)["reasons"]}
        reason = reasons["complaints"]
        assert (reason["value"], reason["points"]) == ("1", YEAR.each)
        told[user] = reason["record"]
    seen = {
        user: str(child.pk) if Matter.objects.visible_to(user).filter(pk=child.pk) else None
        for user in told
    }
    assert told == seen
    assert None in told.values()


def test_the_follower_hears_of_a_letter_that_is_closed_or_joined_with_a_unit(
    committed_world: World,
) -> None:
    committed_cast = seat_hotline(committed_world)
    state(committed_world.lift, status="in_use", registered_on=LONG_AGO, first_used_on=LONG_AGO)
    follow_changes()
    before = standing(committed_cast.world.lift)
    close(committed_cast, "true")
    caught_up()
    once = standing(committed_cast.world.lift)
    assert once == before + YEAR.each + QUARTER.each
    [apart] = committed_cast.send()
    HotlineMatter.objects.filter(pk=apart.pk).update(substantiated_on=TODAY)
    add_link(apart.matter, Link.Kind.ABOUT, committed_cast.world.lift)
    caught_up()
    assert standing(committed_cast.world.lift) == once + YEAR.each + QUARTER.each


def standing(unit: Unit) -> int:
    return UnitFigures.objects.get(pk=unit.pk).score
