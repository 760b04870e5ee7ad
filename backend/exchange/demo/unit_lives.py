"""The life of a unit, from its design to today, as records in order of time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.exchange.demo.copy_format import Pattern
from backend.exchange.demo.equipment_mix import inspection_cycles
from backend.exchange.demo.made_up_names import MAKERS, make_person_name
from backend.lib.months import add_months
from backend.units.accidents import grade_of
from backend.units.allowed_inspections import AllowedInspection, find_allowed_inspection
from backend.units.inspection_due import Due, InspectionResult, Rule, StopPeriod, due_dates
from backend.units.models.records import FAILED, STAGE_OF, Accident, Stage
from backend.units.parameters import known_parameters
from backend.units.state import State, fold_records

USER, NEXT_USER = Pattern("%(user)s"), Pattern("%(next_user)s")
BODY, BODY_NAME = Pattern("%(body)s"), Pattern("%(body_name)s")
AUTHORITY, CERTIFICATE_NO = Pattern("%(authority)s"), Pattern("%(certificate)s")
FACTORY_NO = Pattern("%(factory)s")
"""What a life leaves open, because it differs between units that share the life."""

_YEARLY_LIFTS_UNTIL = dt.date(2024, 4, 2)
_FATES = ("well", "overdue", "failed", "stopped", "scrapped", "cancelled", "new")
_FATE_WEIGHTS = (9250, 250, 90, 180, 60, 90, 80)


@dataclass(slots=True)
class DemoRecord:
    """One record: its stage, its day and the columns of its own table, by name."""

    stage: str
    on: dt.date
    own: dict[str, Any]
    key: str = ""
    points_at: tuple[str, DemoRecord] | None = None


@dataclass(slots=True)
class DemoLife:
    """A unit's records, and how far its life has come while they are made."""

    code: str
    parameters: dict[str, Any]
    rng: random.Random
    today: dt.date
    entries: list[DemoRecord] = field(default_factory=list)
    stops: list[StopPeriod] = field(default_factory=list)
    user: Pattern = USER
    status: str = "unregistered"
    registered_on: dt.date | None = None
    made_on: dt.date = dt.date.min

    def add_record(self, stage: str, on: dt.date, **own: Any) -> DemoRecord:
        """Add one more record to the life and return it."""
        entry = DemoRecord(stage, on, own)
        self.entries.append(entry)
        return entry

    @property
    def inspections(self) -> list[DemoRecord]:
        """The inspections so far, by day."""
        return sorted((e for e in self.entries if e.stage == "inspection"), key=lambda e: e.on)

    def passed_inspections(self) -> list[InspectionResult]:
        """The inspections as the clocks see them."""
        return [
            InspectionResult(
                e.on, e.own["kind"], e.own["conclusion"] not in FAILED, e.own.get("stated_next_on")
            )
            for e in self.inspections
        ]

    def due_inspections(self, rules: Sequence[Rule]) -> list[Due]:
        """The next due days of a unit in use, one for each clock."""
        if self.status != "in_use":
            return []
        return due_dates(
            category=self.code,
            parameters={**known_parameters(self.code, self.parameters), "safety_grade": self.grade},
            inspections=self.passed_inspections(),
            stops=self.stops,
            fallback_base=self.registered_on,
            rules=rules,
        )

    @property
    def grade(self) -> int | None:
        """The safety grade of the last inspection that gave one."""
        grades = [e.own["safety_grade"] for e in self.inspections if "safety_grade" in e.own]
        return grades[-1] if grades else None

    def fold_state(self, rules: Sequence[Rule]) -> State:
        """The state that the records give, as for any unit; they are numbered from 1 in their order."""
        models = {stage: model for model, stage in STAGE_OF.items()}
        return fold_records(
            category=self.code,
            parameters=self.parameters,
            first_used_on=self.registered_on,
            records=[
                models[Stage(e.stage)](pk=number, stage=e.stage, happened_on=e.on, **e.own)
                for number, e in enumerate(self.entries, start=1)
            ],
            rules=rules,
        )


def fill_life(life: DemoLife, rules: Sequence[Rule], maker: int) -> DemoLife:
    """Fill ``life`` with records and sort them."""
    rng = life.rng
    fate = rng.choices(_FATES, weights=_FATE_WEIGHTS)[0]
    ages = (5, 120) if fate == "new" else (150, 6200)
    built = life.today - dt.timedelta(days=int(ages[0] + (ages[1] - ages[0]) * rng.random() ** 1.4))
    base = _add_beginnings(life, built, MAKERS[maker])
    if fate != "new":
        _add_registration(life, base)
        until = life.today - dt.timedelta(days=rng.randint(380, 900) if fate == "overdue" else 0)
        _add_inspections(life, base.on, until, rules)
        _add_rare_events(life, base.on, maker)
        _add_ending(life, fate)
        _add_last_maintenance(life)
    life.entries.sort(key=lambda entry: entry.on)
    return life


def _add_beginnings(life: DemoLife, built: dt.date, maker: str) -> DemoRecord:
    """Design, manufacture, installation; returns the inspection that starts the clocks."""
    days = life.rng.randint
    life.made_on = built - dt.timedelta(days=days(30, 120))
    licence = f"TS2{life.code[:2]}0{days(100, 999)}"
    life.add_record(
        "design", life.made_on - dt.timedelta(days=days(60, 300)), designer=maker,
        licence_no=licence, drawing_no=f"D{days(10000, 99999)}", design_life_years=20,
    )  # fmt: skip
    life.add_record(
        "manufacture", life.made_on, maker=maker, licence_no=licence, factory_no=FACTORY_NO,
        product_certificate_no=Pattern(f"HG{FACTORY_NO}"),
    )  # fmt: skip
    if life.code[0] == "5":
        return _add_inspection(life, "first", built)
    life.add_record(
        "installation", built - dt.timedelta(days=5), contractor=maker, licence_no=licence,
        notice_no=f"GZ-{built:%Y%m%d}-{days(1, 999):03d}",
        notice_on=built - dt.timedelta(days=30), started_on=built - dt.timedelta(days=28),
        finished_on=built - dt.timedelta(days=5),
    )  # fmt: skip
    return _add_inspection(life, "sup_installation", built)


def _add_registration(life: DemoLife, base: DemoRecord) -> None:
    on = min(base.on + dt.timedelta(days=life.rng.randint(3, 28)), life.today)
    entry = life.add_record(
        "registration", on, kind="first", certificate_no=CERTIFICATE_NO,
        authority_id=AUTHORITY, using_entity_id=USER,
    )  # fmt: skip
    entry.points_at = ("relies_on_id", base)
    life.status, life.registered_on = "in_use", on


def _add_inspection(life: DemoLife, kind: str, on: dt.date, conclusion: str = "") -> DemoRecord:
    rng, fit = life.rng, find_allowed_inspection(life.code, kind)
    assert fit is not None, f"{life.code} has no {kind}"
    own: dict[str, Any] = {
        "kind": kind,
        "conclusion": conclusion or _choose_conclusion(fit, ("pass", "conforms")),
        "body_id": BODY,
        "body_name": BODY_NAME,
        "report_no": Pattern(f"{life.code[:2]}{on:%y%m%d}%(number)07d"),
        "inspectors": f"{make_person_name(rng)}、{make_person_name(rng)}",
    }
    if fit.grade == "gives" and own["conclusion"] not in FAILED:
        own["safety_grade"] = rng.choices((1, 2, 3), weights=(30, 55, 15))[0]
    return life.add_record("inspection", on, **own)


def _choose_conclusion(fit: AllowedInspection, words: tuple[str, str]) -> str:
    """The word of the two in which such an inspection concludes."""
    return words[0] if words[0] in fit.conclusions else words[1]


def _add_inspections(life: DemoLife, base: dt.date, until: dt.date, rules: Sequence[Rule]) -> None:
    if life.code[0] == "3":
        _add_lift_inspections(life, base, until, rules)
        return
    for cycle in inspection_cycles(life.code):
        kept_from = life.today - dt.timedelta(days=365 * cycle.years)
        due = add_months(base, cycle.first)
        while True:
            on = due - dt.timedelta(days=life.rng.randint(1, 40))
            if on > until:
                break
            if on >= kept_from:
                _add_periodic_inspection(life, cycle.kind, on, until)
            due = add_months(on, cycle.months)


def _add_lift_inspections(
    life: DemoLife, base: dt.date, until: dt.date, rules: Sequence[Rule]
) -> None:
    """Inspect a lift yearly until T7001-2023, by its calendar from then on."""
    due, oldest = add_months(base, 12), life.today.year - 6
    while due < min(_YEARLY_LIFTS_UNTIL, until):
        if due.year >= oldest:
            _add_periodic_inspection(
                life, "periodic", due - dt.timedelta(days=life.rng.randint(1, 40)), until
            )
        due = add_months(due, 12)
    for _round in range(8):
        open_ones = [d for d in life.due_inspections(rules) if d.due_on]
        clock = min(open_ones, key=lambda d: d.due_on or dt.date.max, default=None)
        if clock is None or clock.due_on is None:
            return
        on = clock.due_on - dt.timedelta(days=life.rng.randint(1, 25))
        if on > until:
            return
        _add_periodic_inspection(life, clock.clock, on, until)


def _add_periodic_inspection(life: DemoLife, kind: str, on: dt.date, until: dt.date) -> None:
    """Add one inspection that passes; one in thirty only on repetition."""
    again = on + dt.timedelta(days=life.rng.randint(7, 28))
    mechanical = life.code[0] in "3456" and kind == "periodic"
    if mechanical and again <= until and life.rng.random() < 0.03:
        failed = _add_inspection(life, kind, on, "fail")
        _add_inspection(life, kind, again, "repass").points_at = ("repeats_id", failed)
        return
    _add_inspection(life, kind, on)


def _add_rare_events(life: DemoLife, base: dt.date, maker: int) -> None:
    """Add repairs, a new using unit, an accident: rare, somewhere between the base and today."""
    rng, span = life.rng, (life.today - base).days
    if span < 60:
        return
    if rng.random() < 0.08:
        life.add_record(
            "repair", base + dt.timedelta(days=rng.randint(40, span)), work="repair",
            contractor=MAKERS[maker], description="更换磨损部件，调试正常",
        )  # fmt: skip
    if rng.random() < 0.03:
        on = base + dt.timedelta(days=rng.randint(40, span))
        life.add_record(
            "transfer", on, kind="user", from_entity_id=life.user, to_entity_id=NEXT_USER
        )
        life.user = NEXT_USER
        registered = min(on + dt.timedelta(days=rng.randint(1, 9)), life.today)
        life.add_record(
            "registration", registered, kind="owner", certificate_no=CERTIFICATE_NO,
            authority_id=AUTHORITY, using_entity_id=NEXT_USER,
        )  # fmt: skip
    if rng.random() < 0.0008:
        _add_accident(life, base + dt.timedelta(days=rng.randint(40, span)))


def _add_accident(life: DemoLife, on: dt.date) -> None:
    injured = life.rng.choice((0, 0, 1, 2))
    grade = grade_of(Accident(happened_on=on, serious_injuries=injured), life.code) or ""
    life.add_record(
        "accident", on, grade=grade, derived_grade=grade, serious_injuries=injured,
        cause="使用管理不当",
    )  # fmt: skip
    checked = on + dt.timedelta(days=life.rng.randint(5, 60))
    if checked <= life.today:
        _add_inspection(life, "accident", checked)


def _add_last_maintenance(life: DemoLife) -> None:
    """Add the last visit to a lift in use: within a fortnight, mostly; of few none is on record."""
    chance = life.rng.random()
    if life.code[0] != "3" or life.status != "in_use" or chance < 0.02:
        return
    ago = life.rng.randint(16, 150) if chance < 0.08 else life.rng.randint(0, 14)
    last = life.today - dt.timedelta(days=ago)
    if life.registered_on is not None and last > life.registered_on:
        life.add_record(
            "repair", last, work="maintenance", contractor="泉城电梯维保有限公司",
            description="半月维护保养",
        )  # fmt: skip


def _add_ending(life: DemoLife, fate: str) -> None:
    last = max(entry.on for entry in life.entries)
    on = last + dt.timedelta(days=int((life.today - last).days * life.rng.random()))
    if fate == "failed":
        kind = next(
            (k for k in ("periodic", "full", "internal") if find_allowed_inspection(life.code, k)),
            "",
        )
        fit = find_allowed_inspection(life.code, kind)
        assert fit is not None
        _add_inspection(life, kind, on, _choose_conclusion(fit, ("fail", "not_conforms")))
    elif fate == "stopped":
        life.add_record("stop", on, restart=False, notified_on=on, reason="停产检修，停用一年以上")
        life.stops.append(StopPeriod(on, None))
        life.status = "stopped"
    elif fate in ("scrapped", "cancelled"):
        life.add_record("scrap", on, kind=fate, reason="无修理价值")
        life.status = fate
