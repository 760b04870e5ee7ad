"""The parameters of ``/items``, checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.db.models import Q
from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from backend.lib.clock import SHANGHAI
from backend.maps.ogc.collections import CHOICES, IN_REGION, Collection
from backend.maps.ogc.crs import Crs, box_of, crs_of
from geo.models import within

USUAL, MOST = 100, 10_000
_OWN = frozenset({"limit", "cursor", "bbox", "bbox-crs", "crs", "datetime", "f"})
Bound = dt.datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """One page of one collection."""

    limit: int
    after: str
    crs: Crs
    where: Q


def question_of(query: QueryDict, collection: Collection) -> Question:
    """What is asked; raises ValidationError (400) for what is unknown or wrong."""
    known = _OWN | frozenset(collection.filters)
    unknown = sorted(set(query) - known)
    if unknown:
        text = _("Unknown parameter. Known: %(names)s.") % {"names": ", ".join(sorted(known))}
        raise ValidationError({name[:60]: [text] for name in unknown[:10]})
    if query.get("f", "json") != "json":
        raise ValidationError({"f": [_("Only json is given.")]})
    return Question(
        limit=_limit(query.get("limit", "")),
        after=_cursor(query.get("cursor", ""), collection),
        crs=crs_of(query.get("crs", ""), "crs"),
        where=_boxed(query, collection) & _timed(query, collection) & _filtered(query, collection),
    )


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise ValidationError({"limit": [_("Give a whole number above 0.")]})
    return min(int(text), MOST)


def _cursor(text: str, collection: Collection) -> str:
    longest = 18 if collection.whole_key else 6
    if text and not (text.isascii() and text.isdigit() and len(text) <= longest):
        raise ValidationError({"cursor": [_("Take the cursor from a link.")]})
    return text


def _boxed(query: QueryDict, collection: Collection) -> Q:
    text = query.get("bbox", "")
    crs = crs_of(query.get("bbox-crs", ""), "bbox-crs")
    if not text:
        return Q()
    box = _area(box_of(text, crs), crs)
    first, *others = collection.geometry
    wanted = Q(**{f"{first}__intersects": box})
    for other in others:
        # Drawn by its line only where there is no point: as the items are.
        wanted |= Q(**{f"{first}__isnull": True, f"{other}__intersects": box})
    return wanted


def _area(box: tuple[float, float, float, float], crs: Crs) -> GEOSGeometry:
    """In EPSG:4326; over the 180th meridian in two parts."""
    west, south, east, north = box
    if crs.srid == 3857:
        area = Polygon.from_bbox(box)
        area.srid = 3857
        return area.transform(4326, clone=True)
    halves = [(west, south, 180.0, north), (-180.0, south, east, north)] if west > east else [box]
    return MultiPolygon(*(Polygon.from_bbox(half) for half in halves), srid=4326)


def _timed(query: QueryDict, collection: Collection) -> Q:
    text = query.get("datetime", "")
    if not text:
        return Q()
    since, until = _interval(text)
    begin, end = collection.period[0], collection.period[-1]
    wanted = Q()
    if len(collection.period) == 1:
        wanted &= Q(**{f"{begin}__gte": since}) if since else Q()
        return wanted & (Q(**{f"{begin}__lte": until}) if until else Q())
    if until:
        wanted &= Q(**{f"{begin}__lte": until.date()})
    if since:
        day = since.date()
        wanted &= Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day})
    return wanted


def _interval(text: str) -> tuple[Bound, Bound]:
    """An instant, or ``begin/end`` with ``..`` or nothing for an open side."""
    parts = text.split("/")
    if len(parts) > 2 or (len(parts) == 2 and all(part in ("", "..") for part in parts)):
        raise _no_time()
    since = _moment(parts[0], late=False)
    until = _moment(parts[-1], late=True)
    if since and until and since > until:
        raise _no_time()
    return since, until


def _moment(text: str, *, late: bool) -> Bound:
    if text in ("", ".."):
        return None
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:
        raise _no_time() from None
    if day is not None:
        time = dt.time.max if late else dt.time.min
        return dt.datetime.combine(day, time, SHANGHAI)
    if moment is None or moment.tzinfo is None:
        raise _no_time()
    try:
        return moment.astimezone(SHANGHAI)
    except OverflowError:  # the last hours of the year 9999
        raise _no_time() from None


def _no_time() -> ValidationError:
    return ValidationError({"datetime": [_("Give an instant of RFC 3339, or begin/end.")]})


def _filtered(query: QueryDict, collection: Collection) -> Q:
    wanted = Q()
    for name in set(query) & set(collection.filters):
        wanted &= _filter(name, collection.filters[name], query.get(name, ""), collection.members)
    return wanted


def _filter(name: str, column: str, text: str, members: Mapping[str, str]) -> Q:
    if name in CHOICES and text not in CHOICES[name]:
        choices = ", ".join(CHOICES[name])
        raise ValidationError({name: [_("Not a choice. Choices: %(names)s.") % {"names": choices}]})
    if "\0" in text or len(text) > 200:
        raise ValidationError({name: [_("Not a value.")]})
    if column == "region_id" and not (text.isascii() and text.isdigit() and len(text) == 6):
        raise ValidationError({name: [_("Six digits (GB/T 2260).")]})
    if name == IN_REGION:
        return within(column, text)
    return Q(**{column: _day(name, text) if members.get(column) == "date" else text})


def _day(name: str, text: str) -> dt.date:
    """A day as in RFC 3339, or as GDAL writes it: 2026/01/31."""
    try:
        day = parse_date(text.replace("/", "-"))
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({name: [_("Give a day as YYYY-MM-DD.")]})
    return day
