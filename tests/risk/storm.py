"""Ten thousand changes of every kind that moves a score or a figure, by SQL and at random."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection

from backend.units.models import Category, Unit
from tagging.codes import ALPHABET, LENGTH
from tests.hotline.cast import seat_hotline
from tests.world import World

COUNTIES = ("370102", "370103")
KINDS = ("3110", "1100", "5110", "2150", "8310")
CLOCKS = ("periodic", "external", "annual")
CONCLUSIONS = ("pass", "fail", "repass", "conforms", "not_conforms")


@dataclass
class Storm:
    """Writes one change at a time; ``today`` is the day on which it happens."""

    world: World
    rng: random.Random
    today: dt.date
    units: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    report: uuid.UUID | None = None
    letters: list[int] = field(default_factory=list)

    def begin(self, units: int) -> None:
        """Units and tags to begin with; thousands of small commits need not reach the disk."""
        self.run("SET synchronous_commit = off")
        cast = seat_hotline(self.world)
        self.letters = [child.pk for _n in range(20) for child in cast.send()]
        categories = {code: Category.objects.get(code=code) for code in KINDS}
        rows = [self._unit(categories[self.rng.choice(KINDS)]) for _n in range(units)]
        self.units = [unit.pk for unit in Unit.objects.bulk_create(rows)]
        self.run(
            "INSERT INTO tagging_batch (region_id, count, authority, created_by_id, created_at)"
            " VALUES ('370102', 1, '', %s, now())", self.world.ou.pk,
        )  # fmt: skip
        self.tags = ["".join(self.rng.choices(ALPHABET, k=LENGTH)) for _n in range(2 * units)]
        self.run(
            "INSERT INTO tagging_tag (code, batch_id, retired_reason)"
            " SELECT code, (SELECT max(id) FROM tagging_batch), '' FROM unnest(%s::varchar[]) code",
            self.tags,
        )

    def change(self) -> None:
        """One change."""
        self.rng.choice(self.KINDS_OF_CHANGE)(self)

    def _unit(self, category: Category) -> Unit:
        used = self._day(4000)
        return Unit(
            category=category, kind=category.kind, region_id=self.rng.choice(COUNTIES),
            status="in_use", registered_on=used, first_used_on=used,
            position=Point(self._lng(), self._lat(), srid=4326),
            created_at=dt.datetime.now(dt.UTC), updated_at=dt.datetime.now(dt.UTC),
        )  # fmt: skip

    def _move(self) -> None:
        self.run(
            "UPDATE units_unit SET region_id = %s, position = ST_Point(%s, %s, 4326) WHERE id = %s",
            self.rng.choice(COUNTIES), self._lng(), self._lat(), self._any(),
        )  # fmt: skip

    def _lose_place(self) -> None:
        self.run("UPDATE units_unit SET position = NULL WHERE id = %s", self._any())

    def _status(self) -> None:
        some = ("in_use", "in_use", "stopped", "scrapped", "cancelled", "unregistered")
        self.run(
            "UPDATE units_unit SET status = %s WHERE id = %s", self.rng.choice(some), self._any()
        )

    def _state(self) -> None:
        self.run(
            "UPDATE units_unit SET held_from = %s, last_conclusion = %s, safety_grade = %s,"
            " maintainer_id = %s WHERE id = %s",
            self._held(), self.rng.choice(CONCLUSIONS), self.rng.choice((None, 2, 4, 5)),
            self.rng.choice((None, self.world.maintainer.pk)), self._any(),
        )  # fmt: skip

    def _held(self) -> dt.date | None:
        """Mostly not; else held already, or from one of the coming days on."""
        day = self.today + dt.timedelta(days=self.rng.randint(-30, 30))
        return day if self.rng.random() < 0.3 else None

    def _clock(self) -> None:
        unit, kind = self._any(), self.rng.choice(CLOCKS)
        due = self.today + dt.timedelta(days=self.rng.randint(-420, 60))
        self.run("DELETE FROM units_clock WHERE unit_id = %s AND kind = %s", unit, kind)
        if self.rng.random() < 0.8:
            self.run(
                "INSERT INTO units_clock (unit_id, kind, due_on, rule_id)"
                " VALUES (%s, %s, %s, (SELECT min(code) FROM units_intervalrule))",
                unit, kind, due,
            )  # fmt: skip
        self.run(
            "UPDATE units_unit SET next_due_on ="
            " (SELECT min(due_on) FROM units_clock WHERE unit_id = %s) WHERE id = %s", unit, unit,
        )  # fmt: skip

    def _record(self, stage: str, on: dt.date, unit: int, supersedes: int | None = None) -> int:
        return self.run(
            "INSERT INTO units_record (unit_id, stage, happened_on, region_id, stands_at,"
            " filed_at, device, digest, remark, supersedes_id)"
            " VALUES (%s, %s, %s, '370102', now(), now(), '', '', '', %s)"
            " RETURNING id", unit, stage, on, supersedes,
        )  # fmt: skip

    def _inspect(self, unit: int | None = None, supersedes: int | None = None) -> int:
        record = self._record("inspection", self._day(2200), unit or self._any(), supersedes)
        self.run(
            "INSERT INTO units_inspection (record_ptr_id, kind, conclusion, body_name, report_no,"
            " inspectors, opinion_notice_no) VALUES (%s, 'periodic', %s, '', '', '', '')",
            record, self.rng.choice(CONCLUSIONS),
        )  # fmt: skip
        return record

    def _supersede(self) -> None:
        unit = self._any()
        self._inspect(unit, supersedes=self._inspect(unit))

    def _accident(self) -> None:
        record = self._record("accident", self._day(900), self._any())
        self.run(
            "INSERT INTO units_accident (record_ptr_id, grade, derived_grade, deaths,"
            " serious_injuries, direct_loss_fen, damage, moved_people, trapped_minutes,"
            " stranded_minutes, stranded_people, outage_hours, capacity_mw, cause, description)"
            " VALUES (%s, 'incident', 'incident', 0, 0, 0, '', 0, 0, 0, 0, 0, 0, '', '')",
            record,
        )

    def _maintain(self) -> None:
        record = self._record("repair", self._day(120), self._any())
        self.run(
            "INSERT INTO units_repair (record_ptr_id, work, contractor, licence_no, notice_no,"
            " description) VALUES (%s, 'maintenance', '', '', '', '')", record,
        )  # fmt: skip

    def _defect(self) -> None:
        self.run(
            "INSERT INTO inspections_defect (report_id, unit_id, item, text, severity, photos,"
            " found_on) VALUES (%s, %s, %s, '', %s, '{}', %s)",
            self.report, self._any(), self.rng.choice(("", "1", "2")),
            self.rng.choice(("general", "serious")), self._day(200),
        )  # fmt: skip

    def _mend(self) -> None:
        self.run(
            "UPDATE inspections_defect SET closed_on = %s, closed_by_report_id = %s WHERE id ="
            " (SELECT id FROM inspections_defect WHERE closed_on IS NULL AND unit_id >= %s LIMIT 1)",
            self.today, self.report, self._any(),
        )  # fmt: skip

    def _bind(self) -> None:
        unit = self._any()
        self._unbind(unit)
        if self.tags:
            self.run(
                "INSERT INTO tagging_binding (tag_id, unit_id, bound_at, reason)"
                " VALUES (%s, %s, %s, '')",
                self.tags.pop(), unit, self._moment(self._day(1700)),
            )  # fmt: skip

    def _unbind(self, unit: int | None = None) -> None:
        self.run(
            "UPDATE tagging_binding SET unbound_at = %s, reason = 'worn'"
            " WHERE unit_id = %s AND unbound_at IS NULL",
            self._moment(self.today), unit or self._any(),
        )  # fmt: skip

    def _scan(self) -> None:
        self.run(
            "INSERT INTO tagging_scan (raw, code, received_at, device, datum)"
            " SELECT tag_id, tag_id, %s, '', '' FROM tagging_binding"
            " WHERE unbound_at IS NULL AND unit_id >= %s LIMIT 1",
            self._moment(self.today), self._any(),
        )  # fmt: skip

    def _close_letter(self) -> None:
        self.run(
            "UPDATE hotline_hotlinematter SET substantiated_on = %s WHERE matter_id = %s",
            self.rng.choice((None, self._day(20), self._day(500))), self.rng.choice(self.letters),
        )  # fmt: skip

    def _join_letter(self) -> None:
        self.run(
            "INSERT INTO matters_link (matter_id, kind, unit_id, made_at)"
            " VALUES (%s, 'about', %s, now()) ON CONFLICT DO NOTHING",
            self.rng.choice(self.letters), self._any(),
        )  # fmt: skip

    def _register(self) -> None:
        self.units.append(
            Unit.objects.bulk_create([self._unit(Category.objects.get(code="3110"))])[0].pk
        )

    KINDS_OF_CHANGE = (
        _move, _lose_place, _status, _state, _clock, _clock, _inspect, _supersede, _accident,
        _maintain, _defect, _mend, _bind, _unbind, _scan, _scan, _register,
        _close_letter, _join_letter,
    )  # fmt: skip

    def run(self, sql: str, *values: Any) -> int:
        """One statement in a transaction of its own; the id that it returns, if any."""
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            row = cursor.fetchone() if cursor.description else None
        return int(row[0]) if row else 0

    def _any(self) -> int:
        return self.rng.choice(self.units)

    def _day(self, back: int) -> dt.date:
        return self.today - dt.timedelta(days=self.rng.randint(0, back))

    def _moment(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(4), dt.UTC)

    def _lng(self) -> float:
        return 116.9 + self.rng.random() / 5

    def _lat(self) -> float:
        return 36.6 + self.rng.random() / 10
