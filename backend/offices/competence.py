"""Which office is asked: the one competent for a place, the heir of one that ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from backend.lib import clock
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


def with_predecessors(offices: Iterable[int]) -> set[int]:
    """These offices, and those that have ended and whose work they took over by today."""
    found = set(offices)
    ended = Office.objects.filter(valid_to__lte=clock.today()).exclude(successor=None)
    heirs = dict(ended.order_by().values_list("pk", "successor"))
    for office in heirs:
        heir: int | None = office
        while heir in heirs:
            heir = heirs[heir]
        if heir in found:
            found.add(office)
    return found
