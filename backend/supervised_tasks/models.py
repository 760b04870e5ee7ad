"""What is kept of a supervised task beside its matter: its reports of progress and its proofs."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from backend.accounts.models import User
from backend.evidence.models import File
from backend.lib.append_only import append_only_trigger
from backend.matters.models import Matter
from backend.offices.models import Office


class Every(models.TextChoices):
    """How often progress is reported."""

    NEVER = "", _("not at all")
    WEEK = "weekly", _("every week")
    MONTH = "monthly", _("every month")


class SupervisedYear(models.Model):
    """The last number that an office gave to a task in a year. Its row is the lock of whoever takes the next."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["office", "year"], name="one_supervised_count_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.office_id} {self.year}: {self.last}"


class SupervisedTaskQuerySet(models.QuerySet["SupervisedTask"]):
    """Queries for supervised tasks, limited by who may see them."""

    def visible_to(self, user: User) -> SupervisedTaskQuerySet:
        """Those of the matters that ``user`` may see."""
        return self.filter(matter__in=Matter.objects.visible_to(user))


class SupervisedTask(models.Model):
    """Something to be done by an office until a day, with proof, because a leader ordered it."""

    matter = models.OneToOneField(
        Matter, on_delete=models.PROTECT, primary_key=True, related_name="supervised"
    )
    what = models.CharField(max_length=2000, help_text="What is to be done, and how one sees it")
    by_clerk = models.BooleanField(help_text="A clerk wrote it, so that a leader approves it first")
    ordered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The leader who ordered it, or approved it; he accepts what is done",
    )
    lead = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="supervised", help_text="牵头单位"
    )
    helpers = models.ManyToManyField(Office, blank=True, related_name="+", help_text="配合单位")
    due_on = models.DateField(
        null=True, blank=True, help_text="As it was ordered; without a day the rule counts"
    )
    every = models.CharField(
        max_length=8, choices=Every.choices, blank=True, help_text="How often progress is reported"
    )
    wished_on = models.DateField(
        null=True, blank=True, help_text="Until when the lead office asked for more time"
    )
    returns = models.PositiveSmallIntegerField(
        default=0, help_text="How often what was done was sent back"
    )
    finished_on = models.DateField(
        null=True, blank=True, help_text="When it was finished with proof, until that is sent back"
    )
    days_late = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many days after its day; 0 is in time"
    )

    sent_as = models.UUIDField(unique=True, help_text="Idempotency-Key of the order")

    objects = SupervisedTaskQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["lead", "finished_on"], name="supervised_of_lead")
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(finished_on__isnull=True) ^ models.Q(days_late__isnull=False),
                name="supervised_scored_when_finished",
            )
        ]

    def __str__(self) -> str:
        return str(self.matter_id)


class ProgressReport(models.Model):
    """One report of progress (进展), a matter of its own beside its task."""

    matter = models.OneToOneField(
        Matter, on_delete=models.PROTECT, primary_key=True, related_name="progress_report"
    )
    task = models.ForeignKey(SupervisedTask, on_delete=models.PROTECT, related_name="reports")
    nth = models.PositiveSmallIntegerField()
    due_on = models.DateField(null=True, help_text="Its day by the rule")
    said = models.CharField(max_length=2000, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("nth",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["task", "nth"], name="one_progress_report_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.nth}"


@pgtrigger.register(append_only_trigger())
class Proof(models.Model):
    """A PDF or a photo that shows what was done (办结佐证). It is never taken off again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    task = models.ForeignKey(SupervisedTask, on_delete=models.PROTECT, related_name="proofs")
    title = models.CharField(max_length=120)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ("given_at", "id")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["task", "file"], name="one_proof_of_content"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def media_type(self) -> str:
        """What its reader gets."""
        return "image/jpeg" if self.file.is_picture else self.file.media_type
