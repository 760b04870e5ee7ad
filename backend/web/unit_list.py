"""The list of visible units: what is asked for, and one page of the answer by keyset."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from backend.accounts.models import Role, User
from backend.accounts.rights import jurisdiction_filter, regions_of
from backend.directory.models import LegalEntity
from backend.lib import clock
from backend.lib.paging import first_rows, rows_after_condition
from backend.units.models import Unit, UnitStatus
from backend.units.models.unit import UnitQuerySet
from backend.units.standing import OUT_OF_USE, due_soon_until
from geo.models import within_region_by_city
from geo.regions import Gazetteer
from tagging.codes import CodeError, normalise_code
from tagging.models import Binding

PAGE_SIZE = 25
MAX_NAMED_ENTITIES = 500
"""How many entities a search by name looks at."""

_NUMBER_FIELDS = ("registration_code", "certificate_no", "factory_no")

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the list; how its value is read from an address and from a unit."""

    order: tuple[str, ...]
    read: Callable[[str], Any]
    value: Callable[[Unit], Any]


SORTS = {
    "": Sort(("pk",), int, lambda unit: unit.pk),
    "due": Sort(("next_due_on", "pk"), dt.date.fromisoformat, lambda unit: unit.next_due_on),
    "risk": Sort(("-risk__score", "pk"), int, lambda unit: unit.risk.score),
}
"""As entered; next due first; highest risk first."""

FIGURES: dict[str, Q] = {
    "units": Q(risk__isnull=False),
    "overdue": Q(risk__overdue=True),
    "due_soon": Q(risk__due_soon=True),
    "failed": Q(risk__failed=True),
    "hazards": Q(risk__hazards__gt=0),
    "unseen": Q(risk__unseen=True),
    "highest": Q(risk__level__gte=4),
}
"""The figures of the risk map, each as those units that it counts."""


SCORED_AS = {
    "overdue": Q(risk__overdue=True),
    "soon": Q(risk__due_soon=True),
    "blocked": Q(risk__failed=True),
}
"""How scores have what the inspection filter asks of units."""


@dataclass(frozen=True, slots=True)
class UnitListQuery:
    """What the list of units is asked for; wrong values count as not given."""

    text: str = ""
    kind: str = ""
    status: str = ""
    due: str = ""
    region: str = ""
    figure: str = ""
    sort: str = ""
    after: str = ""

    @classmethod
    def from_query_string(cls, get: QueryDict) -> UnitListQuery:
        """The query that the address holds."""
        kind, status, due = (get.get(name, "") for name in ("kind", "status", "due"))
        region = get.get("region", "")
        sort = get.get("sort", "") if get.get("sort") in SORTS else ""
        after = get.get("after", "")
        return cls(
            text=get.get("q", "").replace("\x00", "").strip()[:120],
            kind=kind if len(kind) == 1 and kind > "\x00" else "",
            status=status if status in UnitStatus.values else "",
            due=due if due in ("overdue", "soon", "blocked") else "",
            region=region if re.fullmatch(r"[0-9]{6}", region) else "",
            figure=get.get("figure", "") if get.get("figure") in FIGURES else "",
            sort=sort,
            after=after if position_of(after, sort) else "",
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether anything narrows the list."""
        narrowed = (self.text, self.kind, self.status, self.due, self.region, self.figure)
        return any(narrowed)

    def page_query_after(self, position: str) -> str:
        """The query string of the page that begins after a position; empty is the first page."""
        wanted = replace(self, after=position)
        pairs = {
            "q": wanted.text,
            "kind": wanted.kind,
            "status": wanted.status,
            "due": wanted.due,
            "region": wanted.region,
            "figure": wanted.figure,
            "sort": wanted.sort,
            "after": wanted.after,
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    @property
    def first_page_query(self) -> str:
        """The query string of the first page."""
        return self.page_query_after("")


def regions_to_choose(user: User, query: UnitListQuery) -> list[tuple[str, str]]:
    """Codes and names of what lies next below the user's regions, of these where he has several, and of the one asked for."""
    mine = regions_of(user)
    if not mine:
        return []
    gazetteer, today = Gazetteer.load(), clock.today()
    found = [
        (entry.code, entry.name) for code in mine for entry in gazetteer.children_of(code, today)
    ]
    if len(mine) > 1:
        found = [(code, gazetteer.name_on(code, today)) for code in mine] + found
    if query.region in gazetteer and query.region not in dict(found):
        found.append((query.region, gazetteer.full_name_on(query.region, today)))
    return found


def position_of(text: str, sort: str) -> list[Any]:
    """The values by which a row stands in the order ``sort``, from an address; empty if wrong.

    Written as ``2027-02-28_17``: the value sorted by, which may be empty, and the unit's id.
    """
    value, _mark, pk = text.rpartition("_")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 16):
        return []
    if not sort:
        return [int(pk)]
    if not value:
        return [None, int(pk)]
    try:
        return [SORTS[sort].read(value), int(pk)]
    except ValueError:
        return []


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One page, how many units all pages have together, and the query string of the next page.

    ``total`` is None beyond MOST_COUNTED; ``following`` is empty at the end.
    """

    units: list[Unit]
    total: int | None
    following: str


def load_unit_page(user: User, query: UnitListQuery) -> UnitPage:
    """One page of the units visible to ``user``; each page costs the same."""
    found = _narrow_units(Unit.objects.visible_to(user), query)
    if query.sort == "risk":  # what has ended has no score
        found = found.exclude(status__in=OUT_OF_USE)
    total = found.order_by()[: MOST_COUNTED + 1].count()
    order = SORTS[query.sort].order
    if query.sort == "risk":
        found = found.filter(_scored_units_filter(user, query))
    if query.after:
        found = found.filter(rows_after_condition(order, position_of(query.after, query.sort)))
    units = found.select_related("category", "using_entity", "region", "risk")
    rows = list(first_rows(units, order, PAGE_SIZE + 1))
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return UnitPage(
        units=rows,
        total=total if total <= MOST_COUNTED else None,
        following=query.page_query_after(_cursor_of(rows[-1], query.sort)) if more else "",
    )


def _scored_units_filter(user: User, query: UnitListQuery) -> Q:
    """Those that have a score, asked for as the indexes of scores have them."""
    scored = Q(risk__isnull=False)
    if user.role != Role.ENTERPRISE:
        scored &= jurisdiction_filter(user, "risk__region_id", lies_within=within_region_by_city)
    if query.region:
        scored &= within_region_by_city("risk__region_id", query.region)
    if query.kind:
        scored &= Q(risk__kind=query.kind)
    if query.status:
        scored &= Q(risk__status=query.status)
    return scored & SCORED_AS.get(query.due, Q())


def _cursor_of(unit: Unit, sort: str) -> str:
    if not sort:
        return str(unit.pk)
    value = SORTS[sort].value(unit)
    return f"{'' if value is None else value}_{unit.pk}"


def _narrow_units(units: UnitQuerySet, query: UnitListQuery) -> UnitQuerySet:
    if query.text:
        units = _search_units_step_by_step(units, query.text)
    if query.kind:
        units = units.filter(kind=query.kind)
    if query.status:
        units = units.filter(status=query.status)
    if query.region:
        units = units.in_region(query.region)
    if query.figure:
        units = units.filter(FIGURES[query.figure])
    return units.filter(_due_condition(query.due)) if query.due else units


def _search_units_step_by_step(units: UnitQuerySet, text: str) -> UnitQuerySet:
    """Those with this number or this tag; when there are none, those of which a number or the
    address holds it; when there are none, those of users so named.

    One question after the other: asked at once, no index could answer.
    """
    numbered = units.filter(_number_condition(text))
    for wanted in (numbered, units.matching(text)):
        if wanted.exists():
            return wanted
    named = LegalEntity.objects.with_name(text)
    return units.filter(
        using_entity__in=list(named.values_list("pk", flat=True)[:MAX_NAMED_ENTITIES])
    )


def _number_condition(text: str) -> Q:
    """The condition that one of the unit's numbers, or the code of its tag, is ``text``."""
    found = Q(device_code=text.upper())
    for number in _NUMBER_FIELDS:
        found |= Q(**{number: text})
    try:
        code = normalise_code(text)
    except CodeError:
        return found
    bound = Binding.objects.filter(tag_id=code, unbound_at=None).values_list("unit", flat=True)
    return found | Q(pk__in=list(bound))


def _due_condition(due: str) -> Q:
    today = clock.today()
    if due == "blocked":
        return Q(held_from__lte=today, status=UnitStatus.IN_USE)
    open_clock = Q(status=UnitStatus.IN_USE)
    open_clock &= Q(held_from__isnull=True) | Q(held_from__gt=today)
    if due == "overdue":
        return open_clock & Q(next_due_on__lt=today)
    return open_clock & Q(next_due_on__range=(today, due_soon_until(today)))
