"""Long work: a row with its progress and its result, so that it can be watched and run again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from backend.accounts.models import User


class JobQuerySet(models.QuerySet["Job"]):
    """Queries for jobs, limited by who may see them."""

    def visible_to(self, user: User) -> JobQuerySet:
        """The user's own jobs: parameters and files of a job are nobody else's business."""
        return self.filter(owner=user)


class Job(models.Model):
    """One piece of background work, made once per ``idempotency_key`` of its owner."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", pgettext_lazy("job", "failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=32)
    task = models.CharField(max_length=80, blank=True, help_text="Name of the Celery task")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="jobs")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField(default=0, help_text="Steps in all; 0 while unknown")
    done = models.PositiveIntegerField(default=0, help_text="Steps finished")
    parameters = models.JSONField(default=dict)
    result = models.JSONField(default=dict, help_text="Figures, and keys of files in storage")
    error = models.TextField(blank=True)
    starts = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was begun since it last got further"
    )
    idempotency_key = models.CharField(max_length=128, null=True, blank=True)
    body_digest = models.CharField(max_length=64, blank=True)
    request_id = models.CharField(
        max_length=36, blank=True, help_text="X-Request-ID of the answer that promised it"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"], name="one_job_per_idempotency_key"
            )
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["owner", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.state}"
