"""What a unit was on a day, by what the register knew on a day.

Two times: when something happened, and when the register was told. A record bears both, so any
day of the past can be folded as it was known on that day or on any later one, by the code that
folds the present. Rules are those of today; each chooses itself by the day of the event.
"""

from __future__ import annotations

import copy
import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.day_checks import check_day
from backend.units.derived_state import build_unit_fold
from backend.units.models import IntervalRule, Record, Stage, Transfer, Unit
from backend.units.parties_and_place import first_move, region_after
from backend.units.state import State, build_fold
from backend.units.timeline import records_in_force, records_of

_MAKING = frozenset({Stage.DESIGN, Stage.MANUFACTURE})
_KEPT_IN_EVENTS = ("category_id", "parameters", "first_used_on")


@dataclass(frozen=True, slots=True)
class Life:
    """A unit with its records in force, as they were known at some moment."""

    unit: Unit
    history: list[Record]
    first_move: Transfer | None

    @classmethod
    def from_records(
        cls, unit: Unit, all_records: Sequence[Record], known_by: dt.datetime | None = None
    ) -> Life:
        """The life of ``unit`` from all records ever ``all_records`` of it, in order, as known at ``known_by``.

        Where it stood at first is the one thing that a later move tells better than its row.
        """
        return cls(unit, records_in_force(all_records, known_by), first_move(all_records))

    @property
    def begins_on(self) -> dt.date:
        """The first day on which it stood somewhere: what is being made is nowhere yet."""
        for record in self.history:
            if record.stage not in _MAKING:
                return record.happened_on
        return self.unit.created_at.astimezone(clock.SHANGHAI).date()

    def happened_by(self, day: dt.date) -> int:
        """How many of its records had happened by ``day``: between two, only time passes."""
        return bisect_right(self.history, day, key=lambda record: record.happened_on)

    def state_on(self, day: dt.date, rules: Sequence[IntervalRule] | None = None) -> State:
        """The fold of what had happened by ``day``. What runs out later is dated in it."""
        fold = build_unit_fold(self.unit) if rules is None else build_fold(rules, self.unit)
        return fold(self.history[: self.happened_by(day)])

    def region_on(self, day: dt.date) -> str:
        """The county in which the unit stood at the end of ``day``."""
        history = self.history[: self.happened_by(day)]
        return region_after(history, self.first_move, self.unit.region_id)


@dataclass(frozen=True, slots=True)
class PastUnit:
    """A unit on ``as_of`` by what was known on ``known_on``; reads as a unit's row does.

    ``unit`` has its category, parameters and first use as they were known then.
    """

    unit: Unit
    as_of: dt.date
    known_on: dt.date
    region: str
    state: State
    serious_defects: int

    @property
    def status(self) -> str:
        """The status that its records gave it."""
        return self.state.status

    @property
    def held_from(self) -> dt.date | None:
        """The first day of the earliest hold that had no end."""
        return self.state.held_from

    @property
    def is_held(self) -> bool:
        """Whether a hold forbade its use on that day."""
        return any(span.covers_day(self.as_of) for span in self.state.holds)

    @property
    def next_due_on(self) -> dt.date | None:
        """The due day of its earliest statutory clock."""
        return self.state.next_due_on(statutory=True)

    @property
    def own_due_on(self) -> dt.date | None:
        """The due day of its earliest clock of the user's own checks."""
        return self.state.next_due_on(statutory=False)


def look_back(
    *, unit: Unit, as_of: dt.date, known_on: dt.date, serious_defects: int = 0
) -> PastUnit:
    """``unit`` on ``as_of`` by what was known at the end of ``known_on``, a day in China.

    Raises Refused (422) for days to come, before 1900, or on which the register did not know it.
    """
    check_past_days(as_of=as_of, known_on=known_on)
    known_by = clock.end_of(known_on)
    if unit.created_at > known_by:
        text = _("The unit was not in the register yet on %(day)s.") % {"day": known_on}
        raise Refused("not-known-yet", text, field="known_on")
    known = _unit_as_known(unit, known_by)
    life = Life.from_records(known, records_of(unit), known_by)
    return PastUnit(
        known, as_of, known_on, life.region_on(as_of), life.state_on(as_of), serious_defects
    )


def check_past_days(**days: dt.date) -> None:
    """Refuse (422) a day to come or before 1900, by its name."""
    for name, day in days.items():
        check_day(name, day, clock.today())


def _unit_as_known(unit: Unit, known_by: dt.datetime) -> Unit:
    """The unit with the facts that were entered by then.

    A register that was filled past the history tells of its first edit and no earlier.
    """
    told: Any = unit.events  # type: ignore[attr-defined]  # a relation that pghistory makes
    told = told.order_by("pgh_created_at", "pgh_id").values(*_KEPT_IN_EVENTS)
    then = told.filter(pgh_created_at__lte=known_by).last() or told.first()
    known = copy.copy(unit)
    for name, value in (then or {}).items():
        setattr(known, name, value)
    return known
