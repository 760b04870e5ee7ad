"""The parameters of the hot spots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from backend.hotline.hot_spots import GROUPS, Period, Question
from backend.hotline.models import Nature
from backend.lib import clock
from backend.lib.problems import Refused

_SPAN = dt.timedelta(days=90)
_KNOWN = ("first", "last", "region", "nature", "by")
HOT_SPOT_PARAMETERS = [
    OpenApiParameter("first", dt.date, description="The first day; 90 days before the last."),
    OpenApiParameter("last", dt.date, description="The last day; today."),
    OpenApiParameter("region", str, pattern="^[0-9]{6}$", description="A GB/T 2260 code."),
    OpenApiParameter("nature", str, enum=[nature.value for nature in Nature]),
    OpenApiParameter("by", str, enum=list(GROUPS), description="By what; category."),
]


def read_question(params: Mapping[str, str]) -> Question:
    """Which matters are counted; raises Refused 422 for a parameter that is wrong or unknown."""
    for name in params:
        if name not in _KNOWN:
            raise Refused("unknown-parameter", _("There is no such parameter."), field=name)
    last = _read_day(params, "last") or clock.today()
    first = _read_day(params, "first") or last - _SPAN
    if first > last:
        raise Refused("period-reversed", _("The first day lies after the last."), field="first")
    return Question(Period(first, last), _read_region(params), _read_natures(params))


def read_group(params: Mapping[str, str]) -> str:
    """By what is counted; raises Refused 422 for what is none."""
    group = params.get("by") or "category"
    if group not in GROUPS:
        raise Refused(
            "group-unknown", _("Count by %(all)s.") % {"all": ", ".join(GROUPS)}, field="by"
        )
    return group


def _read_day(params: Mapping[str, str], name: str) -> dt.date | None:
    text = params.get(name, "")
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Refused("day-invalid", _("Write a day as 2026-01-31."), field=name)
    return day


def _read_region(params: Mapping[str, str]) -> str:
    code = params.get("region", "")
    if code and not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise Refused("region-invalid", _("Give a code of six digits."), field="region")
    return code


def _read_natures(params: Mapping[str, str]) -> tuple[Nature, ...]:
    text = params.get("nature", "")
    if text and text not in Nature.values:
        raise Refused("nature-unknown", _("There is no such nature."), field="nature")
    return (Nature(text),) if text else ()
