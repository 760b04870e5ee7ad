"""Administrative regions (GB/T 2260) with boundaries and their history."""

from __future__ import annotations

import datetime as dt

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _


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
        return prefix_of(self.code)


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


def prefix_of(code: str) -> str:
    """The significant part of a GB/T 2260 code: ``370000`` -> ``37``, ``370100`` -> ``3701``."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code
