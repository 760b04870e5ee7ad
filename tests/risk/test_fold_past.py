"""The past of a day is the fold of the records up to that day, by the code of the present."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.risk.past_states import PastState, past_states_of_range
from backend.units.derived_state import interval_rules_for
from backend.units.models import Manufacture, Record, Registration, Stage, Stop, Transfer, Unit
from backend.units.state import State, fold_records
from backend.units.timeline import IN_ORDER, TYPED, as_typed_record
from tests.units.filing import day, file, inspect, put_in_use
from tests.units.lives import BEGIN, CATEGORIES, Step, frozen, live, steps
from tests.units.test_withdraw import withdraw
from tests.world import World, make_unit

END = dt.date(2028, 1, 1)


def on(unit: Unit, *days: dt.date) -> dict[dt.date, PastState]:
    """What the unit was on each of the days, of those on which it stood anywhere."""
    lives = list(past_states_of_range(unit.pk, unit.pk, days, END))
    return {d: past for d in days for past in lives if past.since <= d < past.until}


def test_a_unit_restarted_by_registration_is_in_use_on_all_later_days(world: World) -> None:
    put_in_use(world, world.lift, "2024-05-20")
    file(world, world.lift, Stop(happened_on=day("2025-02-10"), notified_on=day("2025-02-10")))
    inspect(world, world.lift, "2026-04-10")
    again = Registration(
        happened_on=day("2026-04-20"), kind="restart", certificate_no="梯11鲁A00001(24)"
    )
    file(world, world.lift, again)
    days = [day(f"2026-{month:02d}-01") for month in range(3, 12)]
    told = on(world.lift, day("2025-02-01"), *days)
    assert [str(told[d].state.status) for d in sorted(told)] == [
        "in_use", "stopped", "stopped", *["in_use"] * 7,
    ]  # fmt: skip


def test_a_withdrawn_record_was_no_fact_on_any_day(world: World) -> None:
    put_in_use(world, world.lift, "2024-05-20")
    withdraw(world, world.lift, file(world, world.lift, Stop(happened_on=day("2025-02-10"))))
    assert on(world.lift, day("2025-03-01"))[day("2025-03-01")].state.status == "in_use"


def test_a_unit_counts_where_it_stood_on_the_day(world: World) -> None:
    put_in_use(world, world.lift, "2024-05-20")
    moved = Transfer(happened_on=day("2025-02-10"), kind="relocation", to_region=world.shizhong)
    file(world, world.lift, moved)
    before, after = day("2025-02-01"), day("2025-03-01")
    told = on(world.lift, before, after)
    assert (told[before].region, told[after].region) == ("370102", "370103")


def test_a_unit_that_is_being_made_counts_nowhere_yet(world: World) -> None:
    made = Manufacture(happened_on=day("2023-05-20"), maker="甲")
    file(world, world.lift, made)
    put_in_use(world, world.lift, "2024-05-20")
    assert sorted(on(world.lift, day("2023-06-01"), day("2024-06-01"))) == [day("2024-06-01")]


def test_a_watch_that_runs_out_holds_the_unit_by_time_alone(world: World) -> None:
    vessel = make_unit("2150", world.lixia, device_code="21501088920190009", first_used_on=None)
    put_in_use(world, vessel, "2022-05-20", "容15鲁A00001(22)")
    inspect(world, vessel, "2025-05-10", conclusion="conforms", safety_grade=4, monitored_months=6)
    days = [day(text) for text in ("2025-06-01", "2025-11-01", "2025-12-01", "2026-01-01")]
    told = on(vessel, *days)
    assert len({id(past) for past in told.values()}) == 1
    assert [is_held(told[d], d) for d in days] == [False, False, True, True]


def is_held(past: PastState, on_day: dt.date) -> bool:
    """As the score reads it: the first day of the earliest hold without an end."""
    held_from = past.state.held_from
    return held_from is not None and held_from <= on_day


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    category=st.sampled_from(sorted(CATEGORIES)),
    life=steps,
    days=st.lists(st.dates(BEGIN, dt.date(2026, 12, 31)), min_size=1, max_size=8, unique=True),
)
def test_the_past_of_a_day_is_the_fold_of_the_records_up_to_it(
    world: World, category: str, life: list[Step], days: list[dt.date]
) -> None:
    with frozen() as freeze:
        *_, (_today, unit) = live(world, category, life, freeze)
        told = on(unit, *sorted(days))
        for d in days:
            facts = known_by(unit, d)
            if d not in told:
                assert not facts  # it stood nowhere yet
                continue
            state = folded(unit, facts)
            assert told[d].state == state, (d, life)
            assert is_held(told[d], d) == any(span.covers_day(d) for span in state.holds)


def known_by(unit: Unit, upto: dt.date) -> list[Record]:
    """The records up to a day that nothing took back, read another way."""
    rows = Record.objects.filter(unit=unit, superseded_by=None, happened_on__lte=upto)
    rows = rows.exclude(stage=Stage.WITHDRAWAL).select_related(*TYPED).order_by(*IN_ORDER)
    return [as_typed_record(row) for row in rows]


def folded(unit: Unit, facts: list[Record]) -> State:
    """What they make of the unit."""
    return fold_records(
        category=unit.category_id,
        parameters=unit.parameters,
        first_used_on=unit.first_used_on,
        records=facts,
        rules=interval_rules_for(unit.category_id),
    )
