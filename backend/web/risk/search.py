"""Search on the map: regions by name or code, units by number, tag, name of the user, or address."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from backend.accounts.models import Role, User
from backend.accounts.rights import jurisdiction_filter
from backend.lib import clock
from backend.lib.problems import Refused
from backend.lib.statement_timeout import limit_statement_time
from backend.units.models import Unit
from backend.web.base_map import to_base_datum
from backend.web.risk.state import MapState
from backend.web.unit_list import UnitListQuery, load_unit_page
from geo.models import Region
from geo.regions import regions_in_force_on

MAX_RESULTS = 12
ADDRESS_TIMEOUT_MS = 800
"""An address is in no index: the search of a whole province is given up after this."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search brought; ``given_up`` when addresses could not all be read in time."""

    regions: list[Region] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    given_up: bool = False


def search_map(user: User, state: MapState) -> SearchResult | None:
    """What ``state.text`` names among what ``user`` may see; None when nothing is asked."""
    if not state.text:
        return None
    regions = _list_regions(user, state.text)
    units = load_unit_page(user, UnitListQuery(text=state.text)).units[:MAX_RESULTS]
    if units or regions:
        return SearchResult(regions, units)
    try:
        return SearchResult([], _list_units_by_address(user, state))
    except Refused:
        return SearchResult([], [], given_up=True)


def _list_regions(user: User, text: str) -> list[Region]:
    named = Q(name__contains=text) | Q(code=text)
    own = Q() if user.role == Role.ENTERPRISE else jurisdiction_filter(user, "code")
    return list(
        regions_in_force_on(clock.today()).filter(named, own).exclude(level="zone")[:MAX_RESULTS]
    )


def _list_units_by_address(user: User, state: MapState) -> list[Unit]:
    """The units of the region shown whose address holds the text."""
    units = Unit.objects.visible_to(user).select_related("category", "using_entity", "region")
    inside = units.in_region(state.region)
    with limit_statement_time(ADDRESS_TIMEOUT_MS):
        return list(inside.filter(address__contains=state.text)[:MAX_RESULTS])


def search_context(found: SearchResult | None, state: MapState) -> dict[str, Any]:
    """The result for the template, each thing with the query string that shows it on the map."""
    if found is None:
        return {"found": None}
    return {
        "found": found,
        "forget": state.query_string_with(text=""),
        "found_regions": [
            {
                "name": region.name,
                "code": region.code,
                "href": state.query_string_with(region=region.code, text=""),
            }
            for region in found.regions
        ],
        "found_units": [
            {"unit": unit, "view": unit_on_map_query(unit, state)} for unit in found.units
        ],
    }


def unit_on_map_query(unit: Unit, state: MapState) -> str:
    """The query string that shows ``unit`` on the map; empty when nobody knows where it stands."""
    if unit.position is None:
        return ""
    place = to_base_datum(unit.position.x, unit.position.y)
    return state.query_string_with(month="") + "&z=16&lng={:.5f}&lat={:.5f}".format(*place)
