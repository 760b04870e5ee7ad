"""Checklists, reports from the field, the defects they name, and what was refused."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Role, User
from backend.directory.models import LegalEntity
from backend.events import triggers
from backend.lib.append_only import append_only_trigger
from backend.units.models import (
    Conclusion,
    Inspection,
    InspectionKind,
    Stage,
    Unit,
    Withdrawal,
)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Checklist(models.Model):
    """One version of the items of one kind of inspection.

    Phones carry checklists for weeks, so a version that has ended still takes reports.
    """

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField()
    category_prefix = models.CharField(
        max_length=4, blank=True, db_collation="C", help_text="Empty: for every unit"
    )
    inspection_kind = models.CharField(
        max_length=20, choices=InspectionKind.choices, blank=True, help_text="Empty: for every kind"
    )
    title = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    items = models.JSONField(help_text="id, text, text_en, type, unit, min, max, required")
    source = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="First day no longer valid")

    has_narrower: bool  # where it was read by ``get_checklist``

    class Meta:
        ordering = ("code", "-version")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code", "version"], name="one_checklist_version")
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class ReportQuerySet(models.QuerySet["Report"]):
    """Queries for reports, limited by who may see them."""

    def visible_to(self, user: User) -> ReportQuerySet:
        """The user's own reports, and those on units that the user may see."""
        seen = Unit.objects.visible_to(user).values("pk")
        return self.filter(models.Q(filed_by=user) | models.Q(unit__in=seen))

    def with_record(self) -> ReportQuerySet:
        """Join the record that issues each report, and what took the place of that record."""
        return self.select_related("issue__record__superseded_by", "issue__record__body")


@pgtrigger.register(append_only_trigger())
class Report(models.Model):
    """What an inspector filed, as he filed it. The id was made on the phone; never changed.

    It is the draft of a record and holds all that the record will say: its ``Issue`` makes it one.
    """

    class State(models.TextChoices):
        FILED = "filed", pgettext_lazy("report", "filed")
        IN_FORCE = "in_force", pgettext_lazy("report", "in force")
        CORRECTED = "corrected", pgettext_lazy("report", "corrected")
        WITHDRAWN = "withdrawn", pgettext_lazy("report", "withdrawn")

    id = models.UUIDField(primary_key=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    tag_code = models.CharField(
        max_length=12, null=True, blank=True, db_collation="C", help_text="The tag scanned, if any"
    )
    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=20, choices=InspectionKind.choices)
    happened_on = models.DateField(help_text="Day of the inspection")
    answers = models.JSONField(help_text="Answer by the id of the checklist's item")
    conclusion = models.CharField(max_length=16, choices=Conclusion.choices)
    conclusion_reason = models.CharField(
        max_length=400, blank=True, help_text="Why so, where the phone asked"
    )
    doubts = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="In what its parts contradict each other; see ``judging``",
    )
    second_inspector = models.CharField(max_length=60, blank=True)
    body = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="The inspection body that the inspector acts for",
    )  # fmt: skip
    report_no = models.CharField(max_length=60, blank=True)
    opinion_notice_no = models.CharField(max_length=60, blank=True, help_text="检验意见通知书")
    opinion_answered_on = models.DateField(null=True, blank=True)
    safety_grade = models.PositiveSmallIntegerField(null=True, blank=True)
    monitored_months = models.PositiveSmallIntegerField(null=True, blank=True)
    stated_next_on = models.DateField(null=True, blank=True)
    remark = models.TextField(blank=True)
    position = PointField(srid=4326, null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    datum = models.CharField(max_length=8, blank=True, help_text="Of the position as sent")
    source_coordinates = models.JSONField(null=True, blank=True, help_text="As sent")
    device_time = models.DateTimeField(help_text="By the phone's clock")
    received_at = models.DateTimeField()
    device = models.CharField(max_length=64, blank=True)
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reports")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical JSON")

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["unit", "-received_at"])]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(accuracy_m__isnull=True) | models.Q(accuracy_m__gte=0),
                name="report_accuracy_is_not_negative",
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def record(self) -> Inspection | None:
        """The record that issues the report; None while it is only filed."""
        issue: Issue | None = getattr(self, "issue", None)
        return issue.record if issue else None

    @property
    def record_id(self) -> int | None:
        """The primary key of the record that issues the report; None while it is only filed."""
        issue: Issue | None = getattr(self, "issue", None)
        return issue.record_id if issue else None

    @property
    def in_force(self) -> bool:
        """Whether it was issued. That its record was replaced since is said by ``state``."""
        return self.record_id is not None

    @property
    def state(self) -> Report.State:
        """How far it has come, and whether its record still stands."""
        record = self.record
        if record is None:
            return Report.State.FILED
        later = getattr(record, "superseded_by", None)
        if later is None:
            return Report.State.IN_FORCE
        withdrawn = later.stage == Stage.WITHDRAWAL
        return Report.State.WITHDRAWN if withdrawn else Report.State.CORRECTED

    @property
    def inspectors(self) -> str:
        """Who inspected, as the report names them."""
        return "、".join(filter(None, (str(self.filed_by), self.second_inspector)))


@pgtrigger.register(append_only_trigger())
class Issue(models.Model):
    """The step that makes a record of a report (签发). Before it a report is no fact of the unit.

    Filing issues at once today; steps of review and approval may come to stand between.
    """

    report = models.OneToOneField(
        Report, on_delete=models.PROTECT, primary_key=True, related_name="issue"
    )
    record = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="issue")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.report_id} as {self.record_id}"


class Severity(models.TextChoices):
    """隐患等级: order 57 art. 25 knows the serious ones, the others are general."""

    GENERAL = "general", _("general")
    SERIOUS = "serious", _("serious")


class DefectQuerySet(models.QuerySet["Defect"]):
    """Queries for defects, limited by who may see them."""

    def visible_to(self, user: User) -> DefectQuerySet:
        """The defects of the units that the user may see."""
        return self.filter(unit__in=Unit.objects.visible_to(user).values("pk"))


@pgtrigger.register(*triggers.unit_part_triggers())
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Defect(models.Model):
    """A fault found on a unit; open until a later report closes it.

    One whose report is withdrawn ends void: it was no fault of this unit.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="defects")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="defects")
    item = models.CharField(max_length=20, blank=True, help_text="The checklist's item, if any")
    text = models.CharField(max_length=500)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    photos = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    found_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    closed_by_report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, blank=True, related_name="closed_defects"
    )
    voided_by = models.ForeignKey(
        Withdrawal, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False, help_text="What took back the report that found it",
    )  # fmt: skip

    objects = DefectQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["unit"], condition=models.Q(closed_on__isnull=True), name="defect_open"
            )
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(
                    closed_on__isnull=True, closed_by_report__isnull=True, voided_by__isnull=True
                )
                | models.Q(
                    closed_on__isnull=False, closed_by_report__isnull=False, voided_by__isnull=True
                )
                | models.Q(
                    closed_on__isnull=False, closed_by_report__isnull=True, voided_by__isnull=False
                ),
                name="defect_ends_by_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


OPEN: dict[str, Any] = {"done_by_report": None, "cancelled_at": None}
"""What a task is that is still to be done."""


class TaskQuerySet(models.QuerySet["Task"]):
    """Queries for planned inspections, limited by who may see them."""

    def visible_to(self, user: User) -> TaskQuerySet:
        """The user's own tasks, and those on units that the user may see.

        Who acts for an enterprise sees what was announced to it, and nothing before.
        """
        on_seen = models.Q(unit__in=Unit.objects.visible_to(user).values("pk"))
        if user.role == Role.ENTERPRISE:
            return self.filter(on_seen, announced_at__isnull=False)
        return self.filter(models.Q(assignee=user) | on_seen)

    def still_open(self) -> TaskQuerySet:
        """Those neither done nor cancelled."""
        return self.filter(**OPEN)

    def to_do(self, user: User, until: dt.date) -> TaskQuerySet:
        """The open tasks of ``user`` on visible units that are planned up to ``until``."""
        seen = Unit.objects.visible_to(user).values("pk")
        mine = self.still_open().filter(assignee=user, planned_on__lte=until)
        return mine.filter(unit__in=seen).order_by("planned_on", "id")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Task(models.Model):
    """A planned inspection of one unit by one person; done when a fitting report is filed.

    The enterprise learns of it when it is announced. One that is cancelled stays, with the reason.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tasks")
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=20, choices=InspectionKind.choices)
    planned_on = models.DateField()
    note = models.CharField(max_length=400, blank=True)
    done_by_report = models.OneToOneField(
        Report, on_delete=models.PROTECT, null=True, blank=True, related_name="task"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tasks_planned")
    created_at = models.DateTimeField()
    announced_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the enterprise may know"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=400, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["assignee", "unit", "kind", "planned_on"],
                condition=models.Q(**OPEN),
                name="planned_once",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancel_reason="")
                | models.Q(cancelled_at__isnull=False, done_by_report=None)
                & ~models.Q(cancel_reason=""),
                name="task_cancelled_with_a_reason",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["assignee", "planned_on"],
                condition=models.Q(**OPEN),
                name="task_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.kind} {self.planned_on}"

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.done_by_report_id is None and self.cancelled_at is None

    def note_for(self, reader: User) -> str:
        """What is noted for who goes; nothing of it for who acts for the enterprise."""
        return "" if reader.role == Role.ENTERPRISE else self.note


@pgtrigger.register(append_only_trigger())
class RejectedReport(models.Model):
    """A report that could not be taken, kept word for word: nothing from the field is dropped."""

    report_id = models.UUIDField(help_text="The id it came under")
    body = models.BinaryField(help_text="Canonical JSON, UTF-8")
    digest = models.CharField(max_length=64)
    code = models.CharField(max_length=40, help_text="Why, as in the problem document")
    device = models.CharField(max_length=64, blank=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="rejected_reports")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["report_id", "digest", "user"], name="rejected_once_per_content"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.code}"
