"""An older register as a table, with what must become of each of its units.

The expectation is reckoned here from the intervals of the law (TSG 21-2016, TSG 11-2020, TSG
T7001-2023 4.1, TSG 81-2022 and the other rules in force) and the weights of the score, by none of
the register's own code.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DAY = dt.timedelta(days=1)
_MODEL_FILE = Path(__file__).parents[1] / "backend/risk/data/model-2026-3.json"
LIFT_YEARS = (1, 4, 7, 9, 11, 13, *range(15, 40))
SELF_YEARS = (2, 3, 5, 6, 8, 10, 12, 14)
TITLES = {
    "periodic": "定期检验", "external": "外部检验", "internal": "内部检验",
    "annual": "年度检查", "self_detection": "自行检测",
}  # fmt: skip
_FATE_NAMES = (
    "fine",
    "overdue",
    "failed",
    "stopped",
    "scrapped",
    "cancelled",
    "unregistered",
    "new",
)
_FATE_WEIGHTS = (70, 8, 3, 6, 2, 4, 3, 4)
_NO_VALUE = "/"
_FAILED_WORDS = frozenset({"fail", "not_conforms"})


@dataclass(frozen=True)
class Variety:
    """A variety. ``clocks``: months from the last pass; ``first``: from the first use."""

    code: str
    letter: str
    words: tuple[str, str]
    clocks: dict[str, int]
    first: dict[str, int]
    own: frozenset[str] = frozenset()
    parameters: dict[str, str] = field(default_factory=dict)


_MECHANICAL, _PRESSURE = ("合格", "不合格"), ("符合要求", "不符合要求")
_ANNUAL = frozenset({"annual"})
KINDS = (
    Variety("1100", "锅", _PRESSURE, {"external": 12, "internal": 24}, {"external": 12, "internal": 12}),
    Variety("2150", "容", _PRESSURE, {"periodic": 72, "annual": 12}, {"periodic": 36, "annual": 12}, _ANNUAL),
    Variety("3110", "梯", _MECHANICAL, {}, {"periodic": 12, "self_detection": 24}),
    Variety("3310", "梯", _MECHANICAL, {}, {"periodic": 12, "self_detection": 24}),
    Variety("4110", "起", _MECHANICAL, {"periodic": 24}, {"periodic": 24}, parameters={"吊运熔融金属": "否"}),
    Variety("4310", "起", _MECHANICAL, {"periodic": 12}, {"periodic": 12}, parameters={"吊运熔融金属": "否"}),
    Variety("5110", "车", _MECHANICAL, {"periodic": 24}, {"periodic": 24}),
    Variety("6100", "游", _MECHANICAL, {"periodic": 12}, {"periodic": 12}),
    Variety("8310", "管", _PRESSURE, {"periodic": 72, "annual": 12}, {"periodic": 36, "annual": 12}, _ANNUAL,
         {"管道级别": "GC2"}),
)  # fmt: skip


@dataclass
class OldUnit:
    """One unit: its row, and what must become of it. ``due`` holds the due day of each clock
    that runs."""

    row: dict[str, str]
    kind: Variety
    fate: str
    used_on: dt.date
    due: dict[str, dt.date | None] = field(default_factory=dict)
    inspected: dict[dt.date, str] = field(default_factory=dict)
    grade: int | None = None
    failed: bool = False

    @property
    def statutory_due_on(self) -> dt.date | None:
        """The earliest due day of the inspections by a body; None without one."""
        own = self.kind.own | {"self_detection"}
        return min((d for clock, d in self.due.items() if d and clock not in own), default=None)

    def expected_standing(self, today: dt.date) -> str:
        """The word that the public page must say."""
        plain = {"stopped": "stopped", "unregistered": "unregistered"}
        if self.fate in ("scrapped", "cancelled"):
            return "scrapped"
        if self.failed or self.fate in plain:
            return "held" if self.failed else plain[self.fate]
        if self.statutory_due_on and self.statutory_due_on < today:
            return "overdue"
        if any(due and due < today for due in self.due.values()):
            return "check_late"
        soon = add_months(today, 1)
        return "due_soon" if self.statutory_due_on and self.statutory_due_on <= soon else "in_order"

    def is_overdue(self, today: dt.date) -> bool:
        """Whether the list of those overdue must show it."""
        return bool(self.statutory_due_on and self.statutory_due_on < today)

    def points(self, today: dt.date) -> dict[str, int]:
        """The points of each factor that the row can give; the unit bears a tag."""
        in_use = self.fate not in ("stopped", "scrapped", "unregistered")
        last = self.inspected[max(self.inspected)] if self.inspected else ""
        # Who uses a lift without registration is not better off for it.
        unmaintained = self.kind.code[0] == "3" and (in_use or self.fate == "unregistered")
        measured: dict[str, Any] = {
            "category": self.kind.code,
            "age": (today - self.used_on).days,
            "status": "in_use" if in_use else self.fate,
            "registration_late": (
                (today - self.used_on).days - 30 if self.fate == "unregistered" else None
            ),
            "held": "held" if self.failed else "",
            "last_conclusion": last or "none",
            "safety_grade": str(self.grade or ""),
            "past_failures": sum(
                word in _FAILED_WORDS and (today - on).days < 1826
                for on, word in self.inspected.items()
            ),
            # No table of an older register tells who maintains a lift, nor of any visit.
            "maintainer": "none" if unmaintained else "",
            "maintenance_none": "none" if unmaintained else "",
        }
        for clock, due in self.due.items():
            measured[f"overdue_{clock}"] = (today - due).days if due and in_use else None
        model = json.loads(_MODEL_FILE.read_text())
        lives = model["design_life_years"]["by_kind"]
        span = lives[self.kind.code[0]] * 1461 // 4
        given = {
            factor["name"]: _factor_points(factor, measured.get(factor["name"]), span)
            for factor in model["factors"]
        }
        return {name: points for name, points in given.items() if points}


def _factor_points(factor: dict[str, Any], value: Any, span: int) -> int:
    if value is None or value == "":
        return 0
    if "each" in factor:
        return int(min(factor["most"], factor["each"] * value))
    if "points" in factor:
        fitting = [key for key in factor["points"] if value.startswith(key)]
        return int(factor["points"][max(fitting, key=len)]) if fitting else 0
    relative = factor["name"] == "age"
    reached = [
        points
        for at, points in factor["steps"]
        if value >= ((at * span + 99) // 100 if relative else at)
    ]
    return int(max(reached, default=0))


def make_units(
    count: int, counties: Sequence[tuple[str, str]], today: dt.date, seed: int
) -> Iterator[OldUnit]:
    """``count`` units in ``counties``, each given by its code and the letter of its plates."""
    rng = random.Random(seed)
    for number in range(count):
        kind = rng.choice(KINDS)
        fate = rng.choices(_FATE_NAMES, _FATE_WEIGHTS)[0]
        county, letter = rng.choice(counties)
        yield _make_unit(rng, number, kind, fate, (county, letter), today)


def write_table(units: Sequence[OldUnit]) -> bytes:
    """The rows as CSV, with every column that one of them has."""
    titles = list(dict.fromkeys(title for unit in units for title in unit.row))
    text = io.StringIO()
    writer = csv.DictWriter(text, titles, restval="")
    writer.writeheader()
    writer.writerows(unit.row for unit in units)
    return text.getvalue().encode("utf-8-sig")


def _make_unit(
    rng: random.Random,
    number: int,
    kind: Variety,
    fate: str,
    place: tuple[str, str],
    today: dt.date,
) -> OldUnit:
    serial = f"{chr(65 + number // 10_000)}{number % 10_000:04d}"
    row = {
        "设备代码": f"{kind.code}103702019{serial}", "品种代码": kind.code, "区划代码": place[0],
        "使用地点": f"泉城路{number}号", "产品编号": f"N{number}", **kind.parameters,
    }  # fmt: skip
    unit = OldUnit(row, kind, fate, today)
    if kind.code[0] == "3" and fate != "new":
        _inspect_lift(rng, unit, today)
    elif fate != "new":
        _inspect_by_months(rng, unit, today)
    else:
        unit.used_on = today - rng.randint(10, 150) * DAY
        unit.due = {c: month_end(add_months(unit.used_on, m)) for c, m in kind.first.items()}
    if fate != "unregistered":
        year = unit.used_on.year % 100
        row["使用登记证编号"] = f"{kind.letter}{kind.code[1:3]}鲁{place[1]}{serial}({year:02d})"
        row["使用登记日期"] = f"{unit.used_on + rng.randint(0, 9) * DAY}"
    row["投用日期"] = unit.used_on.strftime(rng.choice(("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")))
    row["使用状态"] = {"stopped": "停用", "scrapped": "报废", "cancelled": "注销"}.get(fate, "在用")
    _end_life(rng, unit, today)
    return unit


def _end_life(rng: random.Random, unit: OldUnit, today: dt.date) -> None:
    """End the life of a unit; one that was stopped, has ended or was never registered owes
    nothing."""
    if unit.fate in ("stopped", "scrapped", "cancelled"):
        last = max(unit.inspected)
        unit.row["状态日期"] = f"{last + rng.randint(1, max((today - last).days, 1)) * DAY}"
    if unit.fate in ("stopped", "scrapped", "cancelled", "unregistered"):
        unit.due = {}


def _inspect_by_months(rng: random.Random, unit: OldUnit, today: dt.date) -> None:
    kind = unit.kind
    late = rng.choice(list(kind.clocks)) if unit.fate == "overdue" else ""
    for clock, months in kind.clocks.items():
        behind = rng.randint(35, 420) if clock == late else -rng.randint(25, 28 * months - 20)
        on = add_months(today, -months) - behind * DAY
        if kind.code == "5110":
            on = max(on, dt.date(2022, 12, 5))
        allowed = month_end(add_months(on, months))
        if kind.code[0] in "28" and clock == "periodic":
            unit.grade = rng.choice((1, 2))
            unit.row["安全状况等级"] = f"{unit.grade}{rng.choice(('', '级'))}"
        _add_inspection(rng, unit, clock, on, allowed, today)
    if unit.fate == "failed":
        _make_inspection_failed(unit, rng.choice([c for c in kind.clocks if c not in kind.own]))
    first = min(unit.inspected)
    unit.used_on = first - rng.randint(200, 3000) * DAY


def _inspect_lift(rng: random.Random, unit: OldUnit, today: dt.date) -> None:
    """By the calendar of TSG T7001-2023: the last inspection was one of its years."""
    place = rng.randrange(len(LIFT_YEARS) - 12)
    done, following = LIFT_YEARS[place], LIFT_YEARS[place + 1]
    years = following - done
    oldest = max(add_months(today, -12 * years), dt.date(2024, 6, 1))
    if unit.fate == "overdue":
        # Due a year after the last at the soonest: only yearly ones can be late by now.
        done, following = 15 + rng.randint(0, 8), 0
        following = done + 1
        on = dt.date(2024, 6, 1) + rng.randint(0, 330) * DAY
    else:
        on = oldest + rng.randint(32, max((today - oldest).days - 3, 33)) * DAY
        on = min(on, today - DAY)
    unit.used_on = add_months(on, -12 * done)
    unit.used_on = unit.used_on.replace(day=min(unit.used_on.day, 28))
    _add_inspection(
        rng, unit, "periodic", on, month_end(add_months(unit.used_on, 12 * following)), today
    )
    if unit.fate != "failed":
        _add_self_detection(rng, unit, on, today)
        return
    _make_inspection_failed(unit, "periodic")
    # Self-detection began with what first passed under its rule; younger lifts owe it from the start.
    young = unit.used_on >= dt.date(2024, 4, 2)
    unit.due["self_detection"] = month_end(add_months(unit.used_on, 24)) if young else None


def _add_self_detection(rng: random.Random, unit: OldUnit, on: dt.date, today: dt.date) -> None:
    dues = [month_end(add_months(unit.used_on, 12 * year)) for year in SELF_YEARS]
    past = [due for due in dues if on < due < today]
    ahead = [due for due in dues if due >= today and due > on]
    unit.due["self_detection"] = ahead[0] if ahead else None
    if past and rng.random() < 0.7:
        day = max(past[-1] - rng.randint(0, 20) * DAY, on + DAY)
        unit.row["自行检测日期"], unit.row["自行检测结论"] = f"{day}", "合格"
        unit.inspected[day] = "pass"
    elif past:
        unit.due["self_detection"] = past[0]


def _add_inspection(
    rng: random.Random, unit: OldUnit, clock: str, on: dt.date, allowed: dt.date, today: dt.date
) -> None:
    """Add one last inspection; the paper states the day of the rule, a sooner one, or none."""
    while on in unit.inspected:
        on -= DAY
    title, due = TITLES[clock], allowed
    unit.row[f"{title}日期"], unit.row[f"{title}结论"] = f"{on}", unit.kind.words[0]
    unit.row[f"{title}报告编号"] = f"R{rng.randrange(10**8)}"
    way = rng.random()
    if way < 0.15 and unit.fate == "fine" and add_months(allowed, -3) > max(on, today):
        due = month_end(add_months(allowed, -3))
    if way < 0.85:
        unit.row[f"下次{title}日期"] = f"{due}" if way < 0.5 else due.strftime("%Y-%m")
    unit.inspected[on] = "pass" if unit.kind.words[0] == "合格" else "conforms"
    unit.due[clock] = due


def _make_inspection_failed(unit: OldUnit, clock: str) -> None:
    title = TITLES[clock]
    on = dt.date.fromisoformat(unit.row[f"{title}日期"])
    unit.row[f"{title}结论"], unit.row[f"下次{title}日期"] = unit.kind.words[1], _NO_VALUE
    unit.inspected[on] = "fail" if unit.kind.words[1] == "不合格" else "not_conforms"
    unit.due[clock], unit.failed = None, True


def add_months(day: dt.date, months: int) -> dt.date:
    """The ``day`` moved by months, clamped to the last day of the month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: dt.date) -> dt.date:
    """The last day of the month of ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
