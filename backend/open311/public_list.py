"""Which matters ``GET requests`` lists, and how each is told.

What a citizen told stays out of it: a list that anybody may read says what kind of thing was asked
for, where, and where it stands. Reports of offences and complaints about conduct are not listed at all
(order 20, article 33).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from backend.hotline.models import HotlineMatter, Nature
from backend.hotline.product_categories import product_category_name
from backend.lib import clock
from backend.lib.parameters import list_unknown_names
from backend.lib.problems import Refused
from backend.matters.labels import say_standing

LISTED = (Nature.COMPLAINT, Nature.QUESTION, Nature.SUGGESTION, Nature.PRAISE)
_SPAN = dt.timedelta(days=90)
_PAGE = 50
_MOST = 200
_TOLD = frozenset(
    {"service_request_id", "service_code", "start_date", "end_date", "status", "page",
     "page_size", "jurisdiction_id", "api_key"}
)  # fmt: skip


def listed_matters() -> QuerySet[HotlineMatter]:
    """The matters that anybody may read of."""
    rows = HotlineMatter.objects.filter(nature__in=LISTED, spam=False)
    return rows.select_related("matter__office").order_by("-matter__received_at", "-pk")


def list_public_matters(params: Mapping[str, str]) -> list[HotlineMatter]:
    """One page of them, newest first; raises Refused for a parameter that is wrong."""
    for name in list_unknown_names(params, _TOLD):
        raise Refused("unknown-parameter", _("There is no such parameter."), field=name)
    rows = listed_matters()
    if numbers := params.get("service_request_id"):
        return list(rows.filter(matter__number__in=numbers.split(",")[:_MOST])[:_MOST])
    rows = rows.filter(matter__received_at__range=read_span(params))
    if codes := params.get("service_code"):
        rows = rows.filter(nature__in=codes.split(","))
    if params.get("status") in ("open", "closed"):
        rows = rows.filter(matter__closed_at__isnull=params["status"] == "open")
    size = min(_read_count(params, "page_size", _PAGE), _MOST)
    start = (_read_count(params, "page", 1) - 1) * size
    return list(rows[start : start + size])


def request_document(child: HotlineMatter) -> dict[str, Any]:
    """One matter as GeoReport v2 tells a request."""
    floor = child.matter
    return {
        "service_request_id": floor.number,
        "status": "closed" if floor.closed_at else "open",
        "status_notes": child.answer or say_standing(floor),
        "service_name": child.get_nature_display(),
        "service_code": child.nature,
        "description": product_category_name(child.product_category) or None,
        "agency_responsible": floor.office.name,
        "service_notice": None,
        "requested_datetime": floor.received_at,
        "updated_datetime": floor.closed_at or floor.received_at,
        "expected_datetime": None,
        "address": None,
        "address_id": None,
        "zipcode": None,
        "lat": round(child.position.y, 3) if child.position else None,
        "long": round(child.position.x, 3) if child.position else None,
        "media_url": None,
    }


def read_span(params: Mapping[str, str]) -> tuple[dt.datetime, dt.datetime]:
    """The span asked for, of 90 days at most; the last 90 days where none is."""
    start, end = _read_moment(params, "start_date"), _read_moment(params, "end_date")
    end = end or (start + _SPAN if start else clock.now())
    start = start or end - _SPAN
    if not dt.timedelta(0) <= end - start <= _SPAN:
        detail = _("Ask for 90 days at most, the end after the start.")
        raise Refused("span-too-long", detail, field="end_date")
    return start, end


def _read_moment(params: Mapping[str, str], name: str) -> dt.datetime | None:
    text = params.get(name, "")
    if not text:
        return None
    try:
        moment = parse_datetime(text)
        day = parse_date(text) if moment is None else None
    except ValueError:
        moment = day = None
    if day is not None:
        moment = dt.datetime.combine(day, dt.time())
    if moment is None:
        detail = _("Write a moment as 2026-01-31T00:00:00Z.")
        raise Refused("moment-invalid", detail, field=name)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)


def _read_count(params: Mapping[str, str], name: str, default: int) -> int:
    text = params.get(name, "")
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 10_000):
        raise Refused("count-invalid", _("Give a number from 1 to 9999."), field=name)
    return int(text) if text else default
