"""What was so on a day by what was known on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pgtrigger
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.actions import edit_unit
from backend.units.derived_state import state_of
from backend.units.models import Inspection, Stop, Transfer, Unit
from backend.units.past import look_back
from backend.units.state import State
from backend.units.timeline import records_in_force, records_of
from tests.owner import as_owner
from tests.units.filing import day, file, inspect, put_in_use
from tests.units.lives import CATEGORIES, Step, frozen, live, steps
from tests.units.test_withdraw import withdraw
from tests.world import World, make_unit

DAYS_BACK = (0, 60, 400)


def status(unit: Unit, as_of: str, known_on: str) -> str:
    return str(look_back(unit=unit, as_of=day(as_of), known_on=day(known_on)).status)


def test_a_stop_filed_late_was_not_known_before(world: World) -> None:
    with frozen() as freeze:
        freeze(day("2024-05-20"))
        lift = make_unit("3110", world.lixia, first_used_on=None)
        put_in_use(world, lift, "2024-05-20")
        freeze(day("2025-06-01"))
        file(world, lift, Stop(happened_on=day("2025-02-10"), notified_on=day("2025-02-10")))
        assert status(lift, "2025-03-01", "2025-03-01") == "in_use"
        assert status(lift, "2025-03-01", "2025-05-31") == "in_use"
        assert status(lift, "2025-03-01", "2025-06-01") == "stopped"
        assert status(lift, "2025-02-01", "2025-06-01") == "in_use"


def test_what_was_withdrawn_later_was_known_until_then(world: World) -> None:
    with frozen() as freeze:
        freeze(day("2024-05-20"))
        lift = make_unit("3110", world.lixia, first_used_on=None)
        put_in_use(world, lift, "2024-05-20")
        failed = inspect(world, lift, "2024-05-20", kind="periodic", conclusion="fail")
        freeze(day("2024-06-20"))
        withdraw(world, lift, failed)
        known, now = day("2024-06-19"), day("2024-06-20")
        assert look_back(unit=lift, as_of=known, known_on=known).held_from == day("2024-05-20")
        assert look_back(unit=lift, as_of=known, known_on=now).held_from is None


def test_a_unit_stood_where_it_was_known_to_stand(world: World) -> None:
    with frozen() as freeze:
        freeze(day("2024-05-20"))
        lift = make_unit("3110", world.lixia, first_used_on=None)
        put_in_use(world, lift, "2024-05-20")
        freeze(day("2024-09-01"))
        away = Transfer(happened_on=day("2024-07-01"), kind="relocation", to_region=world.shizhong)
        file(world, lift, away)
        asked = {"unit": Unit.objects.get(pk=lift.pk), "as_of": day("2024-08-01")}
        assert look_back(**asked, known_on=day("2024-08-01")).region == "370102"
        assert look_back(**asked, known_on=day("2024-09-01")).region == "370103"


def test_the_facts_entered_by_hand_are_those_of_the_day(world: World) -> None:
    crane = make_unit("4110", world.lixia, first_used_on=day("2020-01-10"))
    known_by = clock.end_of(clock.today() - dt.timedelta(days=1))
    written = dt.timedelta(days=2)
    Unit.objects.filter(pk=crane.pk).update(created_at=clock.now() - written)
    with as_owner(), pgtrigger.ignore("units.UnitEvent:append_only"):
        told: Any = crane  # its history is a relation that pghistory makes
        told.events.update(pgh_created_at=known_by - dt.timedelta(hours=1))
    edit_unit(
        actor=world.rui, unit=crane, version=1,
        parameters={"molten_metal": True}, first_used_on=day("2021-01-10"),
    )  # fmt: skip
    crane.refresh_from_db()
    then = look_back(unit=crane, as_of=clock.today(), known_on=known_by.date())
    now = look_back(unit=crane, as_of=clock.today(), known_on=clock.today())
    assert (then.unit.parameters, then.unit.first_used_on) == ({}, day("2020-01-10"))
    assert (now.unit.parameters, now.unit.first_used_on) == (
        {"molten_metal": True}, day("2021-01-10"),
    )  # fmt: skip
    assert crane.first_used_on == day("2021-01-10")


@pytest.mark.parametrize(
    ("as_of", "known_on", "code"),
    [
        ("2999-01-01", "2026-01-01", "in-the-future"),
        ("2026-01-01", "2999-01-01", "in-the-future"),
        ("1899-12-31", "2026-01-01", "before-1900"),
        ("2026-01-01", "1899-12-31", "before-1900"),
        ("2026-01-01", "2026-01-01", "not-known-yet"),
    ],
)
def test_days_that_tell_nothing_are_refused(
    world: World, as_of: str, known_on: str, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        look_back(unit=world.lift, as_of=day(as_of), known_on=day(known_on))
    assert caught.value.code == code


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(category=st.sampled_from(sorted(CATEGORIES)), life=steps)
def test_a_day_by_the_knowledge_of_a_day_is_what_was_kept_then(
    world: World, category: str, life: list[Step]
) -> None:
    with frozen() as freeze:
        rows: dict[dt.date, dict[str, Any]] = {}
        folds: dict[tuple[dt.date, dt.date], State] = {}
        for today, unit in live(world, category, life, freeze):
            rows[today] = kept(unit)
            for back in DAYS_BACK:
                as_of = today - dt.timedelta(days=back)
                folds[as_of, today] = fold(unit, as_of)
        for (as_of, known_on), state in folds.items():
            then = look_back(unit=unit, as_of=as_of, known_on=known_on)
            assert then.state == state, (as_of, known_on, life)
            if as_of == known_on:
                assert then.region == rows[known_on].pop("region")
                assert shown(state) == rows[known_on], (known_on, life)


def kept(unit: Unit) -> dict[str, Any]:
    """What the register keeps of the unit's state, as it stands in its tables."""
    return {
        "region": unit.region_id,
        "row": (
            unit.status, unit.registered_on, unit.held_from, unit.last_inspected_on,
            unit.last_conclusion, unit.safety_grade, unit.next_due_on, unit.own_due_on,
        ),
        "clocks": {(c.kind, c.last_on, c.due_on, c.opens_on) for c in unit.clocks.all()},
        "holds": {(h.rule, h.about, h.record_id, h.since, h.until) for h in unit.holds.all()},
    }  # fmt: skip


def shown(state: State) -> dict[str, Any]:
    """The same of a folded state."""
    return {
        "row": (
            state.status, state.registered_on, state.held_from, state.last_inspected_on,
            state.last_conclusion, state.safety_grade, state.next_due_on(statutory=True),
            state.next_due_on(statutory=False),
        ),
        "clocks": {(d.clock, d.last_on, d.due_on, d.opens_on) for d in state.dues},
        "holds": {(h.rule, h.about, h.record, h.since, h.until) for h in state.holds},
    }  # fmt: skip


def fold(unit: Unit, as_of: dt.date) -> State:
    """What the records of this moment say of a day."""
    return state_of(unit, [r for r in records_in_force(records_of(unit)) if r.happened_on <= as_of])


def test_a_correction_of_a_day_leaves_what_was_known_before_it(world: World) -> None:
    with frozen() as freeze:
        freeze(day("2024-05-20"))
        lift = make_unit("3110", world.lixia, first_used_on=None)
        put_in_use(world, lift, "2024-05-20")
        freeze(day("2025-05-20"))
        report = inspect(world, lift, "2025-05-20", conclusion="fail")
        freeze(day("2025-07-01"))
        right = Inspection(happened_on=day("2025-05-20"), kind="periodic", conclusion="pass")
        file(world, lift, right, supersedes=report)
        then = look_back(unit=lift, as_of=day("2025-06-01"), known_on=day("2025-06-01"))
        now = look_back(unit=lift, as_of=day("2025-06-01"), known_on=day("2025-07-01"))
        assert (then.state.last_conclusion, now.state.last_conclusion) == ("fail", "pass")
        assert [span.record for span in then.state.holds] == [report.pk]
