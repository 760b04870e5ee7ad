"""What the address of the risk map asks for: it is the whole state of the page."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from backend.accounts.models import Role, User
from backend.accounts.rights import regions_of
from backend.lib import clock
from backend.lib.months import add_months, month_start
from backend.risk.models import Reader
from backend.units.models import KINDS, UnitStatus
from backend.web.risk.colour_scales import COLOUR_SCALES
from geo.models import Region, code_prefix

MAX_MONTHS_BACK = 24
"""How many months before this one the slider goes back."""
MAP_STATUSES = (
    UnitStatus.IN_USE, UnitStatus.STOPPED, UnitStatus.UNREGISTERED, UnitStatus.SCRAPPED,
)  # fmt: skip
"""The states of units that are on the map; those that have ended are not."""
DUE_FILTERS = ("overdue", "soon")
EXTRA_LAYERS = ("hazards", "scans", "clusters")
"""Layers that are drawn when asked for."""
SORT_KEYS = ("name", "units", "overdue", "failed", "hazards", "mean", "tail", "rate")
PROVINCE_CODE = "370000"


@dataclass(frozen=True, slots=True)
class MapState:
    """One state of the map page. Wrong values count as not given, and never widen what the user
    may see."""

    region: str
    homes: tuple[str, ...]
    months: tuple[str, ...]
    month: str = ""
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    due: str = ""
    also: tuple[str, ...] = ()
    by: str = ""
    sort: str = ""
    text: str = ""

    @classmethod
    def from_query_string(cls, get: QueryDict, user: User) -> MapState:
        """The state that the query string says; a region outside the user's own counts as his
        own."""
        homes = regions_of(user) or (PROVINCE_CODE,)
        known = load_known_months() if user.role != Role.ENTERPRISE else load_known_months()[-1:]
        return cls(
            region=_region_or_home(get.get("region", ""), homes),
            homes=homes,
            months=known,
            month=get.get("month", "") if get.get("month") in known[:-1] else "",
            kinds=_keep_known(get.get("kind", ""), KINDS),
            statuses=_keep_known(get.get("status", ""), [status.value for status in MAP_STATUSES]),
            due=get.get("due", "") if get.get("due") in DUE_FILTERS else "",
            also=_keep_known(get.get("also", ""), list(EXTRA_LAYERS)),
            by=get.get("by", "") if get.get("by") in COLOUR_SCALES else "",
            sort=get.get("sort", "") if get.get("sort", "").lstrip("-") in SORT_KEYS else "",
            text=get.get("q", "").replace("\x00", "").strip()[:120],
        )

    @property
    def as_of(self) -> dt.date:
        """The day that the map shows: the last one of the month, or today."""
        return self.last_day_of_month(self.month) if self.month else clock.today()

    @staticmethod
    def last_day_of_month(month: str) -> dt.date:
        """The last day of a month written 2026-10, or today when it is not over."""
        year, number = map(int, month.split("-"))
        return min(clock.today(), dt.date(year, number, calendar.monthrange(year, number)[1]))

    def covers(self, code: str) -> bool:
        """Whether ``code`` lies in one of the user's own regions."""
        return _lies_in_one(code, self.homes)

    @property
    def is_past(self) -> bool:
        """Whether the map shows a month that is over."""
        return bool(self.month)

    def query_string_with(self, **changes: object) -> str:
        """The query string of the same state with ``changes``; ``?`` when nothing is left."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]  # the names are our own
        return "?" + urlencode(wanted.query_params(), safe=",")

    @property
    def search_params(self) -> list[tuple[str, str]]:
        """The names and values of the address that a search keeps."""
        return [pair for pair in self.query_params().items() if pair[0] != "q"]

    def query_params(self) -> dict[str, str]:
        """What stands in the address, by name."""
        pairs = {
            "region": self.region if self.region != self.homes[0] else "",
            "month": self.month,
            "kind": ",".join(self.kinds),
            "status": ",".join(self.statuses),
            "due": self.due,
            "also": ",".join(self.also),
            "by": self.by,
            "sort": self.sort,
            "q": self.text,
        }
        return {name: value for name, value in pairs.items() if value}


def load_known_months() -> tuple[str, ...]:
    """The months that can be asked for, oldest first; the last is this one."""
    this = month_start(clock.today())
    begun = Reader.objects.values_list("history_from", flat=True).first() or this
    back = [add_months(this, -n) for n in range(MAX_MONTHS_BACK, 0, -1)]
    return tuple(f"{first:%Y-%m}" for first in (*(m for m in back if m >= begun), this))


def _region_or_home(code: str, homes: tuple[str, ...]) -> str:
    inside = re.fullmatch(r"[0-9]{6}", code) and _lies_in_one(code, homes)
    if not inside or not Region.objects.filter(code=code).exists():
        return homes[0]
    return code


def _lies_in_one(code: str, homes: tuple[str, ...]) -> bool:
    return code.startswith(tuple(code_prefix(home) for home in homes))


def _keep_known(text: str, known: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in text.split(","))
