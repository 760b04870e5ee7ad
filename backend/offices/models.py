"""Offices, posts and substitutes."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from backend.accounts.models import Role, User
from backend.accounts.rights import Right, roles_with
from backend.directory.models import Authority, InspectionBody
from backend.lib import clock
from backend.offices import triggers
from geo.models import Region


class Days(Func):
    """The days from ``starts_on`` to ``ends_on``, both of them within."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self) -> None:
        super().__init__("starts_on", "ends_on", RangeBoundary(inclusive_upper=True))


def office_in_force(day: dt.date, prefix: str = "") -> Q:
    """The condition "the office exists on ``day``"; ``prefix`` is the path to it."""
    begun = Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": day})
    standing = Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": day})
    return begun & standing


def post_in_force(day: dt.date, prefix: str = "") -> Q:
    """The condition "the post is held on ``day``, in an office that exists then"."""
    open_ended = Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    held = Q(**{f"{prefix}starts_on__lte": day}) & open_ended
    return held & office_in_force(day, f"{prefix}office__")


ADMINISTRATORS = roles_with(Right.MANAGE_ACCOUNTS)


class OfficeQuerySet(models.QuerySet["Office"]):
    """Queries for offices, by their place in the line."""

    def in_force(self, day: dt.date) -> OfficeQuerySet:
        """Those that exist on ``day``."""
        return self.filter(office_in_force(day))

    def of_authorities(self) -> OfficeQuerySet:
        """Those that are an authority themselves, and not a department of one."""
        return self.filter(code=F("authority__code"))

    def descending_from(self, *offices: Office) -> OfficeQuerySet:
        """The offices themselves with all below them."""
        lines = Q(pk__in=[])
        for office in offices:
            lines |= Q(path__startswith=office.path)
        return self.filter(lines)

    def visible_to(self, user: User) -> OfficeQuerySet:
        """All of them to staff, for who does which work is no secret; to enterprises none."""
        return self.none() if user.role == Role.ENTERPRISE else self

    def administered_by(self, user: User) -> OfficeQuerySet:
        """The offices in which ``user`` is an administrator today, with all below them."""
        posts = Post.objects.filter(
            post_in_force(clock.today()), user=user, role__in=ADMINISTRATORS
        )
        return self.filter(
            pk__in=Office.objects.descending_from(
                *Office.objects.filter(pk__in=posts.values("office"))
            )
        )


@pgtrigger.register(*triggers.path_triggers(), triggers.validity_trigger())
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
        db_default="",
        editable=False,
        help_text="Written by the database. Numbers of the offices from the top down to this one, each ended by a stroke: 1/18/240/",
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
    idempotency_key = models.UUIDField(
        null=True, blank=True, unique=True, editable=False, help_text="Of who opened it"
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        indexes: ClassVar[list[Any]] = [models.Index(fields=["path"], name="office_by_path")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(authority__isnull=False) ^ Q(body__isnull=False),
                name="office_of_authority_or_body",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> tuple[int, ...]:
        """The keys of the offices from the top down to this one."""
        return tuple(int(key) for key in self.path.split("/") if key)


class PostQuerySet(models.QuerySet["Post"]):
    """Queries for posts, limited by who may see them."""

    def visible_to(self, user: User) -> PostQuerySet:
        """The user's own, and to an administrator those of his line."""
        mine = Office.objects.administered_by(user)
        return self.filter(Q(user=user) | Q(office__in=mine))


@pgtrigger.register(*triggers.post_triggers())
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
    idempotency_key = models.UUIDField(
        null=True, blank=True, unique=True, editable=False, help_text="Of who gave it"
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["office", "role"])]
        constraints: ClassVar[list[Any]] = [
            ExclusionConstraint(
                name="post_held_once",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("office", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Days(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(role=Role.ENTERPRISE), name="post_is_of_staff"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="post_ends_after_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.office_id}"


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    """Queries for substitutions, limited by who may see them."""

    def visible_to(self, user: User) -> SubstitutionQuerySet:
        """Those of the posts that the user sees, and those in which he stands in himself."""
        return self.filter(Q(substitute=user) | Q(post__in=Post.objects.visible_to(user)))


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

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["substitute", "ends_on"])]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="substitution_ends_after_its_start",
            ),
            ExclusionConstraint(
                name="one_substitute_at_a_time",
                expressions=[("post", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for post {self.post_id}"
