"""Applications with what came with them, the certificates that came of them, and bans."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.approvals.kinds import ApplicationKind, Paperwork, all_application_kinds
from backend.directory.models import LegalEntity, Membership, Person
from backend.evidence.models import File
from backend.lib.append_only import append_only_trigger
from backend.matters.models import Matter
from backend.papers.models import Paper
from backend.units.models import Unit


class Counter(models.Model):
    """The last number that was given under a key. Its row is the lock of whoever takes the next."""

    key = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Queries for certificates."""

    def visible_to(self, user: User) -> Self:
        """Those of the user's entities, and those whose application he sees."""
        mine = Membership.objects.filter(user=user).values("entity")
        seen = models.Q(application__matter__in=Matter.objects.visible_to(user))
        return self.filter(models.Q(holder__in=mine) | seen)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Certificate(models.Model):
    """What was granted: a use registration without an end, a licence for some years."""

    class Ending(models.TextChoices):
        """撤回 (Licensing Law art. 8), 撤销 (art. 69), 吊销 (a punishment) and 注销 (art. 70)."""

        REPLACED = "replaced", _("replaced by a changed one")
        WITHDRAWN = "withdrawn", _("taken back, for circumstances have changed")
        ANNULLED = "annulled", _("annulled")
        FRAUD = "fraud", _("annulled, for it was obtained by fraud")
        REVOKED = "revoked", _("revoked")
        CANCELLED = "cancelled", _("cancelled")

    application = models.OneToOneField(
        "Application", on_delete=models.PROTECT, related_name="granted"
    )
    kind = models.CharField(max_length=24)
    number = models.CharField(max_length=40, db_index=True)
    holder = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="certificates")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    valid_from = models.DateField()
    expires_on = models.DateField(
        null=True, blank=True, help_text="Its last day; a use registration has none"
    )
    paper = models.OneToOneField(
        Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="certificate"
    )
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ending_reason = models.CharField(max_length=1000, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ending="", ended_on__isnull=True)
                | (~models.Q(ending="") & models.Q(ended_on__isnull=False)),
                name="certificate_ends_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return self.number


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Queries for applications, limited by who may see them."""

    def visible_to(self, user: User) -> Self:
        """Those of the entities that the user acts for, and of the matters that his offices see."""
        mine = Membership.objects.filter(user=user).values("entity")
        seen = Matter.objects.visible_to(user)
        return self.filter(models.Q(applicant__in=mine) | models.Q(matter__in=seen))

    def of_applicant(self, user: User) -> Self:
        """Those of the entities that the user acts for."""
        return self.filter(applicant__in=Membership.objects.filter(user=user).values("entity"))

    def decided_in_public(self) -> Self:
        """Those of which everybody may know how they were decided."""
        return self.filter(matter__outcome__in=("granted", "refused"), decided_on__isnull=False)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Application(models.Model):
    """What an enterprise asks for: the columns of the kind beside its matter."""

    class Purpose(models.TextChoices):
        NEW = "new", _("for the first time")
        RENEWAL = "renewal", _("renewal")
        CHANGE = "change", _("change")

    class Waiting(models.TextChoices):
        APPRAISAL = "appraisal", _("for an appraisal")
        HEARING = "hearing", _("for a hearing")

    matter = models.OneToOneField(
        Matter, on_delete=models.PROTECT, primary_key=True, related_name="application"
    )
    kind = models.CharField(max_length=24, help_text="Of data/kinds.toml")
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.NEW)
    applicant = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="applications"
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        help_text="Whose certificate it is",
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="applications"
    )
    certificate = models.ForeignKey(
        Certificate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="Which is to be renewed or changed",
    )
    form = models.JSONField(help_text="Texts by the names of the kind's fields")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_as = models.UUIDField(help_text="Idempotency-Key of its sender")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was sent")
    supplement_asked_at = models.DateTimeField(null=True, blank=True)
    lacking = models.JSONField(
        default=list, blank=True, help_text="Documents of the kind that were asked for, by name"
    )
    accepted_on = models.DateField(null=True, blank=True)
    accepted_by_silence = models.BooleanField(default=False)
    renewed_by_silence = models.BooleanField(default=False)
    waiting_for = models.CharField(max_length=9, choices=Waiting.choices, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=2000, blank=True, help_text="Why it was refused")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["sent_by", "sent_as"], name="one_application_by_key"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["applicant", "-matter"], name="application_of_applicant"),
        ]

    def __str__(self) -> str:
        return str(self.matter)

    @property
    def kind_row(self) -> ApplicationKind:
        """What the data says of its kind."""
        return all_application_kinds()[self.kind]

    @property
    def lacking_documents(self) -> list[Paperwork]:
        """The documents that were asked for once it had come, in the order of the kind."""
        return [one for one in self.kind_row.documents if one.name in self.lacking]


@pgtrigger.register(append_only_trigger())
class Attachment(models.Model):
    """A PDF or picture of a document that came with an application. Append-only."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="attachments"
    )
    document = models.CharField(max_length=24, help_text="Of the kind's documents")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["application", "document", "file"], name="one_attachment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} of {self.application_id}"


@pgtrigger.register(append_only_trigger())
class IssuedPaper(models.Model):
    """A paper that an application brought: acceptance, supplements, refusal, certificate. Append-only."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="papers")
    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.paper_id} of {self.application_id}"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Ban(models.Model):
    """Until when somebody may not apply for something again, and why."""

    class Cause(models.TextChoices):
        FALSE_MATERIAL = "false-material", _("false material")
        FRAUD = "fraud", _("obtained by fraud")
        REVOKED = "revoked", _("licence revoked")

    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="bans")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="bans"
    )
    kind = models.CharField(max_length=24, help_text="What may not be applied for")
    cause = models.CharField(max_length=16, choices=Cause.choices)
    from_day = models.DateField()
    until_day = models.DateField(help_text="Its last day")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="bans", help_text="By which it came"
    )

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["entity", "kind", "until_day"], name="ban_of_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} until {self.until_day}"
