"""The answers that are kept for a while by sender and key."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from backend.accounts.models import User


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered. No secret that is shown once is kept in it.

    Its row is written first: who sends the same at the same time waits for it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(help_text="Idempotency-Key, made by the sender")
    digest = models.CharField(max_length=64, help_text="SHA-256 of path and body")
    status = models.PositiveSmallIntegerField(null=True, help_text="Nothing until it is answered")
    document = models.JSONField(null=True)
    etag = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["made_at"], name="answer_made_at")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
