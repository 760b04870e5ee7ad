"""What a phone shows of a unit, read in one query however much hangs on it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from backend.accounts.models import User
from backend.inspections.models import Defect
from backend.units.models import Clock, Inspection, Unit

_DEFECTS_SHOWN = 50


def card_of(*, user: User, unit: int) -> Unit | None:
    """The unit if ``user`` may see it, with ``clock_rows``, ``defect_rows`` and ``last_rows``.

    One query. The rows are plain mappings; dates in them are ISO texts.
    """
    return (
        Unit.objects.visible_to(user)
        .select_related("category", "region__parent", "using_entity", "owner", "maintainer")
        .defer("region__boundary", "region__parent__boundary")
        .annotate(
            clock_rows=ArraySubquery(_clocks()),
            defect_rows=ArraySubquery(_defects()),
            last_rows=ArraySubquery(_last_inspection()),
        )
        .filter(pk=unit)
        .first()
    )


def _clocks() -> QuerySet[Any, Any]:
    rows = Clock.objects.filter(unit=OuterRef("pk")).order_by("kind")
    return rows.values(
        row=JSONObject(kind="kind", last_on="last_on", due_on="due_on", opens_on="opens_on")
    )


def _defects() -> QuerySet[Any, Any]:
    rows = Defect.objects.filter(unit=OuterRef("pk"), closed_on=None).order_by("-id")
    return rows.values(
        row=JSONObject(id="id", item="item", text="text", severity="severity", found_on="found_on")
    )[:_DEFECTS_SHOWN]


def _last_inspection() -> QuerySet[Any, Any]:
    """The newest inspection that no correction replaced."""
    rows = Inspection.objects.filter(unit=OuterRef("pk"), superseded_by=None)
    return rows.order_by("-happened_on", "-id").values(
        row=JSONObject(
            record=F("id"),
            kind="kind",
            conclusion="conclusion",
            happened_on="happened_on",
            report_no="report_no",
        )
    )[:1]
