"""Administrative regions (GB/T 2260) with boundaries and their history."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.gis.db import models
from django.db.models.functions import Left
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

CITY_DIGITS = 4
"""How many digits of a GB/T 2260 code name the city."""


class Region(models.Model):
    """One code of GB/T 2260 for as long as it was valid.

    A region is not an organisation: authorities stand in ``directory``. Codes are never
    reused, so the code is the key; a code that ended names its successor.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county")
        ZONE = "zone", _("statistical zone")

    code = models.CharField(max_length=6, primary_key=True, db_collation="C")
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=8, choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    valid_from = models.DateField(default=dt.date(1949, 10, 1))
    valid_to = models.DateField(null=True, blank=True, help_text="First day no longer valid")
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    plate_letters = models.CharField(max_length=8, blank=True)
    dial_code = models.CharField(max_length=5, blank=True)
    boundary = models.MultiPolygonField(srid=4326, null=True, blank=True)
    label_point = models.PointField(srid=4326, null=True, blank=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def prefix(self) -> str:
        """What every code below this region begins with: 37, 3701 or 370102."""
        return code_prefix(self.code)


class FormerName(models.Model):
    """A name that a code bore earlier, such as 苍山县 for 371324 until 2014."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField(help_text="First day no longer valid")

    class Meta:
        ordering = ("region", "valid_from")

    def __str__(self) -> str:
        return f"{self.region_id} {self.name} (-{self.valid_to})"


class RegionShape(models.Model):
    """A boundary as a map of up to ``zoom`` draws it, in EPSG:3857, so that no tile projects it.

    All boundaries are laid on one grid, so neighbours still meet. ``shifted`` is the same for a
    base map of GCJ-02. Written by ``geo.shapes.build_shapes`` alone.
    """

    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, related_name="shapes", db_index=False
    )
    zoom = models.PositiveSmallIntegerField(help_text="The deepest zoom it is for")
    shape = models.MultiPolygonField(srid=3857)
    shifted = models.MultiPolygonField(srid=3857)
    label = models.PointField(srid=3857, spatial_index=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["region", "zoom"], name="one_shape_a_zoom")
        ]

    def __str__(self) -> str:
        return f"{self.region_id} to {self.zoom}"


class PublicPlace(models.Model):
    """A place where many people gather (公众聚集场所), near which units are looked at first.

    The categories are those of SAMR order 57 article 9.
    """

    class Category(models.TextChoices):
        SCHOOL = "school", _("school")
        KINDERGARTEN = "kindergarten", _("kindergarten")
        HOSPITAL = "hospital", _("hospital")
        STATION = "station", _("station")
        PORT = "port", _("passenger port")
        AIRPORT = "airport", _("airport")
        MALL = "mall", _("shopping mall")
        STADIUM = "stadium", _("stadium")
        EXHIBITION = "exhibition", _("exhibition hall")
        PARK = "park", _("park")
        SCENIC = "scenic", _("scenic area")

    code = models.CharField(max_length=40, unique=True, help_text="The source's own key")
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=12, choices=Category.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, db_index=False)
    address = models.CharField(max_length=200, blank=True)
    position = models.PointField(srid=4326)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["region", "category", "id"])]

    def __str__(self) -> str:
        return self.name


def code_prefix(code: str) -> str:
    """The significant part of a GB/T 2260 code: ``370000`` -> ``37``, ``370100`` -> ``3701``."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code


def regions_over(code: str) -> tuple[str, ...]:
    """The county ``code``, its city and its province: in whose jurisdiction it lies."""
    return code, f"{code[:4]}00", f"{code[:2]}0000"


def code_range(code: str) -> tuple[str, str]:
    """The first code that may lie in the region ``code``, and the first one beyond it.

    A range and not LIKE, so that any B-tree in the C collation serves it.
    """
    prefix = code_prefix(code)
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def within_region(field: str, code: str) -> models.Q:
    """The SQL predicate "the region code in ``field`` lies in the region ``code``".

    A county is asked for by its code alone: then an index by county gives its rows in order.
    """
    if code_prefix(code) == code:
        return models.Q(**{field: code})
    first, beyond = code_range(code)
    return models.Q(**{f"{field}__gte": first, f"{field}__lt": beyond})


def within_region_by_city(field: str, code: str) -> models.Q:
    """``within_region`` where a city is asked for by its four digits, as an index has them.

    Then the index gives the city's rows in order; a range of codes would have to be sorted.
    """
    prefix = code_prefix(code)
    if len(prefix) != CITY_DIGITS:
        return within_region(field, code)
    return models.Q(Exact(Left(models.F(field), CITY_DIGITS), models.Value(prefix)))
