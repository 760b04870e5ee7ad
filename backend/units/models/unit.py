"""The unit: one piece of special equipment and its present state."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db.models import Q
from django.db.models.functions import Left
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Role, User
from backend.accounts.rights import jurisdiction_filter
from backend.directory.models import LegalEntity, Membership
from backend.events import triggers
from backend.lib.problems import not_found
from backend.units.field_knowledge import FieldKnowledge
from backend.units.models.catalogue import Category
from backend.units.search import SEARCHED_COLUMNS, FoldedTexts, contains_text, is_searchable
from geo.models import CITY_DIGITS, Region, within_region_by_city

LISTED_BY = ("status", "kind", "held_from")
"""What lists of units are narrowed by, kept in the indexes that give their order."""


class UnitStatus(models.TextChoices):
    """使用状态 with the province's numbers where it has them (domain 3.2)."""

    UNREGISTERED = "unregistered", _("not registered")
    IN_USE = "in_use", _("in use")
    STOPPED = "stopped", _("stopped")
    SCRAPPED = "scrapped", _("scrapped, not yet cancelled")
    DISMANTLED = "dismantled", _("dismantled")
    CANCELLED = "cancelled", _("cancelled")
    MOVED_OUT = "moved_out", _("moved out")


class UnitQuerySet(models.QuerySet["Unit"]):
    """Queries for units, limited by who may see them."""

    def in_region(self, region: str) -> UnitQuerySet:
        """Those that stand in the region of this GB/T 2260 code."""
        return self.filter(within_region_by_city("region_id", region))

    def visible_to(self, user: User) -> UnitQuerySet:
        """The units in the user's jurisdiction, or of the entities that the user acts for."""
        if user.role != Role.ENTERPRISE:
            return self.filter(
                jurisdiction_filter(user, "region_id", lies_within=within_region_by_city)
            )
        # By their ids, read first: a guess of how many they are lets the planner read the register.
        mine = Membership.objects.filter(user=user).values("entity")
        used, owned, maintained = (
            Unit.objects.filter(**{f"{role}__in": mine}).values_list("pk", flat=True)
            for role in ("using_entity", "owner", "maintainer")
        )
        return self.filter(pk__in=list(used.union(owned, maintained)))

    def held(self, day: dt.date) -> UnitQuerySet:
        """The units that must not be used on ``day``, today or later."""
        return self.filter(held_from__lte=day)

    def not_held(self, day: dt.date) -> UnitQuerySet:
        """The units that no hold keeps from use on ``day``, today or later."""
        return self.filter(Q(held_from__isnull=True) | Q(held_from__gt=day))

    def get_visible(
        self, user: User, unit: int, field_knowledge: FieldKnowledge | None = None
    ) -> Unit:
        """The unit, if ``user`` may see it, or could while he was ``field_knowledge``, which is noted there.

        Raises Refused (404) otherwise, be it there or not.
        """
        found = self.visible_to(user).filter(pk=unit).first()
        if (
            found is None
            and field_knowledge is not None
            and _stood_in_jurisdiction(user, unit, field_knowledge.since)
        ):
            found = self.filter(pk=unit).first()
            field_knowledge.note_overlooked("unit-elsewhere")
        if found is None:
            raise not_found(gettext("There is no such unit in your jurisdiction."))
        return found

    def matching(self, text: str) -> UnitQuerySet:
        """The units of which a number or the address contains ``text``; none for too short a text."""
        return self.filter(contains_text(text)) if is_searchable(text) else self.none()


def _stood_in_jurisdiction(user: User, unit: int, since: dt.datetime) -> bool:
    """Whether the unit stood in the jurisdiction of ``user`` then or later, by its history."""
    it: Any = Unit(pk=unit)  # its history is a relation that pghistory makes
    told = it.events.all()
    at_first = told.filter(pgh_created_at__lte=since).order_by("-pgh_created_at", "-pgh_id")
    told = told.filter(Q(pgh_created_at__gt=since) | Q(pk__in=at_first.values("pk")[:1]))
    return bool(told.filter(jurisdiction_filter(user, "region_id")).exists())


@pgtrigger.register(*triggers.unit_triggers())
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
    attrs={  # nobody looks for history on a map
        "position": models.PointField(srid=4326, null=True, spatial_index=False),
        "route": models.LineStringField(srid=4326, null=True, spatial_index=False),
    },
)
class Unit(models.Model):
    """One unit. The lower block is derived from its records by ``state`` and never edited."""

    # Three different numbers (domain 2.1): the maker's, the old register's, the certificate's.
    device_code = models.CharField(
        max_length=19, unique=True, null=True, blank=True, db_collation="C", help_text="设备代码"
    )
    registration_code = models.CharField(
        max_length=21, null=True, blank=True, db_collation="C", help_text="注册代码"
    )
    certificate_no = models.CharField(
        max_length=20, null=True, blank=True, help_text="使用登记证编号"
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=1, db_collation="C")
    local_sub_variety = models.CharField(max_length=40, blank=True)
    catalogue_version = models.CharField(max_length=8, default="2014")
    product_name = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=80, blank=True)
    factory_no = models.CharField(max_length=60, blank=True)
    internal_no = models.CharField(max_length=60, blank=True)
    rescue_no = models.CharField(max_length=20, blank=True, help_text="电梯应急救援识别码")
    parameters = models.JSONField(default=dict, blank=True)

    using_entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="units_used"
    )
    owner = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="units_owned"
    )
    maintainer = models.ForeignKey(
        LegalEntity,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units_maintained",
    )

    region = models.ForeignKey(Region, on_delete=models.PROTECT, db_index=False)
    address = models.CharField(max_length=200, blank=True)
    position = models.PointField(srid=4326, null=True, blank=True)
    route = models.LineStringField(
        srid=4326, null=True, blank=True, spatial_index=False, help_text="Piping only"
    )
    source_datum = models.CharField(max_length=8, default="WGS84")
    source_coordinates = models.JSONField(
        null=True, blank=True, help_text="As given, before conversion"
    )
    out_of_jurisdiction = models.BooleanField(default=False, help_text="Law art. 100")
    first_used_on = models.DateField(null=True, blank=True)

    status = models.CharField(
        max_length=12, choices=UnitStatus.choices, default=UnitStatus.UNREGISTERED
    )
    registered_on = models.DateField(null=True, blank=True)
    held_from = models.DateField(
        null=True, blank=True, help_text="First day on which it must not be used; see its holds"
    )
    last_inspected_on = models.DateField(null=True, blank=True)
    last_conclusion = models.CharField(max_length=16, blank=True)
    safety_grade = models.PositiveSmallIntegerField(null=True, blank=True)
    next_due_on = models.DateField(
        null=True, blank=True, help_text="Earliest open clock of a statutory inspection"
    )
    own_due_on = models.DateField(
        null=True, blank=True, help_text="Earliest open clock of the user's own checks"
    )
    open_defects = models.PositiveSmallIntegerField(default=0)
    serious_defects = models.PositiveSmallIntegerField(default=0, help_text="Open ones")

    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(route__isnull=True) | models.Q(kind="8"),
                name="only_piping_is_a_line",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="in_use") | models.Q(registered_on__isnull=False),
                name="in_use_needs_registration",
            ),
        ]
        # Each write pays for each of these: none stands without a list or a search that needs it.
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["region", "id"]),
            models.Index(
                Left("region", CITY_DIGITS),
                "id",
                include=("region", *LISTED_BY),
                name="unit_city_newest",
            ),
            models.Index(fields=["category", "id"]),
            models.Index(fields=["kind", "id"]),
            models.Index(fields=["registration_code"]),
            models.Index(fields=["certificate_no"]),
            models.Index(fields=["factory_no"]),
            models.Index(
                fields=["held_from", "id"],
                condition=models.Q(held_from__isnull=False),
                name="unit_held",
            ),
            models.Index(
                fields=["id"], condition=models.Q(out_of_jurisdiction=True), name="unit_outside"
            ),
            models.Index(
                fields=["next_due_on", "id"], include=("region", *LISTED_BY), name="unit_due_first"
            ),
            models.Index(
                Left("region", CITY_DIGITS),
                "next_due_on",
                "id",
                include=("region", *LISTED_BY),
                name="unit_city_due_first",
            ),
            models.Index(
                fields=["status", "id"],
                include=("region", "kind"),
                condition=~models.Q(status="in_use"),
                name="unit_not_in_use",
            ),
            models.Index(
                fields=["region", "next_due_on", "id"], include=LISTED_BY, name="unit_county_due"
            ),
            GinIndex(
                OpClass(FoldedTexts(*SEARCHED_COLUMNS), name="gin_trgm_ops"), name="unit_texts"
            ),
            GistIndex(fields=["route"], condition=models.Q(route__isnull=False), name="unit_route"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.device_code or self.registration_code or self.factory_no}"

    def is_held(self, day: dt.date) -> bool:
        """Whether a hold forbids its use on ``day``, today or later."""
        return self.held_from is not None and self.held_from <= day
