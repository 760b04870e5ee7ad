"""Absences: who is away from which day to which, and why."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from backend.absences.reasons import all_reasons
from backend.accounts.models import User
from backend.lib import clock
from backend.offices.models import Days, Post, post_in_force
from backend.offices.seats import Seats


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Queries for absences, limited by who may see them."""

    def visible_to(self, user: User) -> AbsenceQuerySet:
        """The user's own, and those of all who hold a post today in the line of an office of his."""
        here = Post.objects.filter(
            post_in_force(clock.today()),
            user=OuterRef("person"),
            office__in=Seats.of(user).offices_and_descendants(),
        )
        return self.filter(Q(person=user) | Exists(here))

    def within(self, first: dt.date, last: dt.date) -> AbsenceQuerySet:
        """Those that touch the days from ``first`` to ``last``."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Absence(models.Model):
    """Somebody is away (请假, 外出) for some days. Who stands in for him is said by substitutions."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="absences")
    reason = models.CharField(max_length=16, help_text="A code of data/reasons.toml")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="Its last day")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["ends_on", "person"])]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="absence_ends_after_its_start"
            ),
            ExclusionConstraint(
                name="one_absence_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} from {self.starts_on} to {self.ends_on}"

    @property
    def reason_label(self) -> str:
        """The reason in the reader's language."""
        return all_reasons()[self.reason].label
