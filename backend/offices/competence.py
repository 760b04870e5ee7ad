"""Which office is asked: the one competent for a place, the heir of one that ended."""

from __future__ import annotations

import datetime as dt

from backend.offices.models import Office
from geo.regions import Gazetteer


def find_competent_office(region: str, day: dt.date) -> Office | None:
    """The authority that acts for the region of this code on ``day``; None where there is none.

    A code that had ended means its successor, and where a county has no authority of its own the
    city's acts, then the province's. Raises UnknownRegion.
    """
    line = Gazetteer.load().lineage_on(region, day)
    offices = Office.objects.of_authorities().in_force(day).filter(region__in=line)
    return min(offices, key=lambda office: line.index(office.region_id), default=None)


def find_heir(office: Office, day: dt.date) -> Office | None:
    """Who has the work of ``office`` on ``day``: itself while it exists, then whoever took over.

    None where it ended without a successor.
    """
    heir: Office | None = office
    while heir is not None and heir.valid_to is not None and heir.valid_to <= day:
        heir = heir.successor
    return heir
