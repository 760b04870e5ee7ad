"""The lives of a chunk of units: judged together, then filed together, in few statements."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from backend.accounts.models import User
from backend.exchange.row_cells import BadRow
from backend.exchange.row_checker import CheckedRow
from backend.exchange.statements import DERIVED
from backend.exchange.unit_filing import UnitFiling, add_new_records, prepare_records
from backend.lib import clock
from backend.units.bulk import assign_keys, copy_records, write_clocks_and_holds
from backend.units.derived_state import derived_columns, interval_rules_for
from backend.units.later_records import judge_later_records
from backend.units.models import Category, Record, Unit
from backend.units.state import build_fold
from backend.units.timeline import records_of_units


class UnitChunk:
    """The rows of a chunk with their units. ``keys``: each line's unit. ``known``: the lines of units
    that the register has."""

    def __init__(
        self,
        actor: User,
        rows: Sequence[CheckedRow],
        keys: Mapping[int, int],
        known: Collection[int],
    ) -> None:
        self._actor, self._rows, self._keys, self._known = actor, rows, keys, known
        self._lives: dict[int, UnitFiling] = {}

    @property
    def filing_lines(self) -> set[int]:
        """The lines that file something new."""
        return {line for line, life in self._lives.items() if life.new}

    def judge_and_fold_rows(self, moved: Collection[int]) -> list[tuple[int, BadRow]]:
        """Judge what the rows tell, and fold the states anew of those ``moved``; the refused."""
        telling = [row for row in self._rows if row.facts or row.status or row.line in moved]
        if not telling:
            return []
        self._give_keys(telling)
        units = self._build_units(telling)
        known = self._load_known_records(telling)
        refused, today = [], clock.today()
        rules = functools.cache(interval_rules_for)
        for row in telling:
            unit = units[row.line]
            fold = build_fold(rules(unit.category_id), unit)
            life = UnitFiling(unit, known.get(self._keys[row.line], []), fold)
            try:
                add_new_records(life, row.facts, row.cells, row.status, today)
            except BadRow as bad:
                refused.append((row.line, bad))
            else:
                self._keep_if_changed(row, life, moved)
        return refused

    def derived_columns(self) -> dict[int, list[Any]]:
        """The columns of units that their records say, by line, in the order of ``DERIVED``."""
        told = {}
        for line, life in self._lives.items():
            columns = derived_columns(life.unit, life.fold_history())
            told[line] = [columns[name] for name in DERIVED]
        return told

    def file_records(self) -> None:
        """Write the records, clocks and holds; the units' own rows stand already."""
        if not self._lives:
            return
        copy_records([record for life in self._lives.values() for record in life.new])
        states = {life.unit.pk: life.fold_history() for life in self._lives.values()}
        known = [self._keys[line] for line in self._lives if line in self._known]
        write_clocks_and_holds(states, known)
        for life in self._lives.values():
            for record in life.late_records:
                judge_later_records(life.unit, record, life.history, life.by)

    def _keep_if_changed(self, row: CheckedRow, filing: UnitFiling, moved: Collection[int]) -> None:
        """Keep the life of a row that files something new or was moved; others are not written again."""
        if filing.new or row.line in moved:
            filing.fold_history()
            self._lives[row.line] = filing

    def _give_keys(self, telling: Sequence[CheckedRow]) -> None:
        facts = [fact for row in telling for fact in row.facts]
        assign_keys(prepare_records(facts, actor=self._actor, now=clock.now()))

    def _build_units(self, telling: Sequence[CheckedRow]) -> dict[int, Unit]:
        """The unit of each line as it will be."""
        categories = Category.objects.in_bulk({row.category for row in telling})
        known = Unit.objects.in_bulk(self._known_keys(telling))
        units = {}
        for row in telling:
            key = self._keys[row.line]
            unit = units[row.line] = known.get(key) or Unit(pk=key)
            unit.category, unit.kind, unit.region_id = (
                categories[row.category],
                row.kind,
                row.region,
            )
            unit.first_used_on = row.first_used_on or unit.first_used_on
            unit.parameters = {**unit.parameters, **row.parameters}
        return units

    def _load_known_records(self, telling: Sequence[CheckedRow]) -> dict[int, list[Record]]:
        """The records on file of each known unit, in order."""
        keys = self._known_keys(telling)
        return dict(records_of_units(keys)) if keys else {}

    def _known_keys(self, rows: Sequence[CheckedRow]) -> list[int]:
        return [self._keys[row.line] for row in rows if row.line in self._known]
