"""Random lives of units of every kind, filed in memory by the gates and the fold of the register.

Most of what happens in them is lawful, some is not and is refused. ``Life`` keeps books of its own
beside the timeline, and what it knew of each day at each moment, for the tests to compare.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from backend.directory.models import LegalEntity
from backend.lib.clock import SHANGHAI
from backend.lib.problems import Refused
from backend.units import gates
from backend.units.accidents import write_grade
from backend.units.allowed_inspections import find_allowed_inspection
from backend.units.models import (
    Accident,
    Category,
    Conclusion,
    Design,
    Inspection,
    InspectionKind,
    Installation,
    IntervalRule,
    Manufacture,
    Record,
    Registration,
    RegistrationKind,
    Repair,
    Scrap,
    Stage,
    Stop,
    Transfer,
    Unit,
    Withdrawal,
)
from backend.units.models.records import FAILED, STAGE_OF
from backend.units.reference_data import DATA
from backend.units.rulebook import read_interval_rules
from backend.units.state import Fold, State, build_fold
from backend.units.timeline import assign_place, place_in_life, records_before, records_in_force
from geo.models import Region

KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("1100", {}),
    ("1200", {"power_station": True}),
    ("2110", {"non_metal": False}),
    ("2110", {"non_metal": True}),
    ("2210", {}),
    ("2240", {}),
    ("2310", {"medium": "corrosive"}),
    ("2410", {}),
    ("3110", {}),
    ("3310", {}),
    ("4110", {"molten_metal": True}),
    ("4310", {}),
    ("5110", {}),
    ("5200", {}),
    ("6200", {}),
    ("8110", {}),
    ("8210", {"class": "GB2", "material": "steel"}),
    ("8310", {"class": "GC3"}),
    ("9100", {}),
)
LAST_DAY = dt.date(2026, 10, 1)


@cache
def rules_of(category: str) -> tuple[IntervalRule, ...]:
    """The interval rules as shipped that may concern a kind."""
    shipped = read_interval_rules(DATA / "interval_rules.toml")
    return tuple(rule for rule in shipped if category.startswith(rule.category_prefix))


def region(code: str) -> Region:
    return Region(code=code, level=Region.Level.COUNTY)


@dataclass
class Life:
    """One unit, all that was ever filed for it, and the books kept beside it.

    ``facts`` holds for each chain of corrections what it says now: an account of its own, made
    without ``records_in_force``. ``kept`` is what was known at a moment of a day.
    """

    unit: Unit
    now: dt.datetime
    step: int = 120
    records: list[Record] = field(default_factory=list)
    facts: dict[int, Record] = field(default_factory=dict)
    kept: list[tuple[dt.datetime, dt.date, State]] = field(default_factory=list)
    refused: int = 0
    places: tuple[Region, ...] = (region("370102"), region("370103"))
    parties: tuple[LegalEntity, ...] = (LegalEntity(pk=1), LegalEntity(pk=2))

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(SHANGHAI).date()

    @property
    def fold(self) -> Fold:
        return build_fold(rules_of(self.unit.category_id), self.unit)

    @property
    def state(self) -> State:
        return self.fold(self.history)

    @property
    def history(self) -> list[Record]:
        """What is in force, by the register's own reader."""
        return records_in_force(sorted(self.records, key=place_in_life))

    def wait(self, rng: Random) -> None:
        """Let some time go by."""
        days = rng.choice((0, 0, 1, rng.randint(2, self.step), rng.randint(2, 4 * self.step)))
        days = max(0, min(days, (LAST_DAY - self.today).days))
        self.now += dt.timedelta(days=days, seconds=rng.randint(1, 60))

    def file(
        self, record: Record, supersedes: Record | None = None, moment: dt.datetime | None = None
    ) -> bool:
        """File the record if the gates let it through; whether they did."""
        try:
            self.enter(record, supersedes, moment)
        except Refused:
            self.refused += 1
            return False
        self.records.append(record)
        chain = record.root_id or record.pk
        self.facts[chain] = record
        if isinstance(record, Withdrawal):
            del self.facts[chain]
        return True

    def enter(self, record: Record, supersedes: Record | None, moment: dt.datetime | None) -> None:
        """Through the gates, as ``filing`` does. Raises Refused."""
        record.stage, record.filed_at, record.unit = STAGE_OF[type(record)], self.now, self.unit
        record.supersedes = supersedes
        assign_place(record, supersedes, moment)
        history = [item for item in self.history if item is not supersedes]
        then = records_before(history, record)
        gates.check_gates(
            unit=self.unit,
            record=record,
            fold=self.fold,
            history=then,
            others=history,
            today=self.today,
        )
        write_grade(self.unit, record)
        number(record, max((item.pk for item in self.records), default=0) + 1)

    def by_the_books(self, until: dt.date | None = None) -> list[Record]:
        """The facts in their order, by an account and an order of their own."""
        told = [f for f in self.facts.values() if until is None or f.happened_on <= until]
        return sorted(told, key=lambda f: (f.happened_on, f.stands_at, f.root_id or f.pk))

    def keep(self, day: dt.date) -> None:
        """Remember what is known now of ``day``."""
        self.kept.append((self.now, day, self.fold(self.by_the_books(day))))

    def known(self, moment: dt.datetime, day: dt.date) -> State:
        """What was known at ``moment`` of ``day``, read again from all that was ever filed."""
        told = records_in_force(sorted(self.records, key=place_in_life), known_by=moment)
        return self.fold([record for record in told if record.happened_on <= day])

    def unfit(self) -> list[Record]:
        """The facts that the gates would refuse today."""
        history = self.history
        judged = (refusal_of(self, n, history) for n in range(len(history)))
        return [record for record, refused in zip(history, judged, strict=True) if refused]


def refusal_of(life: Life, index: int, history: list[Record]) -> Refused | None:
    """Why the gates would refuse this one of what is in force, if they would."""
    record = history[index]
    try:
        gates.check_gates(
            unit=life.unit,
            record=record,
            fold=life.fold,
            history=history[:index],
            others=[other for other in history if other is not record],
            today=LAST_DAY,
        )
    except Refused as refused:
        return refused
    return None


def begin(rng: Random, step: int = 120) -> Life:
    """A unit of any kind, made at some day and not registered yet."""
    code, parameters = rng.choice(KINDS)
    year, month = rng.randint(2005, 2022), rng.randint(1, 12)
    first = dt.datetime(year, month, rng.randint(1, 28), 9, tzinfo=SHANGHAI)
    unit = Unit(
        pk=1,
        category=Category(code=code, kind=code[0], registered_for_use=True),
        region=region("370102"),
        parameters=parameters,
        first_used_on=rng.choice((None, first.date())),
    )
    return Life(unit, first, step)


def act(rng: Random, life: Life) -> bool:
    """One step of a life: something happens, is told late, is corrected or is withdrawn."""
    life.wait(rng)
    deed = rng.choices((happen, happen_late, correct, withdraw), (70, 12, 12, 6))[0]
    return deed(rng, life)


def happen(rng: Random, life: Life) -> bool:
    """What happens today; the moment, where it is told, to the hour, so that some share it."""
    moment = life.now.replace(minute=0, second=0) if rng.random() < 0.5 else None
    return life.file(invent(rng, life, life.today), moment=moment)


def happen_late(rng: Random, life: Life) -> bool:
    earliest = min((r.happened_on for r in life.records), default=life.today)
    day = earliest + dt.timedelta(days=rng.randint(-30, max(0, (life.today - earliest).days)))
    return life.file(invent(rng, life, min(day, life.today)))


def correct(rng: Random, life: Life) -> bool:
    """Say a fact otherwise, on its day or on another."""
    if not life.facts:
        return False
    wrong = rng.choice(list(life.facts.values()))
    day = wrong.happened_on + dt.timedelta(days=rng.choice((0, 0, 0, -20, -1, 1, 20, 200)))
    right = MAKERS[Stage(wrong.stage)](rng, life, min(day, life.today))
    return life.file(right, supersedes=wrong)


def withdraw(rng: Random, life: Life) -> bool:
    if not life.facts:
        return False
    wrong = rng.choice(list(life.facts.values()))
    return life.file(Withdrawal(happened_on=wrong.happened_on, reason="?"), supersedes=wrong)


def number(record: Any, key: int | None) -> None:
    """Give a record of any stage its key, or take it away."""
    record.id = record.record_ptr_id = key


def repeated(record: Record) -> Record:
    """The same content, not filed yet."""
    again = copy.copy(record)
    again._state = copy.copy(record._state)
    again._state.fields_cache = {**record._state.fields_cache}
    again._state.adding = True
    number(again, None)
    again.supersedes = again.root = None
    return again


def invent(rng: Random, life: Life, day: dt.date) -> Record:
    """Something that may well happen to such a unit in its state."""
    status = life.state.status
    if status == "unregistered" and rng.random() < 0.7:
        basis = gates.registration_basis_kinds(life.unit.category_id)
        passed = any(_is_pass(fact, basis) for fact in life.facts.values())
        return _registration(rng, life, day) if passed else _basis(rng, basis, day)
    if status == "stopped" and rng.random() < 0.3:
        return Stop(happened_on=day, restart=True)
    stages = list(WEIGHTS)
    stage = rng.choices(stages, [WEIGHTS[stage] for stage in stages])[0]
    return MAKERS[stage](rng, life, day)


def _is_pass(fact: Record, kinds: Collection[str]) -> bool:
    return isinstance(fact, Inspection) and fact.conclusion not in FAILED and fact.kind in kinds


def _basis(rng: Random, kinds: Iterable[str], day: dt.date) -> Record:
    conclusion = rng.choice(("pass", "pass", "pass", "fail"))
    return Inspection(happened_on=day, kind=rng.choice(sorted(kinds)), conclusion=conclusion)


def _inspection(rng: Random, life: Life, day: dt.date) -> Record:
    fitting = [
        k for k in InspectionKind.values if find_allowed_inspection(life.unit.category_id, k)
    ]
    clocks = [rule.clock for rule in rules_of(life.unit.category_id)]
    kind = rng.choice(rng.choice((clocks, fitting, fitting * 4 + InspectionKind.values)))
    fit = find_allowed_inspection(life.unit.category_id, kind)
    words = sorted(fit.conclusions) if fit else Conclusion.values
    likely = [WORDS[word] for word in words]
    record = Inspection(happened_on=day, kind=kind, conclusion=rng.choices(words, likely)[0])
    if (fit and fit.grade) or rng.random() < 0.03:
        record.safety_grade = rng.choice((None, 1, 2, 3, 4, 4, 5))
        if record.safety_grade in (3, 4):
            record.monitored_months = rng.choice((None, 6, 12, 36))
    if record.conclusion not in FAILED and rng.random() < 0.3:
        record.stated_next_on = day + dt.timedelta(days=rng.choice((-10, 90, 330, 700)))
    if rng.random() < 0.08:
        record.opinion_notice_no = rng.choice("AB")
        if record.conclusion not in FAILED:
            record.opinion_answered_on = min(day + dt.timedelta(days=5), life.today)
    return record


def _registration(rng: Random, life: Life, day: dt.date) -> Record:
    first = life.state.registered_on is None and rng.random() < 0.9
    kind = "first" if first else rng.choice(RegistrationKind.values)
    number = f"梯11鲁A{rng.randint(1, 99999):05}(24)"
    legacy = "paper" if rng.random() < 0.05 else ""
    return Registration(happened_on=day, kind=kind, certificate_no=number, legacy_basis=legacy)


def _repair(rng: Random, life: Life, day: dt.date) -> Record:
    work = rng.choice(Repair.Work.values)
    notice = rng.choice((None, day - dt.timedelta(days=20), day))
    return Repair(happened_on=day, work=work, contractor="?", notice_on=notice)


def _accident(rng: Random, life: Life, day: dt.date) -> Record:
    return Accident(happened_on=day, deaths=rng.choice((0, 1, 3)))


def _transfer(rng: Random, life: Life, day: dt.date) -> Record:
    kind = rng.choice(Transfer.Kind.values)
    if kind == Transfer.Kind.RELOCATION:
        return Transfer(happened_on=day, kind=kind, to_region=rng.choice(life.places))
    return Transfer(happened_on=day, kind=kind, to_entity=rng.choice(life.parties))


def _stop(rng: Random, life: Life, day: dt.date) -> Record:
    told = rng.choice((None, day, day + dt.timedelta(days=20), day + dt.timedelta(days=60)))
    if told is not None and told > life.today:
        told = None
    return Stop(happened_on=day, restart=rng.random() < 0.2, notified_on=told)


def _scrap(rng: Random, life: Life, day: dt.date) -> Record:
    return Scrap(happened_on=day, kind=rng.choice([*Scrap.Kind.values, Scrap.Kind.MOVED_OUT]))


def _design(rng: Random, life: Life, day: dt.date) -> Record:
    return Design(happened_on=day, designer="?", design_life_years=rng.choice((None, 5, 10, 15)))


def _manufacture(rng: Random, life: Life, day: dt.date) -> Record:
    return Manufacture(happened_on=day, maker="?")


def _installation(rng: Random, life: Life, day: dt.date) -> Record:
    return Installation(happened_on=day, contractor="?")


WORDS = {
    "pass": 60,
    "conforms": 50,
    "basically": 20,
    "fail": 20,
    "not_conforms": 20,
    "repass": 10,
    "refail": 5,
}
MAKERS = {
    Stage.DESIGN: _design,
    Stage.MANUFACTURE: _manufacture,
    Stage.INSTALLATION: _installation,
    Stage.REGISTRATION: _registration,
    Stage.INSPECTION: _inspection,
    Stage.REPAIR: _repair,
    Stage.ACCIDENT: _accident,
    Stage.TRANSFER: _transfer,
    Stage.STOP: _stop,
    Stage.SCRAP: _scrap,
}
WEIGHTS = {
    Stage.DESIGN: 3,
    Stage.MANUFACTURE: 2,
    Stage.INSTALLATION: 2,
    Stage.REGISTRATION: 12,
    Stage.INSPECTION: 48,
    Stage.REPAIR: 10,
    Stage.ACCIDENT: 4,
    Stage.TRANSFER: 10,
    Stage.STOP: 6,
    Stage.SCRAP: 2,
}
