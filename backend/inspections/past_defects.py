"""Defects of a day of the past, by what was known on a day."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from backend.inspections.models import Defect, Severity
from backend.units.models import Unit


def count_serious_defects_on(unit: Unit, as_of: dt.date, known_by: dt.datetime) -> int:
    """How many serious defects of ``unit`` were open on ``as_of`` by the reports of then."""
    still_open = Q(closed_on=None) | Q(closed_on__gt=as_of)
    told = Defect.objects.filter(
        still_open | Q(closed_by_report__received_at__gt=known_by),
        unit=unit,
        severity=Severity.SERIOUS,
        found_on__lte=as_of,
        report__received_at__lte=known_by,
    )
    return told.count()
