"""Random lives of every kind against the law and their own past, and what a long life costs.

The lives are those of ``tests/units/histories.py``, filed in memory; each is put to all that
``tests/units/checks.py`` asks. A unit of 400 records is then folded, read and filed to, in the
database, in a transaction that is rolled back.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from django.db import transaction

from backend.lib import clock
from backend.units.derived_state import state_of, write_state
from backend.units.filing import file_record
from backend.units.models import Accident, Record, Scrap, Transfer, Unit, Withdrawal
from backend.units.timeline import records_in_force, records_of
from bench.callers import result_row, time_call
from bench.fixtures import create_measurer
from tests.units import histories
from tests.units.checks import faults_of

OWN_SERVERS = True  # in fact none

RECORDS = 100_000
LONG_LIFE_RECORDS = 400
LONG_LIVES = 4
STEPS = (10, 20, 30, 50)


def run() -> list[dict[str, Any]]:
    """The lives, then the long one."""
    size = Unit.objects.count()
    lived, records, faults = _file_random_lives()
    folds = sorted(1000 * seconds for life in _make_long_lives() for seconds in _time_folds(life))
    return [
        result_row("lives.histories", lived, "", size),
        result_row("lives.records", records, "", size),
        result_row("lives.faults", len(faults), "", size),
        result_row("lives.fold_400_median", statistics.median(folds), "ms", size),
        result_row("lives.fold_400_p95", folds[int(0.95 * len(folds))], "ms", size),
        *_long_life_rows(size),
    ]


def _file_random_lives() -> tuple[int, int, list[str]]:
    """Lives until enough records are filed; says each fault that is found."""
    lived, records, faults = 0, 0, []
    while records < RECORDS:
        rng = Random(lived)
        life = histories.begin(rng)
        for _step in range(rng.choice(STEPS)):
            histories.act(rng, life)
            life.keep(life.today - dt.timedelta(days=rng.randint(0, 900)))
        for fault in faults_of(life, rng):
            print(f"life {lived}: {fault}")
            faults.append(fault)
        lived, records = lived + 1, records + len(life.records)
    return lived, records, faults


def _make_long_lives() -> Iterator[histories.Life]:
    """Units that do not end before they have many records in force."""
    for seed in range(LONG_LIVES):
        rng = Random(seed)
        life = histories.begin(rng, step=20)
        while len(life.facts) < LONG_LIFE_RECORDS:
            histories.act(rng, life)
            for end in [fact for fact in life.facts.values() if isinstance(fact, Scrap)]:
                life.file(Withdrawal(happened_on=end.happened_on, reason="?"), supersedes=end)
        yield life


def _time_folds(life: histories.Life) -> Iterator[float]:
    history, fold = life.history, life.fold
    for _again in range(20):
        yield time_call(lambda: fold(history))


def _long_life_rows(size: int) -> Iterator[dict[str, Any]]:
    """The rows of one long life in the database."""
    with _undone_transaction():
        life = next(_make_long_lives())
        unit, actor = _write_life(life), create_measurer()[0]
        first = life.history[0].happened_on

        def file(day: dt.date) -> Callable[[], object]:
            return lambda: file_record(
                actor=actor, unit=unit, record=Accident(happened_on=day, trapped_minutes=1)
            )

        read = [
            time_call(lambda: state_of(unit, records_in_force(records_of(unit)))) for _ in range(10)
        ]
        last = [_time_and_roll_back(file(clock.today())) for _ in range(5)]
        late = [_time_and_roll_back(file(first)) for _ in range(3)]
    yield result_row("lives.read_and_fold_400", 1000 * statistics.median(read), "ms", size)
    yield result_row("lives.file_401st", 1000 * statistics.median(last), "ms", size)
    yield result_row("lives.file_first_of_400_late", 1000 * statistics.median(late), "ms", size)


def _write_life(life: histories.Life) -> Unit:
    """A unit with the facts of the life, written as they are."""
    like = Unit.objects.filter(category_id=life.unit.category_id).first() or Unit.objects.first()
    assert like is not None
    like.pk, like.device_code, like.certificate_no = None, None, None
    like.category_id, like.parameters = life.unit.category_id, life.unit.parameters
    like.first_used_on, like._state.adding = life.unit.first_used_on, True
    like.save(force_insert=True)
    for fact in life.history:
        _write_record(like, histories.repeated(fact))
    write_state(like, state_of(like, records_in_force(records_of(like))))
    return like


def _write_record(unit: Unit, record: Record) -> None:
    record.unit, record.region_id = unit, unit.region_id
    if isinstance(record, Transfer) and record.to_region_id:
        record.to_region = unit.region
    elif isinstance(record, Transfer):
        record.to_entity = unit.using_entity
    record.save(force_insert=True)


def _time_and_roll_back(work: Callable[[], object]) -> float:
    with _undone_transaction():
        return time_call(work)


@contextmanager
def _undone_transaction() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
