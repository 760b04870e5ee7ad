"""What the law says of a unit's state, read once more from the domain reference alone.

Weaker than the register's own rules, and made without them: each ``breach`` is a state that the law
does not know. ``facts`` are the records in force in their order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from types import SimpleNamespace

from backend.lib.months import add_months, month_end, months_between
from backend.units.inspection_due import Due
from backend.units.models import (
    Accident,
    Inspection,
    Record,
    Registration,
    Repair,
    Stop,
    Transfer,
    Unit,
)
from backend.units.standing import standing_of
from backend.units.state import State

FAILED = {"fail", "refail", "not_conforms"}
LIVING = {"unregistered", "in_use", "stopped"}
# 4.1: the clocks of each kind and the longest interval of each, in months; lifts by 4.2.
CLOCKS: dict[str, dict[str, int]] = {
    "1": {"external": 12, "internal": 72},
    "21": {"annual": 12, "periodic": 72},
    "22": {"annual": 12, "full": 72},
    "23": {"periodic": 60},
    "24": {"annual": 12, "periodic": 72},
    "3": {"periodic": 36 + 14, "self_detection": 36 + 14},
    "4": {"periodic": 24},
    "5": {"periodic": 24},
    "6": {"periodic": 12},
    "81": {"annual": 12, "full": 180},
    "82": {"annual": 12, "full": 180},
    "83": {"annual": 12, "periodic": 108},
    "9": {"annual": 36, "full": 36},
}
# 4.1: what the user does himself is no statutory inspection.
OWN = {"21": "annual", "24": "annual", "8": "annual", "3": "self_detection"}
LONG = ("periodic", "full", "internal")
FULL_CHECKS = ("accident", "first", *LONG)
# 3.2: which states may follow each other.
FOLLOWS = {
    "unregistered": {"in_use", "scrapped", "dismantled", "cancelled", "moved_out"},
    "in_use": {"stopped", "scrapped", "dismantled", "cancelled", "moved_out"},
    "stopped": {"in_use", "scrapped", "dismantled", "cancelled", "moved_out"},
    "scrapped": {"dismantled", "cancelled", "moved_out"},
    "dismantled": {"scrapped", "cancelled", "moved_out"},
    "cancelled": set(),
    "moved_out": {"unregistered"},
}


def clocks_of(category: str) -> dict[str, int]:
    return next(clocks for prefix, clocks in CLOCKS.items() if category.startswith(prefix))


def is_own(category: str, clock: str) -> bool:
    return any(category.startswith(prefix) and clock == own for prefix, own in OWN.items())


def passed(facts: Iterable[Record], *kinds: str) -> list[Inspection]:
    return [
        f
        for f in facts
        if isinstance(f, Inspection) and f.conclusion not in FAILED and f.kind in kinds
    ]


def breaches(unit: Unit, facts: Sequence[Record], state: State, today: dt.date) -> Iterator[str]:
    """What the law does not know in any life, be every record in its place or not."""
    yield from _clocks(unit.category_id, facts, state)
    yield from _holds(state)
    if state.status in LIVING:
        reasons = set(forbidden(unit, facts))
        row = SimpleNamespace(
            status=state.status,
            held_from=state.held_from,
            next_due_on=state.next_due_on(statutory=True),
            own_due_on=state.next_due_on(statutory=False),
            serious_defects=0,
        )
        lacking = reasons - {span.rule for span in state.holds if span.until is None}
        if lacking:
            yield f"no hold of {sorted(lacking)}"
        if reasons and standing_of(row, today).usable:
            yield f"may be used, but {reasons}"
        yield from _watched(unit, facts, state)
    elif state.holds or state.dues:
        yield f"{state.status}, yet held or due"


def breaches_of_order(
    unit: Unit, facts: Sequence[Record], states: Sequence[State]
) -> Iterator[str]:
    """What it does not know where every record fits; ``states`` are those after each of ``facts``."""
    for before, after in pairwise(["unregistered", *(state.status for state in states)]):
        if before != after and after not in FOLLOWS[before]:
            yield f"{after} after {before}"
    for index, fact in enumerate(facts):
        if _turns(states, index, "unregistered"):
            yield from _registered(unit.category_id, fact, facts[:index])
        if _turns(states, index, "stopped"):
            yield from _restarted(unit.category_id, fact, facts[:index])
    registrations = [fact.happened_on for fact in _registrations(facts)]
    used = bool(states) and states[-1].status in ("in_use", "stopped")
    if used and states[-1].registered_on not in registrations:
        yield "in use, registered on no day of a registration"


def _registered(category: str, fact: Record, earlier: Sequence[Record]) -> Iterator[str]:
    """Rule 5: in use by a registration alone, which relies on an inspection."""
    basis = {"5": ["first"], "2": ["sup_manufacture", "sup_installation"]}
    wanted = basis.get(category[0], ["sup_installation"])
    if not isinstance(fact, Registration):
        yield f"in use by a {fact.stage}"
    elif not passed(earlier, *wanted) and not fact.legacy_basis:
        yield f"registered on {fact.happened_on} without a passed {wanted}"


def _restarted(category: str, fact: Record, earlier: Sequence[Record]) -> Iterator[str]:
    """Rule 15, and Shandong Regulation art. 20: always inspected."""
    stopped = [f.happened_on for f in earlier if isinstance(f, Stop) and not f.restart][-1]
    statutory = [clock for clock in clocks_of(category) if not is_own(category, clock)]
    if not any(i.happened_on > stopped for i in passed(earlier, *statutory)):
        yield f"restarted on {fact.happened_on} without a statutory pass"


def _turns(states: Sequence[State], index: int, status: str) -> bool:
    """Whether the unit came into use by this fact."""
    before = states[index - 1].status if index else "unregistered"
    return (before, states[index].status) == (status, "in_use")


def _clocks(category: str, facts: Sequence[Record], state: State) -> Iterator[str]:
    for due in state.dues:
        yield from _clock(category, facts, due)
        if state.held_from is None and _failed_last(facts, due.clock):
            yield f"{due.clock} failed, yet no hold"
    days = [d.due_on for d in state.dues if d.due_on and not is_own(category, d.clock)]
    if state.next_due_on(statutory=True) != min(days, default=None):
        yield "the next due day is not that of the first statutory clock"
    if state.status == "stopped" and state.dues and not _told_late(facts):
        yield "a clock runs for a stopped unit"
    if state.status == "unregistered" and state.dues:
        yield "a clock runs for a unit that is not registered"


def _clock(category: str, facts: Sequence[Record], due: Due) -> Iterator[str]:
    longest = clocks_of(category).get(due.clock)
    if longest is None:
        yield f"an unknown clock: {due.clock}"
        return
    if due.statutory == is_own(category, due.clock):
        yield f"{due.clock} is statutory or not, wrongly"
    since = max([f.happened_on for f in facts] + [due.last_on or dt.date.min])
    if due.due_on and due.due_on > month_end(add_months(since, longest)):
        yield f"{due.clock} due later than any rule allows"
    if due.due_on and _failed_last(facts, due.clock):
        yield f"{due.clock} failed, yet has a due day"


def _told_late(facts: Sequence[Record]) -> bool:
    stop = [f for f in facts if isinstance(f, Stop) and not f.restart][-1]
    told = stop.notified_on or stop.stands_at.date() + dt.timedelta(days=1)
    return (told - stop.happened_on).days > 30


def _failed_last(facts: Sequence[Record], kind: str) -> bool:
    """Whether such an inspection failed and none of any kind has passed since."""
    last = None
    for fact in facts:
        if isinstance(fact, Inspection):
            if fact.kind == kind and fact.conclusion in FAILED:
                last = fact
            elif fact.conclusion not in FAILED:
                last = None
    return last is not None


def _holds(state: State) -> Iterator[str]:
    if any(span.until is not None and span.until <= span.since for span in state.holds):
        yield "a hold ends before it begins"
    open_ended = [span.since for span in state.holds if span.until is None]
    if state.held_from != min(open_ended, default=None):
        yield "held from another day than that of the first hold without end"


def forbidden(unit: Unit, facts: Sequence[Record]) -> Iterator[str]:
    """Why the unit must not be used now, as far as the domain reference says it plainly.

    In the words by which the register names its holds.
    """
    for index, fact in enumerate(facts):
        later = facts[index:]
        if isinstance(fact, Inspection) and fact.conclusion in FAILED and not _cleared(fact, later):
            yield "failed"
        elif isinstance(fact, Accident) and fact.deaths and not passed(later, *FULL_CHECKS):
            yield "accident"
        elif isinstance(fact, Repair) and _unsupervised(unit.category_id, fact, facts):
            yield "unsupervised"
        if (
            _wants_registration(fact)
            and _registrations(facts[:index])
            and not _registrations(later)
        ):
            yield "change"
    if _grade(unit, facts) == 5:
        yield "grade-5"


def _registrations(facts: Iterable[Record]) -> list[Registration]:
    return [fact for fact in facts if isinstance(fact, Registration)]


def _cleared(failed: Inspection, later: Sequence[Record]) -> bool:
    """Rules 8 and 12: only a pass clears it, and a yearly one never the other clock."""
    yearly = {"annual", "external", "self_detection"}
    unfit = yearly if failed.kind in LONG else set()
    passes = [f for f in later if isinstance(f, Inspection) and f.conclusion not in FAILED]
    return any(item.kind not in unfit for item in passes)


def _unsupervised(category: str, work: Repair, facts: Sequence[Record]) -> bool:
    """Law art. 25, which does not list vehicles; what supervises a work comes after its notice."""
    kind = {"modification": "sup_modification", "major_repair": "sup_repair"}.get(work.work)
    if kind is None or category[0] == "5":
        return False
    begun = min(work.notice_on or work.happened_on, work.happened_on)
    return not any(item.happened_on >= begun for item in passed(facts, kind))


def _wants_registration(fact: Record) -> bool:
    """3.2: changes that need 变更登记; Law art. 47: no use until then."""
    if isinstance(fact, Repair):
        return fact.work == "modification"
    return isinstance(fact, Transfer) and fact.kind != "maintainer"


def grading(unit: Unit, facts: Sequence[Record]) -> list[Inspection]:
    """4.4: the inspections that give a grade: of vessels and piping, not the user's own."""
    if unit.category_id[:2] not in ("21", "22", "24", "81", "82", "83"):
        return []
    return [f for f in facts if isinstance(f, Inspection) and f.kind in ("periodic", "full")]


def _grade(unit: Unit, facts: Sequence[Record]) -> int | None:
    grades = [i.safety_grade for i in grading(unit, facts) if i.safety_grade]
    return grades[-1] if grades else None


def _watched(unit: Unit, facts: Sequence[Record], state: State) -> Iterator[str]:
    """Rule 13: all watched use of a vessel together has an end."""
    if unit.category_id[0] != "2":
        return
    non_metal = unit.parameters.get("non_metal", False)
    grades, most = ({3, 4}, 12) if non_metal else ({4}, 36)
    over = [span for span in state.holds if span.rule == "watch-over"]
    reports, used, grade = grading(unit, facts), 0, None
    for report, following in pairwise([*reports, None]):
        grade = report.safety_grade or grade
        if grade not in grades:
            continue
        end = following.happened_on if following else dt.date.max
        ends = [s.since for s in over if s.until is None or s.until > report.happened_on]
        last = min([day - dt.timedelta(days=1) for day in ends] + [end])
        if last == dt.date.max:
            yield "watched use without an end"
            return
        used += max(0, months_between(report.happened_on, last))
    if used > most:
        yield f"used under watch for {used} months"
