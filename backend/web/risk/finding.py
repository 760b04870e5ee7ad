"""Search on the map: regions by name or code, units by number, tag, name of the user, or address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from backend.accounts.models import User
from backend.accounts.rights import in_jurisdiction
from backend.lib import clock
from backend.lib.bounded import bounded
from backend.lib.problems import Refused
from backend.units.models import Unit
from backend.web.basemap import base_datum
from backend.web.listing import Query, listing
from backend.web.risk.asked import Asked
from geo.models import Region
from geo.regions import in_force_on

AT_MOST = 12
PATIENCE_MS = 800
"""An address is in no index: the search of a whole province is given up after this."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought; ``given_up`` when addresses could not all be read in time."""

    regions: list[Region] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    given_up: bool = False


def find(user: User, asked: Asked) -> Found | None:
    """What ``asked.text`` names among what ``user`` may see; None when nothing is asked."""
    if not asked.text:
        return None
    regions = _regions(user, asked.text)
    units = listing(user, Query(text=asked.text)).units[:AT_MOST]
    if units or regions:
        return Found(regions, units)
    try:
        return Found([], _at_address(user, asked))
    except Refused:
        return Found([], [], given_up=True)


def _regions(user: User, text: str) -> list[Region]:
    named = Q(name__contains=text) | Q(code=text)
    own = in_jurisdiction(user, "code") if user.region_id else Q()
    return list(in_force_on(clock.today()).filter(named, own).exclude(level="zone")[:AT_MOST])


def _at_address(user: User, asked: Asked) -> list[Unit]:
    """Units of the region shown whose address holds the text."""
    units = Unit.objects.visible_to(user).select_related("category", "using_entity", "region")
    inside = units.in_region(asked.region)
    with bounded(PATIENCE_MS):
        return list(inside.filter(address__contains=asked.text)[:AT_MOST])


def spots(found: Found | None, asked: Asked) -> dict[str, Any]:
    """The same for the page, each thing with the question that shows it on the map."""
    if found is None:
        return {"found": None}
    return {
        "found": found,
        "forget": asked.with_(text=""),
        "found_regions": [
            {
                "name": region.name,
                "code": region.code,
                "href": asked.with_(region=region.code, text=""),
            }
            for region in found.regions
        ],
        "found_units": [{"unit": unit, "view": spot(unit, asked)} for unit in found.units],
    }


def spot(unit: Unit, asked: Asked) -> str:
    """The question that shows ``unit`` on the map; empty when nobody knows where it stands."""
    if unit.position is None:
        return ""
    place = base_datum(unit.position.x, unit.position.y)
    return asked.with_(month="") + "&z=16&lng={:.5f}&lat={:.5f}".format(*place)
