"""How a colleague is reached."""

from __future__ import annotations

import pghistory
from django.db import models

from backend.accounts.models import User


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Contact(models.Model):
    """What somebody on the staff lets colleagues know of himself; his own number is masked to them."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, primary_key=True, related_name="contact"
    )
    work_phone = models.CharField(
        max_length=24, blank=True, help_text="With its extension: 0531-88888888-8012"
    )
    work_mail = models.EmailField(
        blank=True, help_text="Not the address of the account, which administrators alone see"
    )
    mobile = models.CharField(max_length=11, blank=True, help_text="His own; masked to others")

    def __str__(self) -> str:
        return str(self.user_id)
