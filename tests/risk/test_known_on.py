"""A figure once told can be had again, and so can the one that is right by what is known today."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.lib import clock
from backend.risk import corrected_figures
from backend.risk.follower import follow_changes
from backend.risk.full_rebuild import rebuild_figures
from backend.risk.models import Reader
from backend.units.models import Accident, Inspection, Unit
from tests.units.filing import file, inspect, put_in_use
from tests.units.lives import frozen
from tests.units.test_withdraw import withdraw
from tests.world import World

COUNTY = "/api/v1/risk/regions/370102"


def told(user: User, url: str = COUNTY, **asked: Any) -> Any:
    client = APIClient()
    client.force_authenticate(user)
    answer = client.get(url, asked)
    return answer.json() | {"http": answer.status_code}


def test_a_correction_of_a_day_leaves_its_figure_as_it_was_told(
    committed_world: World,
) -> None:
    """The day is ten days ago: the lift failed, which turns out later to have been a pass."""
    world, now = committed_world, clock.today()
    then, later = now - dt.timedelta(days=10), now - dt.timedelta(days=3)
    with frozen() as freeze:
        begun = then - dt.timedelta(days=365)
        freeze(begun)
        Unit.objects.update(created_at=clock.now())
        put_in_use(world, world.lift, begun.isoformat())
        freeze(then)
        failed = inspect(world, world.lift, then.isoformat(), conclusion="fail")
        hurt = file(world, world.lift, Accident(happened_on=then, deaths=0))
        rebuild_figures()
        assert told(world.zhao)["figures"]["failed"] == 1
        freeze(later)
        right = Inspection(happened_on=then, kind="periodic", conclusion="pass")
        file(world, world.lift, right, supersedes=failed)
        withdraw(world, world.lift, hurt)
        follow_to(later)
        asked = {"as_of": then.isoformat()}
        published = told(world.zhao, **asked)
        again = told(world.zhao, known_on=then.isoformat(), **asked)
        anew = told(world.zhao, known_on=later.isoformat(), **asked)
    assert (published["figures"]["failed"], published["known_on"]) == (1, then.isoformat())
    assert again == published
    assert (anew["figures"]["failed"], anew["known_on"]) == (0, later.isoformat())
    assert anew["figures"]["units"] == published["figures"]["units"] == 2
    assert (published["accidents"], anew["accidents"]) == (1, 0)
    assert anew["figures_of"] == then.isoformat()


def follow_to(today: dt.date) -> None:
    """What changed is taken in, on the day."""
    follow_changes()
    assert Reader.objects.get().day == today


def test_without_a_correction_both_figures_are_one(world: World) -> None:
    put_in_use(world, world.lift, "2024-05-20")
    Unit.objects.update(created_at=clock.now() - dt.timedelta(days=90))
    rebuild_figures()
    before = clock.today() - dt.timedelta(days=40)
    Reader.objects.update(history_from=before, daily_from=before)
    today = clock.today()
    asked = {"as_of": (today - dt.timedelta(days=1)).isoformat(), "known_on": today.isoformat()}
    anew, stored = told(world.zhao, **asked)["figures"], told(world.zhao)["figures"]
    assert anew["units"] == 2
    assert anew["overdue"] == stored["overdue"]


def test_figures_by_a_third_day_are_not_kept(world: World) -> None:
    rebuild_figures()
    today = clock.today()
    before = today - dt.timedelta(days=40)
    Reader.objects.update(history_from=before, daily_from=before + dt.timedelta(days=10))
    asked = {"as_of": (today - dt.timedelta(days=20)).isoformat()}
    third = told(world.zhao, known_on=(today - dt.timedelta(days=5)).isoformat(), **asked)
    assert (third["http"], third["type"]) == (422, "/problems/known-on-not-kept")
    never = {"as_of": before.isoformat(), "known_on": before.isoformat()}
    assert told(world.zhao, **never)["type"] == "/problems/known-on-not-kept"


def test_figures_are_computed_anew_of_one_county_with_a_bound(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild_figures()
    today = clock.today()
    before = today - dt.timedelta(days=40)
    Reader.objects.update(history_from=before, daily_from=before)
    asked = {"as_of": before.isoformat(), "known_on": today.isoformat()}
    city = told(world.zhao, "/api/v1/risk/regions/370100", **asked)
    assert (city["http"], city["type"]) == (422, "/problems/known-on-of-one-county")
    assert told(world.qian, **asked)["type"] == "/problems/as-of-not-kept"
    assert told(world.chen, **asked)["http"] == 404
    assert told(world.zhao, **asked)["http"] == 200
    monkeypatch.setattr(corrected_figures, "MOST", 1)
    many = told(world.zhao, **asked)
    assert (many["type"], many["most"]) == ("/problems/too-many-units", 1)
    assert told(world.zhao, kind="3", **asked)["http"] == 200
