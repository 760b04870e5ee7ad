"""A stopped unit restarts after the statutory inspections that lapsed; a late notice excuses nothing."""

from __future__ import annotations

import pytest

from backend.lib.problems import Refused
from backend.units.models import Repair, Stop
from tests.units.filing import clocks, day, file, inspect, put_in_use, register
from tests.world import make_unit


def stop(world, unit, on: str, notified: str | None = None):
    notice = day(notified or on)
    return file(world, unit, Stop(happened_on=day(on), notified_on=notice))


def restart(world, unit, on: str):
    return file(world, unit, Stop(happened_on=day(on), restart=True))


def lacking(world, unit, on: str) -> list[str]:
    with pytest.raises(Refused) as caught:
        restart(world, unit, on)
    assert caught.value.code == "restart-needs-inspection"
    needs: list[str] = caught.value.extra["needs"]
    return needs


@pytest.fixture
def lift(world):
    put_in_use(world, world.lift, "2023-05-20")
    stop(world, world.lift, "2024-08-01")
    return world.lift


@pytest.mark.parametrize("kind", ["self_detection", "sup_repair", "accident", "sup_modification"])
def test_only_the_statutory_inspection_lets_a_lift_restart(world, lift, kind):
    if kind.startswith("sup"):
        work = "major_repair" if kind == "sup_repair" else "modification"
        file(world, lift, Repair(happened_on=day("2025-08-10"), work=work, contractor="x"))
    inspect(world, lift, "2025-08-20", kind)
    assert lacking(world, lift, "2025-09-01") == ["periodic"]
    inspect(world, lift, "2025-08-25")
    restart(world, lift, "2025-09-01")
    assert lift.status == "in_use"


def test_an_inspection_of_the_day_of_the_stop_does_not_count(world):
    put_in_use(world, world.lift, "2023-05-20")
    inspect(world, world.lift, "2024-05-20")
    stop(world, world.lift, "2024-05-20")
    assert lacking(world, world.lift, "2025-09-01") == ["periodic"]


def test_each_clock_that_lapsed_is_served_before_a_boiler_restarts(world):
    put_in_use(world, world.boiler, "2023-05-20", "锅10鲁A00001(23)")
    stop(world, world.boiler, "2023-08-01")
    assert lacking(world, world.boiler, "2025-09-01") == ["external", "internal"]
    inspect(world, world.boiler, "2025-08-20", "external", "conforms")
    assert lacking(world, world.boiler, "2025-09-01") == ["internal"]
    inspect(world, world.boiler, "2025-08-21", "internal", "conforms")
    restart(world, world.boiler, "2025-09-01")


def test_a_restart_by_registration_asks_the_same(world, lift):
    with pytest.raises(Refused) as caught:
        register(world, lift, "2025-09-01", "梯11鲁A00002(25)", kind="restart")
    assert caught.value.code == "restart-needs-inspection"


def test_in_shandong_a_unit_is_inspected_though_nothing_lapsed(world):
    vessel = make_unit("2150", world.lixia, device_code="21501088920190009")
    put_in_use(world, vessel, "2023-05-20", "容15鲁A00001(23)")
    stop(world, vessel, "2023-08-01")
    assert lacking(world, vessel, "2024-09-01") == ["periodic"]
    inspect(world, vessel, "2024-08-20", "annual", "conforms")
    assert lacking(world, vessel, "2024-09-01") == ["periodic"]


def test_a_stop_told_in_time_leaves_nothing_overdue(world):
    put_in_use(world, world.lift, "2023-05-20")
    stop(world, world.lift, "2024-06-10", notified="2024-07-10")
    assert (world.lift.next_due_on, clocks(world.lift)) == (None, {})


def test_a_stop_told_more_than_30_days_late_does_not_erase_what_was_overdue(world):
    put_in_use(world, world.lift, "2023-05-20")
    stop(world, world.lift, "2024-05-15", notified="2024-07-10")
    assert world.lift.status == "stopped"
    assert world.lift.next_due_on == day("2024-05-31")


def test_a_stop_of_which_nobody_was_told_counts_from_its_filing(world):
    put_in_use(world, world.lift, "2023-05-20")
    file(world, world.lift, Stop(happened_on=day("2024-05-15")))
    assert world.lift.next_due_on == day("2024-05-31")
