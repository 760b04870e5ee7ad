"""The secret address at which a calendar program reads what somebody has before him."""

from __future__ import annotations

from django.db import models

from backend.accounts.models import User


class CalendarFeed(models.Model):
    """One person's feed. Of the token in its address only the hash is kept."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True, db_collation="C", help_text="SHA-256")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"feed of {self.user_id}"
