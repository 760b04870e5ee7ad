"""What follows from a unit's records: its state, clocks and holds, folded anew and stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, CharField

from backend.lib import clock
from backend.lib.kept_queries import Given, GivenMany, KeptQuery
from backend.units.models import Clock, Hold, IntervalRule, Record, Unit
from backend.units.state import Fold, State, build_fold
from backend.units.timeline import records_in_force, records_of


def recompute_unit(*, unit: Unit) -> bool:
    """Derive the unit's state, clocks and holds anew from its records; whether they were others.

    What is right is not written again: nobody hears of a change that is none.
    """
    with transaction.atomic():
        locked = Unit.objects.select_for_update().get(pk=unit.pk)
        state = state_of(locked, records_in_force(records_of(locked)))
        if _is_up_to_date(locked, state):
            return False
        write_state(locked, state)
        return True


def state_of(unit: Unit, history: Sequence[Record]) -> State:
    """The state that ``history`` (records in force, in order) gives the unit."""
    return build_unit_fold(unit)(history)


def build_unit_fold(unit: Unit) -> Fold:
    """The function that folds records of ``unit`` into its state; the rules are read once."""
    return build_fold(interval_rules_for(unit.category_id), unit)


_RULES = KeptQuery(
    lambda: IntervalRule.objects.filter(category_prefix__in=GivenMany("prefixes", CharField()))
)


def interval_rules_for(category: str) -> list[IntervalRule]:
    """The interval rules that may concern units of the category."""
    return _RULES.fetch(prefixes=[category[:n] for n in range(1, 5)])


def write_state(unit: Unit, state: State) -> None:
    """Write what the unit's records say of it: the derived columns, the clocks and the holds."""
    columns = derived_columns(unit, state)
    for name, value in columns.items():
        setattr(unit, name, value)
    save_version(unit, columns)
    _write_clocks(unit, state)
    _write_holds(unit, state)


def save_version(unit: Unit, fields: Iterable[str]) -> None:
    """Write these columns as a new version of the unit."""
    unit.version += 1
    unit.updated_at = clock.now()
    unit.save(update_fields=[*fields, "version", "updated_at"])


def derived_columns(unit: Unit, state: State) -> dict[str, Any]:
    """The columns of a unit that its records say."""
    return {
        "status": state.status,
        "registered_on": state.registered_on,
        "certificate_no": state.certificate_no or unit.certificate_no,
        "last_inspected_on": state.last_inspected_on,
        "last_conclusion": state.last_conclusion,
        "safety_grade": state.safety_grade,
        "held_from": state.held_from,
        "next_due_on": state.next_due_on(statutory=True),
        "own_due_on": state.next_due_on(statutory=False),
    }


def _is_up_to_date(unit: Unit, state: State) -> bool:
    """Whether the row, the clocks and the holds of the unit say what its records do."""
    if any(getattr(unit, name) != value for name, value in derived_columns(unit, state).items()):
        return False
    return _stored_clocks(unit) == _clocks_of_state(state) and _holds_in_database(
        unit
    ) == _holds_of_state(state)


_CLOCKS = KeptQuery(
    lambda: Clock.objects.filter(unit=Given("unit", BigIntegerField())).values_list(
        "kind", "last_on", "due_on", "opens_on", "rule_id"
    )
)
_HOLDS = KeptQuery(
    lambda: Hold.objects.filter(unit=Given("unit", BigIntegerField())).values_list(
        "rule", "about", "record_id", "since", "until"
    )
)


def _stored_clocks(unit: Unit) -> set[tuple[Any, ...]]:
    return set(_CLOCKS.fetch_rows(unit=unit.pk))


def _clocks_of_state(state: State) -> set[tuple[Any, ...]]:
    return {(d.clock, d.last_on, d.due_on, d.opens_on, d.rule_code) for d in state.dues}


def _holds_in_database(unit: Unit) -> list[tuple[Any, ...]]:
    return sorted(_HOLDS.fetch_rows(unit=unit.pk), key=str)


def _holds_of_state(state: State) -> list[tuple[Any, ...]]:
    rows = [(s.rule, s.about, s.record, s.since, s.until) for s in state.holds]
    return sorted(rows, key=str)


def _write_holds(unit: Unit, state: State) -> None:
    """Write the holds that differ; what stands is not written again, so that nobody hears of a change that is none."""
    if _holds_in_database(unit) == _holds_of_state(state):
        return
    Hold.objects.filter(unit=unit).delete()
    Hold.objects.bulk_create(build_hold_rows(unit, state))


def build_hold_rows(unit: Unit, state: State) -> list[Hold]:
    """The holds of a state as rows, not saved."""
    return [
        Hold(
            unit=unit,
            rule=span.rule,
            about=span.about,
            record_id=span.record,
            since=span.since,
            until=span.until,
        )
        for span in state.holds
    ]


def build_clock_rows(unit: Unit, state: State) -> list[Clock]:
    """The clocks of a state that run as rows, not saved."""
    return [
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


def _write_clocks(unit: Unit, state: State) -> None:
    """Write the clocks that differ, as the holds."""
    stored, derived = _stored_clocks(unit), _clocks_of_state(state)
    if stored == derived:
        return
    clocks = build_clock_rows(unit, state)
    kinds = {clock.kind for clock in clocks}
    if any(kind not in kinds for kind, *_facts in stored):
        unit.clocks.exclude(kind__in=kinds).delete()
    Clock.objects.bulk_create(
        clocks,
        update_conflicts=True,
        unique_fields=["unit", "kind"],
        update_fields=["last_on", "due_on", "opens_on", "rule"],
    )
