"""Who is on duty where and when: shifts of offices, rosters of months, swaps."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
import uuid_utils.compat as uuid
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.calendars.models.spans import Span
from backend.offices.competence import with_predecessors
from backend.offices.models import Office
from backend.offices.seats import Seats


def _offices_in_line(seats: Seats) -> Q:
    """The condition "an office above or below one of the seats, or their own", on ``office``."""
    above = {int(key) for seat in seats.seats for key in seat.path.split("/") if key}
    return Q(office__in=above.union(seats.offices_and_descendants()))


class DutyDeskQuerySet(models.QuerySet["DutyDesk"]):
    """Queries for duty desks."""

    def visible_to(self, user: User) -> DutyDeskQuerySet:
        """Those of the offices above and below ``user``, and of his own."""
        return self.filter(_offices_in_line(Seats.of(user)))


class DutyDesk(models.Model):
    """How the duty of an office is reached (值班室)."""

    office = models.OneToOneField(
        Office, on_delete=models.PROTECT, primary_key=True, related_name="duty_desk"
    )
    phone = models.CharField(max_length=40)

    objects = DutyDeskQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.office_id}: {self.phone}"


class ShiftQuerySet(models.QuerySet["Shift"]):
    """Queries for shifts."""

    def visible_to(self, user: User) -> ShiftQuerySet:
        """Those of the offices above and below ``user``, and of his own."""
        return self.filter(_offices_in_line(Seats.of(user)))

    def kept(self) -> ShiftQuerySet:
        """Those by which new rosters are made."""
        return self.filter(ended_at=None)


class Shift(models.Model):
    """A part of the day for which an office names people (班次): a whole day, or day and night."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="shifts")
    name = models.CharField(max_length=20, help_text="白班")
    begins = models.TimeField(help_text="In China")
    hours = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    people = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="How many are on duty beside the leader",
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["office", "name"],
                condition=Q(ended_at__isnull=True),
                name="one_shift_of_a_name",
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=1, hours__lte=24, people__gte=1), name="shift_of_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RosterQuerySet(models.QuerySet["Roster"]):
    """Queries for rosters, limited by who may see them."""

    def visible_to(self, user: User) -> RosterQuerySet:
        """Published ones of the offices above and below ``user``; drafts to who keeps them."""
        seats = Seats.of(user)
        if not seats.seats:
            return self.none()
        kept = {seat.office for seat in seats.giving(Right.KEEP_CALENDARS)}
        published = _offices_in_line(seats) & Q(published_at__isnull=False)
        return self.filter(published | Q(office__in=with_predecessors(kept)))


@pgtrigger.register(pgtrigger.Protect(name="kept", operation=pgtrigger.Delete))
class Roster(models.Model):
    """The duty roster (值班表) of an office for one month: a draft until it is published."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="rosters")
    month = models.DateField(help_text="Its first day")
    shifts = models.ManyToManyField(Shift, related_name="rosters")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["office", "month"], name="one_roster_of_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="roster_from_the_first"),
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.month:%Y-%m}"


class DutyQuerySet(models.QuerySet["Duty"]):
    """Queries for duties, limited by who may see them."""

    def visible_to(self, user: User) -> DutyQuerySet:
        """Those of the published rosters that ``user`` sees."""
        rosters = Roster.objects.visible_to(user).filter(published_at__isnull=False)
        return self.filter(roster__in=rosters, ended_at=None)

    def standing(self) -> DutyQuerySet:
        """Those of published rosters that nobody took over."""
        return self.filter(ended_at=None, roster__published_at__isnull=False)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Duty(models.Model):
    """One person on duty for one shift of one day (值班).

    Once published it is never another's: who takes it over has a row of his own, and this one ends.
    """

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="duties")
    day = models.DateField()
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    leads = models.BooleanField(default=False, help_text="As the leader on duty (带班领导)")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    uid = models.UUIDField(unique=True, default=uuid.uuid7, editable=False)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody else took it over"
    )

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "duties"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["roster", "day"], name="duty_of_roster"),
            models.Index(fields=["person", "ends_at"], name="duty_of_person"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="duty_ends_after_its_start"
            ),
            ExclusionConstraint(
                name="on_duty_once_in_a_roster",
                expressions=[
                    ("roster", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (Span(), RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.day}"


class DutySwapQuerySet(models.QuerySet["DutySwap"]):
    """Queries for swaps."""

    def visible_to(self, user: User) -> DutySwapQuerySet:
        """Those that ``user`` asked for or is asked."""
        return self.filter(Q(given__person=user) | Q(taken__person=user))


class DutySwap(models.Model):
    """One asks another to change duties with him (调班); it is done when the other agrees."""

    class State(models.TextChoices):
        ASKED = "asked", pgettext_lazy("swap", "asked")
        AGREED = "agreed", pgettext_lazy("swap", "agreed")
        REFUSED = "refused", pgettext_lazy("swap", "refused")

    given = models.ForeignKey(
        Duty, on_delete=models.PROTECT, related_name="swaps_given", help_text="Of who asks"
    )
    taken = models.ForeignKey(
        Duty, on_delete=models.PROTECT, related_name="swaps_taken", help_text="Of who is asked"
    )
    state = models.CharField(max_length=7, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = DutySwapQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["given"], condition=Q(state="asked"), name="one_open_swap_of_a_duty"
            )
        ]

    def __str__(self) -> str:
        return f"{self.given_id} for {self.taken_id}: {self.state}"
