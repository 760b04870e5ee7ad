"""The list of visible units: what is asked for, and one page of the answer by keyset."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.lib import clock
from backend.units.models import Unit, UnitStatus
from backend.units.models.unit import UnitQuerySet
from backend.units.standing import soon
from geo.models import within
from tagging.codes import CodeError, normalise
from tagging.models import Binding

PAGE = 25
NAMES = 500
"""How many entities a search by name looks at."""

_NUMBERS = ("registration_code", "certificate_no", "factory_no")


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


@dataclass(frozen=True, slots=True)
class Query:
    """What the list was asked for; wrong values count as not given."""

    text: str = ""
    kind: str = ""
    status: str = ""
    due: str = ""
    region: str = ""
    figure: str = ""
    after: int = 0

    @classmethod
    def of(cls, get: QueryDict) -> Query:
        """From the query string."""
        kind, status, due = (get.get(name, "") for name in ("kind", "status", "due"))
        after, region = get.get("after", ""), get.get("region", "")
        return cls(
            text=get.get("q", "").replace("\x00", "").strip()[:120],
            kind=kind if len(kind) == 1 and kind > "\x00" else "",
            status=status if status in UnitStatus.values else "",
            due=due if due in ("overdue", "soon", "blocked") else "",
            region=region if re.fullmatch(r"[0-9]{6}", region) else "",
            figure=get.get("figure", "") if get.get("figure") in FIGURES else "",
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 16 else 0,
        )

    @property
    def asked(self) -> bool:
        """Whether anything narrows the list."""
        narrowed = (self.text, self.kind, self.status, self.due, self.region, self.figure)
        return any(narrowed)

    def page_after(self, pk: int) -> str:
        """The query string of the page that begins after unit ``pk``; 0 is the first page."""
        wanted = replace(self, after=pk)
        pairs = {
            "q": wanted.text,
            "kind": wanted.kind,
            "status": wanted.status,
            "due": wanted.due,
            "region": wanted.region,
            "figure": wanted.figure,
            "after": str(pk) if pk else "",
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    @property
    def first_page(self) -> str:
        """The query string of the first page."""
        return self.page_after(0)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and the query string of the next, or empty at the end."""

    units: list[Unit]
    following: str


def listing(user: User, query: Query) -> Page:
    """One page of the units visible to ``user``, in one query; each page costs the same."""
    units = _narrowed(Unit.objects.visible_to(user), query).filter(pk__gt=query.after)
    units = units.select_related("category", "using_entity", "region")
    rows = list(units.order_by("pk")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(units=rows, following=query.page_after(rows[-1].pk) if more else "")


def _narrowed(units: UnitQuerySet, query: Query) -> UnitQuerySet:
    if query.text:
        units = _found(units, query.text)
    if query.kind:
        units = units.filter(kind=query.kind)
    if query.status:
        units = units.filter(status=query.status)
    if query.region:
        units = units.filter(within("region_id", query.region))
    if query.figure:
        units = units.filter(FIGURES[query.figure])
    return units.filter(_due(query.due)) if query.due else units


def _found(units: UnitQuerySet, text: str) -> UnitQuerySet:
    """Those with this number or this tag; when there are none, those of which a number or the
    address holds it; when there are none, those of users so named.

    One question after the other: asked at once, no index could answer.
    """
    for wanted in (units.filter(_numbered(text)), units.matching(text)):
        if wanted.exists():
            return wanted
    # A natural person answers to the whole name only: nobody finds out letter by letter what is
    # masked.
    named = LegalEntity.objects.filter(name__contains=text)
    named = named.filter(Q(natural_person=False) | Q(name=text))
    return units.filter(using_entity__in=list(named.values_list("pk", flat=True)[:NAMES]))


def _numbered(text: str) -> Q:
    """One of the unit's numbers, or the code of its tag."""
    found = Q(device_code=text.upper())
    for number in _NUMBERS:
        found |= Q(**{number: text})
    try:
        code = normalise(text)
    except CodeError:
        return found
    bound = Binding.objects.filter(tag_id=code, unbound_at=None).values_list("unit", flat=True)
    return found | Q(pk__in=list(bound))


def _due(due: str) -> Q:
    today = clock.today()
    if due == "blocked":
        return Q(held_from__lte=today, status=UnitStatus.IN_USE)
    open_clock = Q(status=UnitStatus.IN_USE)
    open_clock &= Q(held_from__isnull=True) | Q(held_from__gt=today)
    if due == "overdue":
        return open_clock & Q(next_due_on__lt=today)
    return open_clock & Q(next_due_on__range=(today, soon(today)))
