"""What must have passed before a stopped unit is used again (Shandong Regulation art. 20)."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from backend.units.law import read_law
from backend.units.models import Inspection, InspectionKind, Record, Stop, Unit
from backend.units.models.records import FAILED
from backend.units.state import State


def check_restart(unit: Unit, record: Record, state: State, history: Sequence[Record]) -> None:
    """Refuse the restart unless every statutory clock that lapsed has been served since the stop.

    The user's own checks, and inspections of works and accidents, serve no statutory clock; nor
    does what was passed on the day of the stop, before the unit had stood still. Raises Refused
    (409) that names the inspections that lack.
    """
    statutory = [due for due in state.clocks if due.statutory]
    passed = _kinds_passed_since_stop(history)
    served = {due.clock for due in statutory if state.serving[due.clock] & passed}
    lapsed = {
        due.clock
        for due in statutory
        if due.clock not in served and (due.due_on is None or due.due_on < record.happened_on)
    }
    needs = sorted(lapsed or ({d.clock for d in statutory} if not served else ()))
    if lapsed or (not served and _is_always_inspected(unit.region_id)):
        raise Refused(
            "restart-needs-inspection",
            _("A stopped unit must pass its statutory inspection before it restarts: %(kinds)s.")
            % {"kinds": ", ".join(str(kind.label) for kind in InspectionKind if kind in needs)},
            status=409,
            needs=needs,
        )


def _kinds_passed_since_stop(history: Sequence[Record]) -> frozenset[str]:
    """The kinds of inspection that have passed after the day of the last stop."""
    stopped_on = max(r.happened_on for r in history if isinstance(r, Stop) and not r.restart)
    return frozenset(
        r.kind
        for r in history
        if isinstance(r, Inspection) and r.conclusion not in FAILED and r.happened_on > stopped_on
    )


@functools.cache
def _exception_rows() -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = read_law("restart_rules")["rule"]
    return sorted(rules, key=lambda rule: len(rule["region_prefix"]), reverse=True)


def _is_always_inspected(region: str) -> bool:
    fitting = (rule for rule in _exception_rows() if region.startswith(rule["region_prefix"]))
    return bool(next(fitting)["always_inspected"])
