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
from backend.maps.ogc.crs import Crs, get_crs, parse_bbox
from geo.models import within_region

USUAL, MOST = 100, 10_000
_OWN = frozenset({"limit", "cursor", "bbox", "bbox-crs", "crs", "datetime", "f"})
Bound = dt.datetime | None


@dataclass(frozen=True, slots=True)
class ItemsQuery:
    """What is asked of one collection: page size, cursor, reference system and condition."""

    limit: int
    after: str
    crs: Crs
    where: Q


def read_items_query(query: QueryDict, collection: Collection) -> ItemsQuery:
    """What is asked of the collection; raises ValidationError (400) for what is unknown or wrong."""
    known = _OWN | frozenset(collection.filters)
    unknown = sorted(set(query) - known)
    if unknown:
        text = _("Unknown parameter. Known: %(names)s.") % {"names": ", ".join(sorted(known))}
        raise ValidationError({name[:60]: [text] for name in unknown[:10]})
    if query.get("f", "json") != "json":
        raise ValidationError({"f": [_("Only json is given.")]})
    return ItemsQuery(
        limit=_read_limit(query.get("limit", "")),
        after=_read_cursor(query.get("cursor", ""), collection),
        crs=get_crs(query.get("crs", ""), "crs"),
        where=_bbox_condition(query, collection)
        & _datetime_condition(query, collection)
        & _filters_condition(query, collection),
    )


def _read_limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0):
        raise ValidationError({"limit": [_("Give a whole number above 0.")]})
    return min(int(text), MOST)


def _read_cursor(text: str, collection: Collection) -> str:
    longest = 18 if collection.whole_key else 6
    if text and not (text.isascii() and text.isdigit() and len(text) <= longest):
        raise ValidationError({"cursor": [_("Take the cursor from a link.")]})
    return text


def _bbox_condition(query: QueryDict, collection: Collection) -> Q:
    text = query.get("bbox", "")
    crs = get_crs(query.get("bbox-crs", ""), "bbox-crs")
    if not text:
        return Q()
    box = _build_area(parse_bbox(text, crs), crs)
    first, *others = collection.geometry
    wanted = Q(**{f"{first}__intersects": box})
    for other in others:
        # Drawn by its line only where there is no point: as the items are.
        wanted |= Q(**{f"{first}__isnull": True, f"{other}__intersects": box})
    return wanted


def _build_area(box: tuple[float, float, float, float], crs: Crs) -> GEOSGeometry:
    """The box as an area in EPSG:4326; over the 180th meridian in two parts."""
    west, south, east, north = box
    if crs.srid == 3857:
        area = Polygon.from_bbox(box)
        area.srid = 3857
        return area.transform(4326, clone=True)
    halves = [(west, south, 180.0, north), (-180.0, south, east, north)] if west > east else [box]
    return MultiPolygon(*(Polygon.from_bbox(half) for half in halves), srid=4326)


def _datetime_condition(query: QueryDict, collection: Collection) -> Q:
    text = query.get("datetime", "")
    if not text:
        return Q()
    since, until = _parse_interval(text)
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


def _parse_interval(text: str) -> tuple[Bound, Bound]:
    """The ends of an instant, or of ``begin/end`` with ``..`` or nothing for an open side."""
    parts = text.split("/")
    if len(parts) > 2 or (len(parts) == 2 and all(part in ("", "..") for part in parts)):
        raise _wrong_datetime_error()
    since = _parse_moment(parts[0], late=False)
    until = _parse_moment(parts[-1], late=True)
    if since and until and since > until:
        raise _wrong_datetime_error()
    return since, until


def _parse_moment(text: str, *, late: bool) -> Bound:
    if text in ("", ".."):
        return None
    try:
        day, moment = parse_date(text), parse_datetime(text)
    except ValueError:
        raise _wrong_datetime_error() from None
    if day is not None:
        time = dt.time.max if late else dt.time.min
        return dt.datetime.combine(day, time, SHANGHAI)
    if moment is None or moment.tzinfo is None:
        raise _wrong_datetime_error()
    try:
        return moment.astimezone(SHANGHAI)
    except OverflowError:  # the last hours of the year 9999
        raise _wrong_datetime_error() from None


def _wrong_datetime_error() -> ValidationError:
    return ValidationError({"datetime": [_("Give an instant of RFC 3339, or begin/end.")]})


def _filters_condition(query: QueryDict, collection: Collection) -> Q:
    wanted = Q()
    for name in set(query) & set(collection.filters):
        wanted &= _filter_condition(
            name, collection.filters[name], query.get(name, ""), collection.members
        )
    return wanted


def _filter_condition(name: str, column: str, text: str, members: Mapping[str, str]) -> Q:
    if name in CHOICES and text not in CHOICES[name]:
        choices = ", ".join(CHOICES[name])
        raise ValidationError({name: [_("Not a choice. Choices: %(names)s.") % {"names": choices}]})
    if "\0" in text or len(text) > 200:
        raise ValidationError({name: [_("Not a value.")]})
    if column == "region_id" and not (text.isascii() and text.isdigit() and len(text) == 6):
        raise ValidationError({name: [_("Six digits (GB/T 2260).")]})
    if name == IN_REGION:
        return within_region(column, text)
    return Q(**{column: _parse_day(name, text) if members.get(column) == "date" else text})


def _parse_day(name: str, text: str) -> dt.date:
    """A day as in RFC 3339, or as GDAL writes it: 2026/01/31."""
    try:
        day = parse_date(text.replace("/", "-"))
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({name: [_("Give a day as YYYY-MM-DD.")]})
    return day
