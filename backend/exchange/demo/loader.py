"""Brings the demonstration into an empty register by COPY, all of it or nothing.

During the load, in its one transaction, user triggers are off: they write the history of edits
and keep records append-only, and nothing is edited here (a register with units in it is refused
before). The tables are locked meanwhile, so no edit by anybody else goes untold. Foreign keys and
secondary indexes are dropped and built anew at the end: PostgreSQL checks each foreign key when it
is added again.
"""

from __future__ import annotations

import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol, cast

import psycopg
from django.db import connection, transaction
from django.db.models import Max

from backend.accounts.models import User
from backend.directory.models import Authority, InspectionBody, LegalEntity, Person
from backend.exchange.demo import equipment_mix
from backend.exchange.demo.copy_format import COLUMNS
from backend.exchange.demo.counties import load_counties
from backend.exchange.demo.life_templates import MOST, LifeTemplate, make_life_template
from backend.exchange.demo.province_plan import (
    ProvincePlan,
    body_lines,
    plan_city_shares,
    plan_county_shares,
)
from backend.exchange.demo.unit_blocks import Block, make_block_rows, plan_blocks
from backend.lib import clock
from backend.units.inspection_due import Rule
from backend.units.models import IntervalRule, Record, Unit
from tagging.models import Batch, Tag

_WORTH_FORKING = 2000
_PORTION = 8 << 20
"""How many bytes of records go into one COPY: many small ones cost more than their rows."""

_KEYED = ("directory_legalentity", "directory_person", "units_unit", "units_clock",
          "units_record", "tagging_binding")  # fmt: skip


class _HasKeys(Protocol):
    objects: Any


def load_province(
    *, units: int, seed: int, actor: User, processes: int, report_progress: Callable[[str], None]
) -> ProvincePlan:
    """Make ``units`` units and all that belongs to them; ``actor`` stands for who minted tags."""
    plan = _make_plan(units, seed)
    with transaction.atomic(), _drop_constraints_meanwhile():
        _create_tag_batches(plan, actor)
        _copy_texts("directory_legalentity", ["".join(body_lines(plan)).encode()])
        done = 0
        waiting: dict[str, list[bytes]] = defaultdict(list)
        for rows, count in _make_rows_of_blocks(plan, processes):
            done += count
            for table, text in rows.items():
                waiting[table].append(text)
            if done == units or sum(map(len, waiting["units_record"])) > _PORTION:
                for table, texts in waiting.items():
                    _copy_texts(table, texts)
                waiting.clear()
                report_progress(f"{done} of {units} units")
    _create_inspection_bodies(plan)
    _set_sequences()
    _store_tag_counts(plan)
    return plan


def _make_plan(units: int, seed: int) -> ProvincePlan:
    authorities = dict(Authority.objects.values_list("region_id", "pk"))
    shares = plan_county_shares(
        load_counties(seed), units=units, first_unit=_next_key(Unit), first_entity=_next_key(LegalEntity),
        first_person=_next_key(Person), authorities=authorities,
    )  # fmt: skip
    last = shares[-1]
    cities = plan_city_shares(
        shares, first_entity=last.first_entity + last.entities, first_batch=_next_key(Batch)
    )
    end = max(city.first_maintainer + city.maintainers for city in cities.values())
    rules = list(IntervalRule.objects.all())
    fitting: dict[str, Sequence[Rule]] = {
        code: [rule for rule in rules if code.startswith(rule.category_prefix)]
        for code in equipment_mix.SHARES
    }
    return ProvincePlan(
        seed, clock.today(), shares, cities, fitting, shares[0].first, _next_key(Record), end - 1
    )  # fmt: skip


def _next_key(model: type[Any]) -> int:
    highest = cast(_HasKeys, model).objects.aggregate(top=Max("pk"))["top"]
    return int(highest or 0) + 1


def _create_tag_batches(plan: ProvincePlan, actor: User) -> None:
    Batch.objects.bulk_create(
        Batch(pk=city.batch, region_id=code, count=1, created_by=actor, created_at=clock.now())
        for code, city in plan.cities.items()
    )


def _store_tag_counts(plan: ProvincePlan) -> None:
    for city in plan.cities.values():
        count = Tag.objects.filter(batch=city.batch).count()
        Batch.objects.filter(pk=city.batch).update(count=max(count, 1))


def _create_inspection_bodies(plan: ProvincePlan) -> None:
    InspectionBody.objects.bulk_create(
        InspectionBody(entity_id=city.body, approval_no=f"TS7137{number:03d}-2028", kinds="1234568")
        for number, city in enumerate(plan.cities.values(), start=1)
    )


# ---- making, in one process or several

_forked_state: list[tuple[ProvincePlan, list[LifeTemplate]]] = []


def _make_rows_of_blocks(
    plan: ProvincePlan, processes: int
) -> Iterator[tuple[dict[str, bytes], int]]:
    work = plan_blocks(plan)
    units = sum(block.count for block in work)
    lives = range(min(units, MOST))
    if processes < 2 or units < _WORTH_FORKING:
        told = [make_life_template(plan, number) for number in lives]
        for block in work:
            yield make_block_rows(plan, block, told), block.count
        return
    # Forked children inherit plan and lives; they never touch the database.
    forking = multiprocessing.get_context("fork")
    _forked_state[:] = [(plan, [])]
    with forking.Pool(processes) as pool:
        _forked_state[:] = [(plan, pool.map(_make_template_here, lives, chunksize=200))]
    with forking.Pool(processes) as pool:
        for block, rows in zip(work, pool.imap(_make_block_rows_here, work), strict=True):
            yield rows, block.count
    _forked_state.clear()


def _make_template_here(number: int) -> LifeTemplate:
    return make_life_template(_forked_state[0][0], number)


def _make_block_rows_here(block: Block) -> dict[str, bytes]:
    plan, told = _forked_state[0]
    return make_block_rows(plan, block, told)


# ---- the database


def _copy_texts(table: str, texts: Iterable[bytes]) -> None:
    columns = ", ".join(f'"{name}"' for name in COLUMNS[table])
    raw: psycopg.Connection[Any] = connection.connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for text in texts:
            copy.write(text)


@contextmanager
def _drop_constraints_meanwhile() -> Iterator[None]:
    """Run the block with tables without triggers, foreign keys and secondary indexes; restore them."""
    tables = list(COLUMNS)
    constraints = _fetch_definitions(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE contype IN ('f', 'u') AND conrelid::regclass::text = ANY(%s)",
        tables,
    )
    indexes = _fetch_definitions(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), '' FROM pg_index"
        " WHERE NOT indisprimary AND indrelid::regclass::text = ANY(%s) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype = 'u')",
        tables,
    )
    _execute_statements(
        "SET LOCAL statement_timeout = 0", "SET LOCAL maintenance_work_mem = '512MB'"
    )
    _execute_statements("SET LOCAL synchronous_commit = off", "SET CONSTRAINTS ALL IMMEDIATE")
    _execute_statements(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))
    foreign_first = sorted(constraints, key=lambda row: not row[2].startswith("FOREIGN"))
    _execute_statements(
        *(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in foreign_first)
    )
    _execute_statements(*(f"DROP INDEX {name}" for name, _, _ in indexes))
    yield
    _execute_statements(*(definition for _, definition, _ in indexes))
    _execute_statements(
        *(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            for table, name, definition in reversed(foreign_first)
        )
    )
    _execute_statements("SET CONSTRAINTS ALL IMMEDIATE")
    _execute_statements(*(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables))


def _fetch_definitions(sql: str, tables: Sequence[str]) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(tables)])
        return list(cursor.fetchall())


def _execute_statements(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _set_sequences() -> None:
    """Keys go on after the last one; statistics are gathered for the planner."""
    _execute_statements("SET statement_timeout = 0")
    for table in _KEYED:
        _execute_statements(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"  # noqa: S608 - our names
            f" (SELECT coalesce(max(id), 1) FROM {table}))"
        )
    _execute_statements(
        "SELECT setval(pg_get_serial_sequence('tagging_batch', 'id'),"
        " (SELECT coalesce(max(id), 1) FROM tagging_batch))"
    )
    _execute_statements(*(f"ANALYZE {table}" for table in COLUMNS))
    _execute_statements("SET statement_timeout = 60000")
