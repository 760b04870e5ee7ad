"""Deriving state and clocks anew, for one unit and for the register."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from backend.units.derived_state import recompute_unit
from backend.units.models import Clock, Unit
from tests.units.filing import clocks, day, inspect, put_in_use


def test_what_is_right_is_not_written_again(world):
    put_in_use(world, world.lift, "2024-05-20")
    inspect(world, world.lift, "2025-05-10")
    version = Unit.objects.get(pk=world.lift.pk).version
    assert not recompute_unit(unit=world.lift)
    assert Unit.objects.get(pk=world.lift.pk).version == version


def test_the_command_mends_what_a_wrong_rule_left_and_goes_on_where_told(world):
    put_in_use(world, world.lift, "2024-05-20")
    right = clocks(world.lift)
    Unit.objects.filter(pk=world.lift.pk).update(next_due_on=day("2030-01-31"))
    Clock.objects.filter(unit=world.lift, kind="self_detection").delete()

    def told(*options: str) -> str:
        out = StringIO()
        call_command("derive_units", *options, stdout=out)
        return out.getvalue()

    assert told("--category", "4") == ""
    assert told("--after", str(world.lift.pk)) == ""
    assert told("--region", "3701").startswith("1 units derived, 1 changed")
    assert clocks(world.lift) == right
    assert Unit.objects.get(pk=world.lift.pk).next_due_on == day("2025-05-31")
    assert told().startswith("1 units derived, 0 changed")
