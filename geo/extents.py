"""How far a position lies from the county that it is said to be in."""

from __future__ import annotations

import math
from typing import NamedTuple

from django.conf import settings
from django.contrib.gis.db.models import Extent
from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from geo.models import Region

_KM_OF_A_DEGREE = 111.32


class DegreeBox(NamedTuple):
    """What a region covers, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def km_outside(self, lng: float, lat: float) -> float:
        """The distance in km by which the position lies outside the box; 0 inside."""
        east = max(self.west - lng, 0.0, lng - self.east) * math.cos(math.radians(lat))
        north = max(self.south - lat, 0.0, lat - self.north)
        return _KM_OF_A_DEGREE * math.hypot(east, north)


def load_region_boxes(*codes: str) -> dict[str, DegreeBox]:
    """The boxes of these regions, or of all; none for one without a boundary."""
    regions = Region.objects.filter(boundary__isnull=False)
    if codes:
        regions = regions.filter(code__in=codes)
    rows = regions.values_list("code").annotate(box=Extent("boundary"))
    return {code: DegreeBox(*box) for code, box in rows}


def check_position(lng: float, lat: float, box: DegreeBox | None) -> None:
    """Raise Refused (422) for noughts, which are no position but a receiver without a fix, and for
    a position far from the county: ``POSITION_FAR_KM`` and more outside of its ``box``."""
    if is_zero_position(lng, lat):
        text = _("0, 0 is no position. Leave it empty where it is not known.")
        raise Refused("position-nought", text, field="position")
    beyond = box.km_outside(lng, lat) if box else 0.0
    if beyond >= settings.POSITION_FAR_KM:
        text = _("The position lies %(km)d km outside of the county. Mend one of the two.")
        raise Refused("position-far", text % {"km": beyond}, field="position", km=round(beyond))


def is_zero_position(lng: float, lat: float) -> bool:
    """Whether the position is 0, 0: the place off Africa that receivers without a fix are at."""
    return abs(lng) < 1e-6 and abs(lat) < 1e-6
