"""Random lives: whatever the gates let through, filed late, corrected and withdrawn as time goes on."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.filing import file_record
from backend.units.models import (
    Accident,
    Inspection,
    Record,
    Registration,
    Repair,
    Scrap,
    Stop,
    Transfer,
    Unit,
    Withdrawal,
)
from backend.units.timeline import records_in_force, records_of
from tests.world import World, hold, make_unit

BEGIN = dt.date(2022, 1, 10)
CATEGORIES = {"3110": "梯11鲁A00001(22)", "1100": "锅10鲁A00001(22)", "2150": "容15鲁A00001(22)"}
Step = tuple[str, int, int, int]
"""What is filed, how many days after the last one, how many days late, and what picks its content."""


class Told(NamedTuple):
    """What a life calls after each day: the day, and the unit as the register holds it."""

    day: dt.date
    unit: Unit


def _inspection(pick: random.Random, on: dt.date, world: World) -> Record:
    kind = pick.choice(("periodic", "external", "internal", "annual", "sup_modification"))
    conclusion = pick.choice(("pass", "pass", "fail", "repass", "conforms", "not_conforms"))
    graded = kind == "periodic" and pick.random() < 0.5
    return Inspection(
        happened_on=on, kind=kind, conclusion=conclusion,
        safety_grade=pick.choice((3, 4, 5)) if graded else None,
    )  # fmt: skip


def _stop(pick: random.Random, on: dt.date, world: World) -> Record:
    return Stop(happened_on=on, notified_on=on if pick.random() < 0.7 else None)


def _restart(pick: random.Random, on: dt.date, world: World) -> Record:
    return Stop(happened_on=on, restart=True)


def _registration(pick: random.Random, on: dt.date, world: World) -> Record:
    kind = pick.choice(("restart", "restart", "rename", "modification", "relocation"))
    return Registration(happened_on=on, kind=kind, certificate_no="梯11鲁A00002(23)")


def _event(pick: random.Random, on: dt.date, world: World) -> Record:
    place = pick.choice((world.lixia, world.shizhong))
    return pick.choice(
        (
            Repair(happened_on=on, work="modification", contractor="甲", notice_on=on),
            Accident(happened_on=on, deaths=pick.choice((0, 1, 3))),
            Transfer(happened_on=on, kind="relocation", to_region=place),
            Transfer(happened_on=on, kind="owner", to_entity=world.plant),
            Scrap(happened_on=on, kind=pick.choice(("scrapped", "moved_out", "cancelled"))),
        )
    )


_MAKE: dict[str, Callable[[random.Random, dt.date, World], Record]] = {
    "inspect": _inspection,
    "stop": _stop,
    "restart": _restart,
    "register": _registration,
    "event": _event,
}

steps = st.lists(
    st.tuples(
        st.sampled_from([*_MAKE, "inspect", "inspect", "stop", "register", "correct", "withdraw"]),
        st.integers(1, 150),
        st.sampled_from([0, 0, 0, 1, 20, 90, 400]),
        st.integers(0, 2**16),
    ),
    min_size=4,
    max_size=14,
)


@contextlib.contextmanager
def frozen() -> Iterator[Callable[[dt.date], None]]:
    """Gives a function that sets the register's clock to noon of a day in China."""
    with pytest.MonkeyPatch.context() as patch:

        def freeze(day: dt.date) -> None:
            noon = dt.datetime.combine(day, dt.time(12), clock.SHANGHAI)
            patch.setattr(clock, "now", lambda: noon.astimezone(dt.UTC))

        yield freeze


def live(
    world: World, category: str, life: Sequence[Step], freeze: Callable[[dt.date], None]
) -> Iterator[Told]:
    """A unit in use and what ``life`` tells of it, day by day; what the gates refuse is skipped."""
    for user in (world.ou, world.rui):
        hold(user, user.role, world.city)
    today = BEGIN
    freeze(today)
    unit = make_unit(category, world.lixia, world.mall, first_used_on=None)
    first = Inspection(happened_on=today, kind="sup_installation", conclusion="pass")
    for record in (
        first,
        Registration(happened_on=today, kind="first", certificate_no=CATEGORIES[category]),
    ):
        file_record(actor=world.ou, unit=unit, record=record)
    yield Told(today, Unit.objects.get(pk=unit.pk))
    for what, passed, late, number in life:
        today += dt.timedelta(days=passed)
        freeze(today)
        with contextlib.suppress(Refused):
            _file(world, unit, what, max(BEGIN, today - dt.timedelta(days=late)), number)
        yield Told(today, Unit.objects.get(pk=unit.pk))


def _file(world: World, unit: Unit, what: str, on: dt.date, number: int) -> None:
    pick = random.Random(number)
    if what in _MAKE:
        file_record(actor=world.ou, unit=unit, record=_MAKE[what](pick, on, world))
        return
    facts = records_in_force(records_of(unit))
    if not facts:
        return
    old = pick.choice(facts)
    if what == "withdraw":
        taken = Withdrawal(happened_on=old.happened_on, reason="another unit's")
        file_record(actor=world.rui, unit=unit, record=taken, supersedes=old)
    else:
        new = _corrected(old, pick, on)
        file_record(actor=world.ou, unit=unit, record=new, supersedes=old)


def _corrected(old: Record, pick: random.Random, on: dt.date) -> Record:
    """The same on another day or, of an inspection, with another conclusion."""
    names = {f.attname for f in type(old)._meta.local_concrete_fields if not f.primary_key}
    said: dict[str, Any] = {name: getattr(old, name) for name in names}
    if isinstance(old, Inspection) and pick.random() < 0.5:
        said["conclusion"] = pick.choice(("pass", "fail"))
        return type(old)(happened_on=old.happened_on, **said)
    return type(old)(happened_on=on, **said)
