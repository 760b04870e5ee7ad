"""Who signs in, with which role, over which region, and from which device."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from backend.accounts.triggers import account_posts_trigger
from backend.lib.append_only import append_only_trigger
from geo.models import Region


class Role(models.TextChoices):
    """What a person does here; see ``rights.RIGHTS`` for what each may do."""

    INSPECTOR = "inspector", _("inspector")
    OFFICER = "officer", _("supervision officer")
    REGISTRAR = "registrar", _("registrar")
    SUPERVISOR = "supervisor", _("supervisor")
    ENTERPRISE = "enterprise", _("enterprise")
    ADMINISTRATOR = "administrator", _("administrator")
    OPERATOR = "operator", _("hotline operator")
    CLERK = "clerk", _("clerk")
    HANDLER = "handler", _("handler")
    LEADER = "leader", _("leader")


@pgtrigger.register(account_posts_trigger())
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["password", "last_login", "sign_outs", "held_posts"],
    level=pghistory.Statement,
)
class User(AbstractUser):
    """A person who signs in.

    What staff may do follows from ``held_posts`` alone (``rights``). ``role`` and ``region`` are those
    of the main post, for lists and letters; an enterprise's account has no posts and no region.
    """

    role = models.CharField(max_length=16, choices=Role.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    held_posts = ArrayField(
        models.CharField(max_length=48),
        default=list,
        editable=False,
        help_text="Written by the database: role, region, first and last day of each post",
    )
    display_name = models.CharField(max_length=40, blank=True)
    sign_outs = models.PositiveIntegerField(
        default=0, help_text="Grows when all sessions end: a password, an account, a wish"
    )
    given_password_until = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until when a password given by an administrator opens the account, for its holder"
        " to choose one; null with a password of one's own",
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(role=Role.ENTERPRISE) | models.Q(region__isnull=False),
                name="user_has_a_jurisdiction",
            ),
            # As allauth compares names when somebody signs in.
            models.UniqueConstraint(Upper("username"), name="username_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """The value that a session must hold to stay valid: it changes with the password and with ``sign_out_everywhere``."""
        hashed: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{hashed}{self.sign_outs}"


@pgtrigger.register(append_only_trigger())
class SignIn(models.Model):
    """One try to sign in, failed or not. Names that nobody has are kept as they were typed."""

    class Outcome(models.TextChoices):
        DONE = "done", _("signed in")
        FAILED = "failed", _("wrong name or password")
        SECOND_FACTOR = "second-factor", _("second factor missing or wrong")

    class Door(models.TextChoices):
        PAGE = "page", _("page")
        PHONE = "phone", _("phone")

    FAILURES = (Outcome.FAILED, Outcome.SECOND_FACTOR)

    at = models.DateTimeField()
    username = models.CharField(max_length=150)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="sign_ins"
    )
    address = models.CharField(max_length=45, help_text="An IPv6 address is cut to its /64")
    door = models.CharField(max_length=5, choices=Door.choices)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["username", "at"], name="sign_in_of_name"),
            models.Index(fields=["address", "at"], name="sign_in_from"),
            models.Index(fields=["user", "-id"], name="sign_in_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.username} {self.at} {self.outcome}"


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


class ProgramToken(AbstractAuthToken):  # type: ignore[misc]
    """What a program signs in with in its maker's name: to the resources of ``scopes`` alone, until
    its end; only the hash of the token is kept."""

    PREFIX = "program-"
    """How the text of each begins, so that it is known from a phone's."""

    objects = AuthTokenManager()

    user: Any = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name: Any = models.CharField(max_length=80, help_text="Which program has it")
    scopes: Any = ArrayField(models.CharField(max_length=20))
    read_only: Any = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["user", "name"], name="one_token_per_program"),
            models.CheckConstraint(
                condition=models.Q(expiry__isnull=False), name="token_of_program_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.name}"
