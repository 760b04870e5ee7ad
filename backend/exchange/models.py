"""How foreign tables are read: mappings that somebody made here and keeps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from backend.accounts.models import User
from backend.accounts.rights import jurisdiction_filter, regions_of
from geo.models import regions_over


class KeptMappingQuerySet(models.QuerySet["KeptMapping"]):
    """Mappings by who may use them."""

    def visible_to(self, user: User) -> KeptMappingQuerySet:
        """The mappings made in the user's jurisdiction, or over it, that have not ended."""
        over = [code for mine in regions_of(user) for code in regions_over(mine)]
        here = jurisdiction_filter(user, "made_by__region_id") | Q(made_by__region_id__in=over)
        return self.filter(here, ended_at=None)


class KeptMapping(models.Model):
    """One mapping. It never changes, for an import under way reads by it: another takes its place."""

    name = models.SlugField(max_length=60)
    document = models.JSONField(help_text="Title, columns, categories, datum, region, foreign")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mappings")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = KeptMappingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["made_by", "name"],
                condition=models.Q(ended_at__isnull=True),
                name="one_mapping_of_a_name",
            )
        ]

    def __str__(self) -> str:
        return self.name
