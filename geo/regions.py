"""Questions about regions: what a code was called, what it belonged to on a day, where a point is.

Codes end and are followed by others, so a question about the past names its day. ``Gazetteer``
answers many such questions from one reading of the table; the functions below it answer one each.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Q, QuerySet

from geo.models import FormerName, Region, code_range, within_region

WGS84_SRID = 4326
BORDER_TOLERANCE_M = 1500.0
"""How far outside every county a point may lie and still count to the nearest one. The boundaries
are simplified: against another source they differ by 750 m at the 95th percentile."""


DAYS_KEPT = 400
"""For how many days a reading keeps what belonged to what."""
# Every version of a row has a place and a writer of its own.
_STAMPS = """
    SELECT count(*), sum(hashtext(ctid::text || xmin::text)) FROM geo_region
    UNION ALL
    SELECT count(*), sum(hashtext(ctid::text || xmin::text)) FROM geo_formername
"""


class UnknownRegion(LookupError):
    """A code that stands in no list at hand."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return f"{self.code} is not a region code known here"


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """A region without its shape. ``valid_to`` is the first day it was no longer in force."""

    code: str
    name: str
    level: str
    parent: str | None
    successor: str | None
    valid_from: dt.date
    valid_to: dt.date | None

    def is_in_force(self, day: dt.date) -> bool:
        """True when the code was in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class Gazetteer:
    """All regions at one moment, for questions in bulk. It does not follow later changes."""

    _kept: ClassVar[tuple[object, Gazetteer] | None] = None

    def __init__(self, entries: Iterable[RegionEntry], former: Iterable[FormerName]) -> None:
        self._entries: Mapping[str, RegionEntry] = {entry.code: entry for entry in entries}
        self._former: dict[str, list[FormerName]] = defaultdict(list)
        self._predecessors: dict[str, list[RegionEntry]] = defaultdict(list)
        self._lines: dict[dt.date, dict[str, tuple[str, ...]]] = {}
        for past in former:
            self._former[past.region_id].append(past)
        for entry in self._entries.values():
            if entry.successor:
                self._predecessors[entry.successor].append(entry)

    @classmethod
    def load(cls) -> Gazetteer:
        """The tables as they stand, read anew only when a row of them has changed."""
        with connection.cursor() as cursor:
            cursor.execute(_STAMPS)
            stamps = cursor.fetchall()
        if cls._kept is None or cls._kept[0] != stamps:
            columns = ("code", "name", "level", "parent", "successor", "valid_from", "valid_to")
            rows = Region.objects.order_by("code").values_list(*columns)
            cls._kept = stamps, cls((RegionEntry(*row) for row in rows), FormerName.objects.all())
        return cls._kept[1]

    def __iter__(self) -> Iterator[RegionEntry]:
        """Every code there is or was, in order."""
        return iter(self._entries.values())

    def __getitem__(self, code: str) -> RegionEntry:
        try:
            return self._entries[code]
        except KeyError:
            raise UnknownRegion(code) from None

    def name_on(self, code: str, day: dt.date) -> str:
        """What ``code`` was called on ``day``; outside its time its last or its first name."""
        entry = self[code]
        for past in self._former[code]:
            if day < past.valid_to:
                return past.name
        return entry.name

    def full_name_on(self, code: str, day: dt.date) -> str:
        """The names from the city down as written then: ``莱芜市莱城区``; never the province's."""
        names: list[str] = []
        place: str | None = code
        while place is not None:
            entry = self[place]
            if entry.level != Region.Level.PROVINCE or not names:
                names.append(self.name_on(place, day))
            place = entry.parent
        return "".join(reversed(names))

    def code_in_force_on(self, code: str, day: dt.date) -> str:
        """The code that stood for ``code`` on ``day``.

        Successors are followed once a code has ended, predecessors when it had not begun. Where a
        region joined two, the predecessor with the lowest code stands for both.
        """
        for entry in self._walk_towards(code, day):
            if entry.is_in_force(day):
                return entry.code
        return code

    def current_code(self, code: str) -> str:
        """The code now in force for ``code``, following successors to the end."""
        entry = self[code]
        while entry.successor and entry.valid_to is not None:
            entry = self[entry.successor]
        return entry.code

    def ancestors_on(self, code: str, day: dt.date) -> tuple[str, ...]:
        """What ``code`` belonged to on ``day``, nearest first, up to the province.

        For a code that had ended this begins with its successor: 371202 gives 371200, 370000
        before 2019 and 370116, 370100, 370000 from then on.
        """
        line = self.lineage_on(code, day)
        return line[1:] if line[0] == code else line

    def lineage_on(self, code: str, day: dt.date) -> tuple[str, ...]:
        """What stood for ``code`` on ``day``, and what that belonged to, up to the province."""
        known = self._lines.get(day)
        if known is None:
            if len(self._lines) >= DAYS_KEPT:
                self._lines = {}
            known = self._lines.setdefault(day, {})
        if code not in known:
            known[code] = tuple(self._walk_upwards(self.code_in_force_on(code, day)))
        return known[code]

    def rolls_up_to(self, code: str, ancestor: str, day: dt.date) -> bool:
        """True when a figure of ``code`` for ``day`` counts to ``ancestor``."""
        return ancestor in self.lineage_on(code, day)

    def is_part_of(self, code: str, region: str, day: dt.date) -> bool:
        """True when ``code`` is ``region`` or a figure of it for ``day`` counts to it."""
        return code == region or self.rolls_up_to(code, region, day)

    def part_of_region_condition(self, region: str, day: dt.date, field: str) -> Q:
        """The SQL predicate "the code in ``field`` was a part of ``region`` on ``day``".

        The range of the region's codes, but for those that moved in or out: a hundred and seventy
        names in one list take longer to send than the query takes to run.
        """
        first, beyond = code_range(region)
        near = {e.code for e in self if first <= e.code < beyond}
        wanted = {e.code for e in self if self.is_part_of(e.code, region, day)}
        found = within_region(field, region)
        if near - wanted:
            found &= ~Q(**{f"{field}__in": sorted(near - wanted)})
        if wanted - near:
            found |= Q(**{f"{field}__in": sorted(wanted - near)})
        return found

    def regions_in_force(self, day: dt.date, level: str) -> list[RegionEntry]:
        """The regions of ``level`` in force on ``day``, by code."""
        return [e for e in self._entries.values() if e.level == level and e.is_in_force(day)]

    def children_of(self, code: str, day: dt.date) -> list[RegionEntry]:
        """The regions in force on ``day`` that lie next below ``code``, by code."""
        return [e for e in self._entries.values() if e.parent == code and e.is_in_force(day)]

    def __contains__(self, code: str) -> bool:
        return code in self._entries

    def _walk_upwards(self, code: str) -> Iterator[str]:
        place: str | None = code
        while place is not None:
            yield place
            place = self[place].parent

    def _walk_towards(self, code: str, day: dt.date) -> Iterator[RegionEntry]:
        """``code`` and those before or after it, away from it, towards ``day``."""
        entry: RegionEntry | None = self[code]
        later = entry is not None and entry.valid_from <= day
        while entry is not None:
            yield entry
            if later:
                entry = self[entry.successor] if entry.successor else None
            else:
                entry = next(iter(self._predecessors[entry.code]), None)


def name_on(code: str, day: dt.date) -> str:
    """What ``code`` was called on ``day``; raises UnknownRegion."""
    return Gazetteer.load().name_on(code, day)


def ancestors_on(code: str, day: dt.date) -> tuple[str, ...]:
    """What ``code`` belonged to on ``day``, nearest first; raises UnknownRegion."""
    return Gazetteer.load().ancestors_on(code, day)


def rolls_up_to(code: str, ancestor: str, day: dt.date) -> bool:
    """True when a figure of ``code`` for ``day`` counts to ``ancestor``; raises UnknownRegion."""
    return Gazetteer.load().rolls_up_to(code, ancestor, day)


def current_code(code: str) -> str:
    """The code now in force for ``code``; raises UnknownRegion."""
    return Gazetteer.load().current_code(code)


def regions_in_force_on(day: dt.date) -> QuerySet[Region]:
    """The regions in force on ``day``, without their boundaries."""
    standing = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return Region.objects.defer("boundary").filter(standing, valid_from__lte=day)


# The box of degrees serves the index: at 39 degrees north 1.5 km is 0.0175 degrees of longitude.
_NEAREST_COUNTY = """
    SELECT code FROM geo_region
     WHERE level = 'county' AND valid_to IS NULL
       AND boundary && ST_Expand(%(point)s::geometry, 0.02)
       AND ST_DWithin(boundary::geography, %(point)s::geography, %(metres)s)
     ORDER BY ST_Distance(boundary::geography, %(point)s::geography), code LIMIT 1
"""


def county_at(point: Point) -> Region | None:
    """The county now in force at ``point`` (WGS-84), without its boundary.

    A point on a border belongs to the lower code. One outside all counties counts to the nearest
    within BORDER_TOLERANCE_M; beyond, None. Raises ValueError for another reference system.
    """
    if point.srid not in (None, WGS84_SRID):
        raise ValueError(f"the point is in EPSG:{point.srid}, not in EPSG:{WGS84_SRID}")
    place = Point(point.x, point.y, srid=WGS84_SRID)
    counties = Region.objects.defer("boundary").filter(
        level=Region.Level.COUNTY, valid_to__isnull=True
    )
    inside = counties.filter(boundary__covers=place).order_by("code").first()
    if inside is not None:
        return inside
    near = _find_nearest_county(place)
    return counties.get(code=near) if near else None


def _find_nearest_county(place: Point) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAREST_COUNTY, {"point": place.hexewkb.decode(), "metres": BORDER_TOLERANCE_M}
        )
        found = cursor.fetchone()
    return str(found[0]) if found else None
