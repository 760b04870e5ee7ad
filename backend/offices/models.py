"""Offices, posts and substitutes."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.db import models

from backend.accounts.models import Role, User
from backend.directory.models import Authority, InspectionBody
from geo.models import Region


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Office(models.Model):
    """An authority, an inspection body, or a department (处室, 科, 所) of either: where work is done.

    Organisation is a tree of its own, not that of the regions.
    """

    code = models.CharField(max_length=24, unique=True, db_collation="C")
    name = models.CharField(max_length=80)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offices",
        help_text="The authority that this office is or belongs to; none for those of a body",
    )
    body = models.ForeignKey(
        InspectionBody, on_delete=models.PROTECT, null=True, blank=True, related_name="offices"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="offices")
    path = models.CharField(
        max_length=120,
        db_collation="C",
        editable=False,
        help_text="Numbers of the offices from the top down to this one, each ended by a stroke: 1/18/240/",
    )
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True, help_text="The first day without it")
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        help_text="Who took over its work when it was closed or merged",
    )

    class Meta:
        ordering = ("code",)
        indexes: ClassVar[list[Any]] = [models.Index(fields=["path"], name="office_by_path")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(authority__isnull=False) ^ models.Q(body__isnull=False),
                name="office_of_authority_or_body",
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Post(models.Model):
    """Who holds which role in which office, from which day to which. Somebody may hold several."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=16, choices=Role.choices)
    title = models.CharField(max_length=40, blank=True, help_text="What it is called: 科长")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="Its last day")

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["office", "role"])]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["user", "office", "role"],
                condition=models.Q(ends_on__isnull=True),
                name="one_open_post",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="post_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.office_id}"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Substitution(models.Model):
    """Somebody does the work of another's post for some days (委托); both names stand on what he does."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="substitutions")
    substitute = models.ForeignKey(User, on_delete=models.PROTECT, related_name="substitutions")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="Its last day")
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["substitute", "ends_on"])]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="substitution_ends_after_its_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for post {self.post_id}"
