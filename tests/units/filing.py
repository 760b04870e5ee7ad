"""Short ways to file records, shared by the tests of the register."""

from __future__ import annotations

import datetime as dt

from backend.units.filing import file_record
from backend.units.models import Inspection, Record, Registration, Unit
from tests.world import World


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def inspect(
    world: World, unit: Unit, on: str, kind: str = "periodic", conclusion: str = "pass", **more
):
    """File an inspection; the officer Ou does."""
    record = Inspection(happened_on=day(on), kind=kind, conclusion=conclusion, **more)
    return file(world, unit, record)


def register(
    world: World, unit: Unit, on: str, number: str = "梯11鲁A00001(24)", kind: str = "first"
):
    return file(world, unit, Registration(happened_on=day(on), kind=kind, certificate_no=number))


def file(world: World, unit: Unit, record: Record, **more) -> Record:
    filed, _ = file_record(actor=world.ou, unit=unit, record=record, **more)
    unit.refresh_from_db()
    return filed


def put_in_use(world: World, unit: Unit, on: str, number: str = "梯11鲁A00001(24)") -> None:
    """Passed supervised inspection and registration on the same day."""
    inspect(world, unit, on, kind="sup_installation")
    register(world, unit, on, number)


def clocks(unit: Unit) -> dict[str, str | None]:
    return {c.kind: c.due_on.isoformat() if c.due_on else None for c in unit.clocks.all()}


def holds(unit: Unit) -> list[tuple[str, str, str, str | None]]:
    """Rule, what it is about, first day, first day no longer."""
    return [
        (h.rule, h.about, h.since.isoformat(), h.until.isoformat() if h.until else None)
        for h in unit.holds.order_by("since", "rule", "about")
    ]
