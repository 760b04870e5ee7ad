"""What no longer fits after a correction, a withdrawal or a late filing opens a case."""

from __future__ import annotations

from backend.cases.models import Case
from backend.units.models import Inspection, Stop
from tests.units.filing import day, file, inspect, put_in_use, register
from tests.units.test_withdraw import withdraw


def cases(unit) -> list[tuple[int, str]]:
    found = Case.objects.filter(kind="record-unfit", unit=unit.pk, closed_at=None).order_by("id")
    return [(case.record, case.facts["code"]) for case in found]


def test_a_registration_whose_inspection_is_corrected_away_is_flagged(world):
    base = inspect(world, world.lift, "2024-05-20", kind="sup_installation")
    granted = register(world, world.lift, "2024-05-21")
    right = Inspection(happened_on=day("2024-05-20"), kind="sup_installation", conclusion="fail")
    file(world, world.lift, right, supersedes=base)
    assert cases(world.lift) == [(granted.pk, "no-passed-inspection")]


def test_a_registration_whose_inspection_is_withdrawn_is_flagged(world):
    base = inspect(world, world.lift, "2024-05-20", kind="sup_installation")
    granted = register(world, world.lift, "2024-05-21")
    withdraw(world, world.lift, base)
    assert cases(world.lift) == [(granted.pk, "no-passed-inspection")]


def test_a_registration_corrected_to_after_a_stop_flags_the_stop(world):
    inspect(world, world.lift, "2024-05-20", kind="sup_installation")
    granted = register(world, world.lift, "2024-05-21")
    stop = file(world, world.lift, Stop(happened_on=day("2024-08-01")))
    late = type(granted)(
        happened_on=day("2024-09-01"), kind="first", certificate_no=granted.certificate_no
    )
    file(world, world.lift, late, supersedes=granted)
    assert cases(world.lift) == [(stop.pk, "not-in-use")]


def test_a_stop_corrected_to_after_its_restart_flags_the_restart_until_it_is_mended(world):
    put_in_use(world, world.lift, "2020-05-20")
    stop = file(
        world, world.lift, Stop(happened_on=day("2024-08-01"), notified_on=day("2024-08-01"))
    )
    inspect(world, world.lift, "2025-04-10")
    restart = file(world, world.lift, Stop(happened_on=day("2025-04-20"), restart=True))
    wrong = Stop(happened_on=day("2025-05-01"), notified_on=day("2025-05-01"))
    file(world, world.lift, wrong, supersedes=stop)
    assert cases(world.lift) == [(restart.pk, "not-stopped")]
    right = Stop(happened_on=day("2024-08-02"), notified_on=day("2024-08-02"))
    file(world, world.lift, right, supersedes=wrong)
    assert cases(world.lift) == []
    closed = Case.objects.get(kind="record-unfit", record=restart.pk)
    assert closed.verdict


def test_a_failure_filed_late_flags_the_restart_that_relied_on_a_pass(world):
    put_in_use(world, world.lift, "2020-05-20")
    file(world, world.lift, Stop(happened_on=day("2024-08-01"), notified_on=day("2024-08-01")))
    inspect(world, world.lift, "2025-04-10")
    restart = register(world, world.lift, "2025-04-20", kind="restart")
    inspect(world, world.lift, "2025-04-15", conclusion="fail")
    assert (restart.pk, "use-blocked") in cases(world.lift)


def test_an_ordinary_filing_opens_no_case(world):
    put_in_use(world, world.lift, "2024-05-20")
    inspect(world, world.lift, "2025-05-10")
    assert cases(world.lift) == []
