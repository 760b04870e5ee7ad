"""What follows from a unit's records: its state and its clocks, folded anew and stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from backend.lib import clock
from backend.units.models import Clock, IntervalRule, Record, Unit
from backend.units.state import State, present_state
from backend.units.timeline import in_force, records_of

DERIVED = (
    "status",
    "registered_on",
    "certificate_no",
    "last_inspected_on",
    "last_conclusion",
    "safety_grade",
    "use_blocked",
    "block_reason",
    "next_due_on",
)
"""The columns of a unit that its records say."""


def recompute(*, unit: Unit) -> State:
    """Derive the unit's state and clocks anew from its records, and store them."""
    with transaction.atomic():
        locked = Unit.objects.select_for_update().get(pk=unit.pk)
        return derive(locked, in_force(records_of(locked)))


def state_of(
    unit: Unit, history: Sequence[Record], rules: Iterable[IntervalRule] | None = None
) -> State:
    """The state that ``history`` (records in force, in order) gives the unit."""
    return present_state(
        category=unit.category_id,
        parameters=unit.parameters,
        first_used_on=unit.first_used_on,
        records=history,
        rules=rules_for(unit) if rules is None else rules,
    )


def rules_for(unit: Unit) -> list[IntervalRule]:
    """The interval rules that may concern the unit's category."""
    code = unit.category_id
    return list(IntervalRule.objects.filter(category_prefix__in=[code[:n] for n in range(1, 5)]))


def derive(unit: Unit, history: Sequence[Record]) -> State:
    """Fold the history, write the derived columns and the clocks."""
    rules = rules_for(unit)
    state = state_of(unit, history, rules)
    unit.status = state.status
    unit.registered_on = state.registered_on
    unit.certificate_no = state.certificate_no or unit.certificate_no
    unit.last_inspected_on = state.last_inspected_on
    unit.last_conclusion = state.last_conclusion
    unit.safety_grade = state.safety_grade
    unit.use_blocked = state.use_blocked
    unit.block_reason = state.block_reason
    unit.next_due_on = state.next_due_on
    save(unit, DERIVED)
    _write_clocks(unit, state)
    return state


def save(unit: Unit, fields: Iterable[str]) -> None:
    """Write these columns as a new version of the unit."""
    unit.version += 1
    unit.updated_at = clock.now()
    unit.save(update_fields=[*fields, "version", "updated_at"])


def _write_clocks(unit: Unit, state: State) -> None:
    clocks = [
        Clock(
            unit=unit,
            kind=due.clock,
            last_on=due.last_on,
            due_on=due.due_on,
            opens_on=due.opens_on,
            rule_id=due.rule_code,
        )
        for due in state.dues
    ]
    Clock.objects.filter(unit=unit).exclude(kind__in=[c.kind for c in clocks]).delete()
    Clock.objects.bulk_create(
        clocks,
        update_conflicts=True,
        unique_fields=["unit", "kind"],
        update_fields=["last_on", "due_on", "opens_on", "rule"],
    )
