"""The intervals against a table written by hand from domain reference 4.1 and 4.2.

Nothing here is read from the rules: what the law says stands here a second time.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from backend.lib.months import add_months, month_end
from backend.units import parameters as schema
from backend.units.inspection_due import InspectionResult, due_dates
from backend.units.models import IntervalRule
from backend.units.reference_data import DATA
from backend.units.rulebook import read_interval_rules

RULES = read_interval_rules(DATA / "interval_rules.toml")
LONG_AGO = dt.date(2000, 1, 1)
LIFTS_BY_CALENDAR = dt.date(2024, 4, 2)
FORKLIFTS_24 = dt.date(2022, 12, 1)


class Law(NamedTuple):
    """One line of the law. ``first``: months from the base to the first inspection."""

    units: str
    clock: str
    when: str
    months: int | None
    first: int | None
    own: bool = False
    served_by: str = ""
    early: int | None = None
    years: tuple[int, ...] = ()
    yearly_after: int | None = None
    since: dt.date = LONG_AGO
    until: dt.date | None = None


LAWS = (
    # boilers: external while running, internal when shut down
    Law("1", "external", "", 12, None),
    Law("1", "internal", "", 24, 12),
    Law("1", "internal", "power_station=True", 72, 72),
    # stationary vessels: the user's yearly check; by grade 1 and 2 72, 3 up to 72, 4 under watch
    Law("21", "annual", "", 12, 12, own=True),
    Law("21", "periodic", "", 72, 36),
    Law("21", "periodic", "safety_grade=3", 72, 36),
    Law("21", "periodic", "safety_grade=4", 36, 36),
    # of other stuff than metal: 1 36, 2 24, 3 and 4 12
    Law("21", "periodic", "non_metal=True", 36, 12),
    Law("21", "periodic", "non_metal=True safety_grade=2", 24, 12),
    Law("21", "periodic", "non_metal=True safety_grade=3,4", 12, 12),
    Law("24", "annual", "", 12, 12, own=True),
    Law("24", "periodic", "", 36, 36),
    # mobile vessels: road 60, rail 48; grade 3: road 36, container 30, rail 24; tubes 60 and 72
    Law("22", "annual", "", 12, 12),
    Law("22", "full", "", 60, 12),
    Law("2210", "full", "", 48, 12),
    Law("22", "full", "safety_grade=3", 36, 12),
    Law("2240", "full", "safety_grade=3", 30, 12),
    Law("2210", "full", "safety_grade=3", 24, 12),
    Law("2230", "full", "", 60, 36),
    Law("2230", "full", "medium_group=B", 72, 48),
    # cylinders, from their manufacture
    Law("23", "periodic", "", 36, 36),
    Law("23", "periodic", "medium=corrosive", 24, 24),
    Law("23", "periodic", "medium=inert", 60, 60),
    # lifts: yearly, then by the calendar of T7001-2023
    Law("3", "periodic", "", 12, 12, until=LIFTS_BY_CALENDAR),
    Law("3", "periodic", "", None, None, early=2, years=(1, 4, 7, 9, 11, 13, 15),
        yearly_after=15, since=LIFTS_BY_CALENDAR),
    Law("3", "self_detection", "", None, None, own=True, served_by="periodic", early=1,
        years=(2, 3, 5, 6, 8, 10, 12, 14), since=LIFTS_BY_CALENDAR),
    # cranes: 24; tower, mobile, hoist and whatever carries molten metal 12
    Law("4", "periodic", "", 24, 24),
    Law("43", "periodic", "", 12, 12),
    Law("44", "periodic", "", 12, 12),
    Law("48", "periodic", "", 12, 12),
    Law("4150", "periodic", "", 12, 12),
    Law("4", "periodic", "molten_metal=True", 12, 12),
    # vehicles: forklift 24, 12 before 2022-12-01; sightseeing 12
    Law("51", "periodic", "", 12, 12, until=FORKLIFTS_24),
    Law("51", "periodic", "", 24, 24, since=FORKLIFTS_24),
    Law("52", "periodic", "", 12, 12),
    Law("6", "periodic", "", 12, 12),
    # industrial piping: GC1 and GC2 72, GC3 108, grade 3 36
    Law("83", "annual", "", 12, 12, own=True),
    Law("83", "periodic", "", 72, 36),
    Law("83", "periodic", "class=GC3", 108, 36),
    Law("83", "periodic", "safety_grade=3", 36, 36),
    # public piping: GB1-III 96, GB1-IV and GB2 144, PE and cast iron 180; no other first one
    Law("82", "annual", "", 12, 12, own=True, served_by="full"),
    Law("82", "full", "", 144, None),
    Law("82", "full", "class=GB1-III", 96, None),
    Law("82", "full", "material=PE,cast_iron", 180, None),
    Law("81", "annual", "", 12, 12, own=True),
    Law("81", "full", "", 96, 36),
    # ropeways: full 36, yearly in the other years
    Law("9", "annual", "", 12, 12, served_by="full"),
    Law("9", "full", "", 36, 36),
)  # fmt: skip


def as_law(rule: IntervalRule) -> Law:
    """A rule of the register in the words of the table."""
    when = [f"{name}={_written(wanted)}" for name, wanted in sorted(rule.condition.items())]
    return Law(
        rule.category_prefix, rule.clock, " ".join(when), rule.months, rule.first_months,
        not rule.statutory, ",".join(rule.cleared_by), rule.early_months, tuple(rule.due_years),
        rule.yearly_after, rule.valid_from, rule.valid_to,
    )  # fmt: skip


def _written(wanted: object) -> str:
    values = wanted if isinstance(wanted, list) else [wanted]
    return ",".join(str(value) for value in values)


def differences(rules: list[IntervalRule]) -> list[Law]:
    """What the rules say and the law does not, or the other way round."""
    said = [as_law(rule) for rule in rules]
    return [law for law in {*said, *LAWS} if said.count(law) != LAWS.count(law)]


def test_the_rules_say_what_the_law_says() -> None:
    assert differences(RULES) == []


def mutations(rule: IntervalRule) -> Iterator[tuple[str, object]]:
    """Facts of the rule, each changed a little, in turn: its name and the other value."""
    for name in ("months", "first_months", "yearly_after", "early_months"):
        if (number := getattr(rule, name)) is not None:
            yield from ((name, other) for other in (number - 1, number + 1, None))
    for place, year in enumerate(rule.due_years):
        before, after = rule.due_years[:place], rule.due_years[place + 1 :]
        for instead in ([year - 1], [year + 1], []):
            yield "due_years", [*before, *instead, *after]
    for name in ("valid_from", "valid_to"):
        if (day := getattr(rule, name)) is not None:
            yield name, day + dt.timedelta(days=1)
    for name in rule.condition:
        yield "condition", {n: wanted for n, wanted in rule.condition.items() if n != name}
    yield "condition", rule.condition | {"safety_grade": [2, 5]}
    yield "category_prefix", f"{rule.category_prefix[:-1]}7"
    yield "statutory", not rule.statutory
    yield "cleared_by", [*rule.cleared_by, "external"]


def _changed(rule: IntervalRule, name: str, value: object) -> IntervalRule:
    other = copy.copy(rule)
    setattr(other, name, value)
    return other


@pytest.mark.parametrize("place", range(len(RULES)), ids=[rule.code for rule in RULES])
def test_no_number_of_a_rule_can_change_unseen(place: int) -> None:
    changes = list(mutations(RULES[place]))
    assert len(changes) >= 6
    for name, value in changes:
        changed = _changed(RULES[place], name, value)
        assert differences([*RULES[:place], changed, *RULES[place + 1 :]]), (name, value)


def test_no_rule_can_vanish_or_stand_twice_unseen() -> None:
    for place, rule in enumerate(RULES):
        assert differences([*RULES[:place], *RULES[place + 1 :]]), rule
        assert differences([*RULES, rule]), rule


# What becomes of them together: months to the first inspection, and to the next after a pass.
# A value that the schema does not take is one that nobody knows.
GOVERNING = [
    ("1100", {}, None, "internal", 12, 24),
    ("1200", {}, None, "external", 12, 12),
    ("1100", {"power_station": True}, None, "internal", 72, 72),
    ("1100", {"power_station": None}, None, "internal", 12, 24),
    ("1100", {"power_station": "yes"}, None, "internal", 12, 24),
    ("2150", {}, None, "annual", 12, 12),
    ("2150", {}, None, "periodic", 36, 72),
    ("2150", {}, 1, "periodic", 36, 72),
    ("2150", {}, 2, "periodic", 36, 72),
    ("2150", {}, 3, "periodic", 36, 72),
    ("2150", {}, 4, "periodic", 36, 36),
    ("2150", {"non_metal": False}, 2, "periodic", 36, 72),
    ("2150", {"non_metal": True}, None, "periodic", 12, 36),
    ("2150", {"non_metal": True}, 1, "periodic", 12, 36),
    ("2150", {"non_metal": True}, 2, "periodic", 12, 24),
    ("2150", {"non_metal": True}, 3, "periodic", 12, 12),
    ("2150", {"non_metal": True}, 4, "periodic", 12, 12),
    ("2150", {"non_metal": None}, 1, "periodic", 12, 36),
    ("2150", {"non_metal": "false"}, 2, "periodic", 12, 24),
    ("2150", {"non_metal": None}, 4, "periodic", 12, 12),
    ("2410", {}, None, "annual", 12, 12),
    ("2410", {}, 4, "periodic", 36, 36),
    ("2220", {}, None, "annual", 12, 12),
    ("2220", {}, 2, "full", 12, 60),
    ("2220", {}, 3, "full", 12, 36),
    ("2210", {}, 2, "full", 12, 48),
    ("2210", {}, 3, "full", 12, 24),
    ("2240", {}, 1, "full", 12, 60),
    ("2240", {}, 3, "full", 12, 30),
    ("2250", {}, 3, "full", 12, 36),
    ("2230", {"medium_group": "A"}, 2, "full", 36, 60),
    ("2230", {"medium_group": "B"}, 2, "full", 48, 72),
    ("2230", {"medium_group": "B"}, 3, "full", 48, 72),
    ("2230", {}, 2, "full", 36, 60),
    ("2230", {"medium_group": "b"}, 2, "full", 36, 60),
    ("2310", {"medium": "general"}, None, "periodic", 36, 36),
    ("2310", {"medium": "corrosive"}, None, "periodic", 24, 24),
    ("23T0", {"medium": "inert"}, None, "periodic", 60, 60),
    ("2310", {}, None, "periodic", 24, 24),
    ("2320", {"medium": "氮气"}, None, "periodic", 24, 24),
    ("4110", {}, None, "periodic", 24, 24),
    ("4110", {"molten_metal": False}, None, "periodic", 24, 24),
    ("4110", {"molten_metal": True}, None, "periodic", 12, 12),
    ("4110", {"molten_metal": "true"}, None, "periodic", 12, 12),
    ("4110", {"molten_metal": None}, None, "periodic", 12, 12),
    ("4110", {"molten_metal": 0}, None, "periodic", 12, 12),
    ("4150", {"molten_metal": False}, None, "periodic", 12, 12),
    ("4310", {}, None, "periodic", 12, 12),
    ("4410", {}, None, "periodic", 12, 12),
    ("4860", {}, None, "periodic", 12, 12),
    ("4D00", {}, None, "periodic", 24, 24),
    ("5110", {}, None, "periodic", 24, 24),
    ("5200", {}, None, "periodic", 12, 12),
    ("6100", {}, None, "periodic", 12, 12),
    ("8110", {"class": "GA1"}, None, "annual", 12, 12),
    ("8110", {}, 3, "full", 36, 96),
    ("8210", {}, None, "annual", 12, 12),
    ("8210", {"class": "GB1-III", "material": "steel"}, None, "full", 96, 96),
    ("8210", {"class": "GB1-IV", "material": "steel"}, None, "full", 144, 144),
    ("8220", {"class": "GB2", "material": "steel"}, None, "full", 144, 144),
    ("8210", {"class": "GB1-IV", "material": "PE"}, None, "full", 180, 180),
    ("8210", {"class": "GB1-IV", "material": "cast_iron"}, None, "full", 180, 180),
    ("8210", {"class": "GB1-III", "material": "PE"}, None, "full", 96, 96),
    ("8210", {"class": "GB1-IV"}, None, "full", 144, 144),
    ("8210", {}, None, "full", 96, 96),
    ("8210", {"material": "PE"}, None, "full", 96, 96),
    ("8220", {"class": "GB3"}, None, "full", 96, 96),
    ("8310", {"class": "GC1"}, None, "annual", 12, 12),
    ("8310", {"class": "GC1"}, 2, "periodic", 36, 72),
    ("8310", {"class": "GC2"}, 3, "periodic", 36, 36),
    ("8310", {"class": "GC3"}, 2, "periodic", 36, 108),
    ("8310", {"class": "GC3"}, 3, "periodic", 36, 36),
    ("8320", {}, 2, "periodic", 36, 72),
    ("9110", {}, None, "annual", 12, 12),
    ("9110", {}, None, "full", 36, 36),
]


@pytest.mark.parametrize(("category", "parameters", "grade", "clock", "first", "later"), GOVERNING)
@pytest.mark.parametrize("rules", [RULES, RULES[::-1]], ids=["as filed", "in reverse"])
def test_the_rule_that_governs_hangs_on_no_order(
    category: str,
    parameters: dict[str, object],
    grade: int | None,
    clock: str,
    first: int,
    later: int,
    rules: list[IntervalRule],
) -> None:
    base, passed = dt.date(2023, 2, 10), dt.date(2024, 1, 31)
    start = InspectionResult(base, "sup_installation", passed=True)
    for inspections, since, months in (
        ([start], base, first),
        ([start, InspectionResult(passed, clock, passed=True)], passed, later),
    ):
        dues = due_dates(
            category=category,
            parameters=schema.known_parameters(category, parameters) | {"safety_grade": grade},
            inspections=inspections,
            fallback_base=None,
            rules=rules,
        )
        found = {due.clock: due.due_on for due in dues}
        assert found[clock] == month_end(add_months(since, months))
