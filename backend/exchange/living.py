"""The lives of a chunk of units: judged together, then filed together, in few statements."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from backend.accounts.models import User
from backend.exchange.cells import BadRow
from backend.exchange.checking import Checked
from backend.exchange.filing import Life, prepare, take
from backend.exchange.statements import DERIVED
from backend.lib import clock
from backend.units.bulk import copy_records, give_keys, write_parts
from backend.units.deriving import columns_of, rules_for
from backend.units.judging import judge_again
from backend.units.models import Category, Record, Unit
from backend.units.state import folding_by
from backend.units.timeline import records_of_units


class Chunk:
    """The rows of a chunk with their units. ``keys``: each line's unit, and whether it is known."""

    def __init__(
        self, actor: User, rows: Sequence[Checked], keys: Mapping[int, tuple[int, bool]]
    ) -> None:
        self._actor, self._rows, self._keys = actor, rows, keys
        self._lives: dict[int, Life] = {}

    @property
    def filing(self) -> set[int]:
        """The lines that file something new."""
        return {line for line, life in self._lives.items() if life.new}

    def judge(self, moved: Collection[int]) -> list[tuple[int, BadRow]]:
        """Judge what the rows tell, and fold the states anew of those ``moved``; the refused."""
        telling = [row for row in self._rows if row.facts or row.status or row.line in moved]
        self._give_keys(telling)
        units = self._units(telling)
        known = self._known(telling)
        refused, today = [], clock.today()
        rules = functools.cache(rules_for)
        for row in telling:
            unit = units[row.line]
            fold = folding_by(rules(unit.category_id), unit)
            life = Life(unit, known.get(self._keys[row.line][0], []), fold)
            try:
                take(life, row.facts, row.cells, row.status, today)
            except BadRow as bad:
                refused.append((row.line, bad))
            else:
                self._keep(row, life, moved)
        return refused

    def derived(self) -> Iterator[tuple[Any, ...]]:
        """The columns of units that their records say, by line."""
        for line, life in self._lives.items():
            columns = columns_of(life.unit, life.fold())
            yield line, *[columns[name] for name in DERIVED]

    def file(self) -> None:
        """Write the records, clocks and holds; the units' own rows stand already."""
        copy_records([record for life in self._lives.values() for record in life.new])
        states = {life.unit.pk: life.fold() for life in self._lives.values()}
        known = [self._keys[line][0] for line in self._lives if self._keys[line][1]]
        write_parts(states, known)
        for life in self._lives.values():
            for record in life.late:
                judge_again(life.unit, record, life.history, life.by)

    def _keep(self, row: Checked, life: Life, moved: Collection[int]) -> None:
        """Whose life has nothing new keeps its state: it is not written again."""
        if life.new or row.line in moved:
            life.fold()
            self._lives[row.line] = life

    def _give_keys(self, telling: Sequence[Checked]) -> None:
        facts = [fact for row in telling for fact in row.facts]
        give_keys(prepare(facts, actor=self._actor, now=clock.now()))

    def _units(self, telling: Sequence[Checked]) -> dict[int, Unit]:
        """The unit of each line as it will be."""
        categories = Category.objects.in_bulk({row.category for row in telling})
        keys = [key for key, known in (self._keys[row.line] for row in telling) if known]
        known = Unit.objects.in_bulk(keys)
        units = {}
        for row in telling:
            key = self._keys[row.line][0]
            unit = units[row.line] = known.get(key) or Unit(pk=key)
            unit.category, unit.kind, unit.region_id = (
                categories[row.category],
                row.kind,
                row.region,
            )
            unit.first_used_on = row.first_used_on or unit.first_used_on
            unit.parameters = {**unit.parameters, **row.parameters}
        return units

    def _known(self, telling: Sequence[Checked]) -> dict[int, list[Record]]:
        """The records on file of each known unit, in order."""
        keys = [key for key, known in (self._keys[row.line] for row in telling) if known]
        return dict(records_of_units(keys)) if keys else {}
