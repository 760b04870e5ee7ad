"""How each unit stands, and the figures of cells and regions that are summed from it.

The figures are exact integers, kept by adding (new - old) of what changed; see ``figure_updates``.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.gis.db.models import PointField
from django.db import models
from django.db.models.functions import Left

from backend.units.models import Unit, UnitStatus
from geo.models import CITY_DIGITS, Region

LISTED_BY = ("kind", "status", "overdue", "due_soon", "failed")
"""What lists of the worst units are narrowed by, kept in the indexes that give their order."""


class UnitFigures(models.Model):
    """How a unit stands as of the reader's day: what tiles and roll-ups need, and no more.

    Units that have ended (dismantled, cancelled, moved out) have no row. ``cell`` is the Morton
    code of the tile at ``geo.pyramid.MAX_ZOOM`` in which the unit lies; the cell of level L is
    ``cell >> 2 * (18 - L)``. No foreign keys: rows follow the feed, not the edit.
    """

    unit = models.OneToOneField(
        Unit, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False,
        related_name="risk",
    )  # fmt: skip
    region = models.ForeignKey(
        Region, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=1, db_collation="C")
    status = models.CharField(max_length=12, choices=UnitStatus.choices, db_collation="C")
    overdue = models.BooleanField(help_text="A clock of a unit in use has run out")
    due_soon = models.BooleanField(help_text="Due within a month, not overdue")
    failed = models.BooleanField(help_text="Must not be used: failed, or safety grade 5")
    hazards = models.PositiveSmallIntegerField(help_text="Open defects")
    unseen = models.BooleanField(help_text="The tag in force was never scanned, or there is none")
    score = models.PositiveSmallIntegerField(help_text="0 to 1000")
    level = models.PositiveSmallIntegerField(
        db_default=1, help_text="Class of the score by the model in force, 1 to 5"
    )
    place = PointField(srid=3857, null=True, spatial_index=True)
    cell = models.BigIntegerField(null=True)
    changes_on = models.DateField(
        null=True, help_text="First day on which time alone changes something of this row"
    )

    class Meta:
        db_table = "risk_standing"
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["region", "-score", "unit"],
                include=LISTED_BY,
                name="standing_worst_of_county",
            ),
            models.Index(
                Left("region", CITY_DIGITS),
                models.F("score").desc(),
                "unit",
                include=("region", *LISTED_BY),
                name="standing_worst_of_city",
            ),
            models.Index(
                fields=["-score", "unit"], include=("region", *LISTED_BY), name="standing_worst"
            ),
            models.Index(fields=["changes_on"], name="standing_changes"),
            # The worst of a cell of level 14, for the tiles that show units.
            models.Index(
                models.F("cell").bitrightshift(8), models.F("score").desc(), name="standing_tile"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.score}"


class Rate(models.Model):
    """How often like units of one place, maker, maintainer or model failed; see ``rates``.

    Drawn anew each night and kept for the day, so that no score moves because a neighbour's did.
    What is not here is as usual.
    """

    about = models.CharField(max_length=15, db_collation="C", help_text="Name of the measure")
    species = models.CharField(max_length=2, db_collation="C")
    key = models.CharField(max_length=120, db_collation="C")
    percent = models.IntegerField(help_text="Of what is usual for the species")
    pk = models.CompositePrimaryKey("about", "species", "key")

    def __str__(self) -> str:
        return f"{self.about} {self.species} {self.key} {self.percent} %"


class Figures(models.Model):
    """The sums over standings that every roll-up holds; ``band0`` counts class 1, ``band4`` class 5."""

    region = models.ForeignKey(
        Region, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(max_length=1, db_collation="C")
    status = models.CharField(max_length=12, choices=UnitStatus.choices, db_collation="C")
    units = models.IntegerField()
    overdue = models.IntegerField()
    due_soon = models.IntegerField()
    failed = models.IntegerField()
    hazards = models.IntegerField()
    unseen = models.IntegerField()
    score_sum = models.BigIntegerField()
    band0 = models.IntegerField()
    band1 = models.IntegerField()
    band2 = models.IntegerField()
    band3 = models.IntegerField()
    band4 = models.IntegerField()

    class Meta:
        abstract = True


SUMS = (
    "units", "overdue", "due_soon", "failed", "hazards", "unseen", "score_sum",
    "band0", "band1", "band2", "band3", "band4",
)  # fmt: skip
"""The summed columns of ``Figures``."""


class CellFigures(Figures):
    """What lies in one cell of one of ``geo.pyramid.CELL_LEVELS``; a map tile is one range of cells.

    By region too, because a cell on a border has parts that a county's staff may not see.
    """

    pk = models.CompositePrimaryKey("level", "cell", "region_id", "kind", "status")
    level = models.PositiveSmallIntegerField()
    cell = models.BigIntegerField(help_text="Morton code of the tile at ``level``")

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["level"], condition=models.Q(units=0), name="cellfigures_empty"
            )  # empty itself: rows of no units are deleted in the transaction that made them so
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.cell} {self.region_id}"


class RegionFigures(Figures):
    """The figures of a county from one day on, until the first day on which they were others.

    Every first day of a month begins a version though nothing changed, so that no question about
    a day reads more than a month. The open version (no ``valid_to``) is the present.
    """

    pk = models.CompositePrimaryKey("valid_from", "region_id", "kind", "status")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="First day no longer valid")

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["region", "kind", "status"],
                condition=models.Q(valid_to__isnull=True),
                name="figures_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.kind} {self.status} {self.valid_from}"


class Reader(models.Model):
    """The one row that says how far scores and figures have followed the register."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    feed_xid = models.BigIntegerField(help_text="Position in the feed, see backend.events.feed")
    feed_id = models.BigIntegerField()
    cluster = models.BigIntegerField(help_text="The database whose numbers these are")
    scan_xid = models.BigIntegerField(
        help_text="The oldest transaction that ran at the last look at the scan log"
    )
    scan_id = models.BigIntegerField(help_text="Scans up to here are done with for good")
    scan_next = models.BigIntegerField(help_text="The highest scan at ``scan_next_at``")
    scan_next_at = models.DateTimeField()
    day = models.DateField(help_text="The day that standings and figures are of")
    version = models.BigIntegerField(default=1, help_text="Grows with each batch; makes ETags")
    model = models.CharField(max_length=20, help_text="Version of the weights")
    history_from = models.DateField(help_text="The first day that can be asked for")
    daily_from = models.DateField(help_text="Before this day one day a month is known")
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_reader")
        ]

    def __str__(self) -> str:
        return f"version {self.version} of {self.day}"
