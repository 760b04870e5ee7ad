"""The life of a unit, from its design to today, as records in order of time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.exchange.demo.copying import Pattern
from backend.exchange.demo.mix import cycles
from backend.exchange.demo.names import MAKERS, person
from backend.lib.months import add_months
from backend.units.accidents import grade_of
from backend.units.due import Due, Passed, Rule, StopPeriod, due_dates
from backend.units.fits import Fit, fit_of
from backend.units.models.records import FAILED, STAGE_OF, Accident, Stage
from backend.units.parameters import known
from backend.units.state import State, present_state

USER, NEXT_USER = Pattern("%(user)s"), Pattern("%(next_user)s")
BODY, BODY_NAME = Pattern("%(body)s"), Pattern("%(body_name)s")
AUTHORITY, CERTIFICATE_NO = Pattern("%(authority)s"), Pattern("%(certificate)s")
FACTORY_NO = Pattern("%(factory)s")
"""What a life leaves open, because it differs between units that share the life."""

_YEARLY_LIFTS_UNTIL = dt.date(2024, 4, 2)
_FATES = ("well", "overdue", "failed", "stopped", "scrapped", "cancelled", "new")
_FATE_WEIGHTS = (9250, 250, 90, 180, 60, 90, 80)


@dataclass(slots=True)
class Entry:
    """One record: its stage, its day and the columns of its own table, by name."""

    stage: str
    on: dt.date
    own: dict[str, Any]
    key: str = ""
    points_at: tuple[str, Entry] | None = None


@dataclass(slots=True)
class Life:
    """A unit's records, and how far it has come while they are told."""

    code: str
    parameters: dict[str, Any]
    rng: random.Random
    today: dt.date
    entries: list[Entry] = field(default_factory=list)
    stops: list[StopPeriod] = field(default_factory=list)
    user: Pattern = USER
    status: str = "unregistered"
    registered_on: dt.date | None = None
    made_on: dt.date = dt.date.min

    def add(self, stage: str, on: dt.date, **own: Any) -> Entry:
        """One more record."""
        entry = Entry(stage, on, own)
        self.entries.append(entry)
        return entry

    @property
    def inspections(self) -> list[Entry]:
        """The inspections so far, by day."""
        return sorted((e for e in self.entries if e.stage == "inspection"), key=lambda e: e.on)

    def passed(self) -> list[Passed]:
        """The inspections as the clocks see them."""
        return [
            Passed(
                e.on, e.own["kind"], e.own["conclusion"] not in FAILED, e.own.get("stated_next_on")
            )
            for e in self.inspections
        ]

    def dues(self, rules: Sequence[Rule]) -> list[Due]:
        """The clocks of a unit in use."""
        if self.status != "in_use":
            return []
        return due_dates(
            category=self.code,
            parameters={**known(self.code, self.parameters), "safety_grade": self.grade},
            inspections=self.passed(),
            stops=self.stops,
            fallback_base=self.registered_on,
            rules=rules,
        )

    @property
    def grade(self) -> int | None:
        """The safety grade of the last inspection that gave one."""
        grades = [e.own["safety_grade"] for e in self.inspections if "safety_grade" in e.own]
        return grades[-1] if grades else None

    def state(self, rules: Sequence[Rule]) -> State:
        """What the records give, as for any unit; they are numbered from 1 in their order."""
        models = {stage: model for model, stage in STAGE_OF.items()}
        return present_state(
            category=self.code,
            parameters=self.parameters,
            first_used_on=self.registered_on,
            records=[
                models[Stage(e.stage)](pk=number, stage=e.stage, happened_on=e.on, **e.own)
                for number, e in enumerate(self.entries, start=1)
            ],
            rules=rules,
        )


def live(life: Life, rules: Sequence[Rule], maker: int) -> Life:
    """Fill ``life`` with records and sort them."""
    rng = life.rng
    fate = rng.choices(_FATES, weights=_FATE_WEIGHTS)[0]
    ages = (5, 120) if fate == "new" else (150, 6200)
    built = life.today - dt.timedelta(days=int(ages[0] + (ages[1] - ages[0]) * rng.random() ** 1.4))
    base = _beginnings(life, built, MAKERS[maker])
    if fate != "new":
        _register(life, base)
        until = life.today - dt.timedelta(days=rng.randint(380, 900) if fate == "overdue" else 0)
        _inspections(life, base.on, until, rules)
        _events(life, base.on, maker)
        _ending(life, fate)
        _maintenance(life)
    life.entries.sort(key=lambda entry: entry.on)
    return life


def _beginnings(life: Life, built: dt.date, maker: str) -> Entry:
    """Design, manufacture, installation; returns the inspection that starts the clocks."""
    days = life.rng.randint
    life.made_on = built - dt.timedelta(days=days(30, 120))
    licence = f"TS2{life.code[:2]}0{days(100, 999)}"
    life.add(
        "design", life.made_on - dt.timedelta(days=days(60, 300)), designer=maker,
        licence_no=licence, drawing_no=f"D{days(10000, 99999)}", design_life_years=20,
    )  # fmt: skip
    life.add(
        "manufacture", life.made_on, maker=maker, licence_no=licence, factory_no=FACTORY_NO,
        product_certificate_no=Pattern(f"HG{FACTORY_NO}"),
    )  # fmt: skip
    if life.code[0] == "5":
        return _inspect(life, "first", built)
    life.add(
        "installation", built - dt.timedelta(days=5), contractor=maker, licence_no=licence,
        notice_no=f"GZ-{built:%Y%m%d}-{days(1, 999):03d}",
        notice_on=built - dt.timedelta(days=30), started_on=built - dt.timedelta(days=28),
        finished_on=built - dt.timedelta(days=5),
    )  # fmt: skip
    return _inspect(life, "sup_installation", built)


def _register(life: Life, base: Entry) -> None:
    on = min(base.on + dt.timedelta(days=life.rng.randint(3, 28)), life.today)
    entry = life.add(
        "registration", on, kind="first", certificate_no=CERTIFICATE_NO,
        authority_id=AUTHORITY, using_entity_id=USER,
    )  # fmt: skip
    entry.points_at = ("relies_on_id", base)
    life.status, life.registered_on = "in_use", on


def _inspect(life: Life, kind: str, on: dt.date, conclusion: str = "") -> Entry:
    rng, fit = life.rng, fit_of(life.code, kind)
    assert fit is not None, f"{life.code} has no {kind}"
    own: dict[str, Any] = {
        "kind": kind,
        "conclusion": conclusion or _word(fit, ("pass", "conforms")),
        "body_id": BODY,
        "body_name": BODY_NAME,
        "report_no": Pattern(f"{life.code[:2]}{on:%y%m%d}%(number)07d"),
        "inspectors": f"{person(rng)}、{person(rng)}",
    }
    if fit.grade == "gives" and own["conclusion"] not in FAILED:
        own["safety_grade"] = rng.choices((1, 2, 3), weights=(30, 55, 15))[0]
    return life.add("inspection", on, **own)


def _word(fit: Fit, words: tuple[str, str]) -> str:
    """The word of the two in which such an inspection concludes."""
    return words[0] if words[0] in fit.conclusions else words[1]


def _inspections(life: Life, base: dt.date, until: dt.date, rules: Sequence[Rule]) -> None:
    if life.code[0] == "3":
        _lift_inspections(life, base, until, rules)
        return
    for cycle in cycles(life.code):
        kept_from = life.today - dt.timedelta(days=365 * cycle.years)
        due = add_months(base, cycle.first)
        while True:
            on = due - dt.timedelta(days=life.rng.randint(1, 40))
            if on > until:
                break
            if on >= kept_from:
                _periodic(life, cycle.kind, on, until)
            due = add_months(on, cycle.months)


def _lift_inspections(life: Life, base: dt.date, until: dt.date, rules: Sequence[Rule]) -> None:
    """Yearly until T7001-2023, by its calendar from then on."""
    due, oldest = add_months(base, 12), life.today.year - 6
    while due < min(_YEARLY_LIFTS_UNTIL, until):
        if due.year >= oldest:
            _periodic(life, "periodic", due - dt.timedelta(days=life.rng.randint(1, 40)), until)
        due = add_months(due, 12)
    for _round in range(8):
        open_ones = [d for d in life.dues(rules) if d.due_on]
        clock = min(open_ones, key=lambda d: d.due_on or dt.date.max, default=None)
        if clock is None or clock.due_on is None:
            return
        on = clock.due_on - dt.timedelta(days=life.rng.randint(1, 25))
        if on > until:
            return
        _periodic(life, clock.clock, on, until)


def _periodic(life: Life, kind: str, on: dt.date, until: dt.date) -> None:
    """One inspection that passes; one in thirty only on repetition."""
    again = on + dt.timedelta(days=life.rng.randint(7, 28))
    mechanical = life.code[0] in "3456" and kind == "periodic"
    if mechanical and again <= until and life.rng.random() < 0.03:
        failed = _inspect(life, kind, on, "fail")
        _inspect(life, kind, again, "repass").points_at = ("repeats_id", failed)
        return
    _inspect(life, kind, on)


def _events(life: Life, base: dt.date, maker: int) -> None:
    """Repairs, a new using unit, an accident: rare, somewhere between the base and today."""
    rng, span = life.rng, (life.today - base).days
    if span < 60:
        return
    if rng.random() < 0.08:
        life.add(
            "repair", base + dt.timedelta(days=rng.randint(40, span)), work="repair",
            contractor=MAKERS[maker], description="更换磨损部件，调试正常",
        )  # fmt: skip
    if rng.random() < 0.03:
        on = base + dt.timedelta(days=rng.randint(40, span))
        life.add("transfer", on, kind="user", from_entity_id=life.user, to_entity_id=NEXT_USER)
        life.user = NEXT_USER
        registered = min(on + dt.timedelta(days=rng.randint(1, 9)), life.today)
        life.add(
            "registration", registered, kind="owner", certificate_no=CERTIFICATE_NO,
            authority_id=AUTHORITY, using_entity_id=NEXT_USER,
        )  # fmt: skip
    if rng.random() < 0.0008:
        _accident(life, base + dt.timedelta(days=rng.randint(40, span)))


def _accident(life: Life, on: dt.date) -> None:
    injured = life.rng.choice((0, 0, 1, 2))
    grade = grade_of(Accident(happened_on=on, serious_injuries=injured), life.code) or ""
    life.add(
        "accident", on, grade=grade, derived_grade=grade, serious_injuries=injured,
        cause="使用管理不当",
    )  # fmt: skip
    checked = on + dt.timedelta(days=life.rng.randint(5, 60))
    if checked <= life.today:
        _inspect(life, "accident", checked)


def _maintenance(life: Life) -> None:
    """The last visit to a lift in use: within a fortnight, mostly; of few there is none on record."""
    chance = life.rng.random()
    if life.code[0] != "3" or life.status != "in_use" or chance < 0.02:
        return
    ago = life.rng.randint(16, 150) if chance < 0.08 else life.rng.randint(0, 14)
    last = life.today - dt.timedelta(days=ago)
    if life.registered_on is not None and last > life.registered_on:
        life.add(
            "repair", last, work="maintenance", contractor="泉城电梯维保有限公司",
            description="半月维护保养",
        )  # fmt: skip


def _ending(life: Life, fate: str) -> None:
    last = max(entry.on for entry in life.entries)
    on = last + dt.timedelta(days=int((life.today - last).days * life.rng.random()))
    if fate == "failed":
        kind = next((k for k in ("periodic", "full", "internal") if fit_of(life.code, k)), "")
        fit = fit_of(life.code, kind)
        assert fit is not None
        _inspect(life, kind, on, _word(fit, ("fail", "not_conforms")))
    elif fate == "stopped":
        life.add("stop", on, restart=False, notified_on=on, reason="停产检修，停用一年以上")
        life.stops.append(StopPeriod(on, None))
        life.status = "stopped"
    elif fate in ("scrapped", "cancelled"):
        life.add("scrap", on, kind=fate, reason="无修理价值")
        life.status = fate
