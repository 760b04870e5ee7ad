"""How far what a reader may see reaches."""

from __future__ import annotations

from django.contrib.gis.db.models import Extent

from backend.accounts.models import User
from backend.accounts.rights import regions_of
from geo.models import RegionShape
from geo.pyramid import to_degrees
from geo.shapes import ZOOM_STEPS

_SHANDONG = [114.79, 34.37, 122.72, 38.41]


def load_user_extent(user: User, *, shifted: bool = False) -> list[float]:
    """The box of the user's regions, else of the province: west, south, east, north in degrees.

    ``shifted`` is for a base map of GCJ-02.
    """
    shapes = RegionShape.objects.filter(region__in=regions_of(user), zoom=ZOOM_STEPS[-1])
    box = shapes.aggregate(box=Extent("shifted" if shifted else "shape"))["box"]
    if box is None:
        return _SHANDONG
    lower, upper = to_degrees(*box[:2]), to_degrees(*box[2:])
    return [round(degree, 5) for degree in (*lower, *upper)]
