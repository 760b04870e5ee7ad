"""Who signs in, with which role, over which region, and from which device."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from geo.models import Region


class Role(models.TextChoices):
    """What a person does here; see ``rights.RIGHTS`` for what each may do."""

    INSPECTOR = "inspector", _("inspector")
    OFFICER = "officer", _("supervision officer")
    REGISTRAR = "registrar", _("registrar")
    SUPERVISOR = "supervisor", _("supervisor")
    ENTERPRISE = "enterprise", _("enterprise")
    ADMINISTRATOR = "administrator", _("administrator")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["password", "last_login"],
    level=pghistory.Statement,
)
class User(AbstractUser):
    """A person who signs in. ``region`` is the jurisdiction; an enterprise has none."""

    role = models.CharField(max_length=16, choices=Role.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    display_name = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(role=Role.ENTERPRISE) | models.Q(region__isnull=False),
                name="user_has_a_jurisdiction",
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.username


class DeviceToken(AbstractAuthToken):  # type: ignore[misc]  # knox ships no types
    """One revocable sign-in of one device; only the hash of the token is kept."""

    objects = AuthTokenManager()

    user: Any = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    device_id: Any = models.CharField(max_length=64)
    device_name: Any = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "device_id"], name="one_token_per_device")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.device_name or self.device_id}"
