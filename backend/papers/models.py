"""Series of numbers, versions of templates, papers, and how each was served."""

from __future__ import annotations

import functools
import operator
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.evidence.models import File
from backend.jobs.models import Job
from backend.lib.append_only import append_only_trigger
from backend.lib.identifiers.random_code import LENGTH
from backend.offices.models import Office
from backend.offices.seats import Seats


class Series(models.Model):
    """A series of numbers (发文字号) of one office: a word (代字), and the form that puts it together."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="paper_series")
    word = models.CharField(max_length=24, unique=True, help_text="机关代字: 鲁质监发")
    form = models.CharField(max_length=60, help_text="With {word}, {year} and {number}")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("word",)

    def __str__(self) -> str:
        return self.word


class SeriesYear(models.Model):
    """The last number that a series gave in a year. Its row is the lock of whoever takes the next."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["series", "year"], name="one_counter_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year}: {self.last}"


@pgtrigger.register(append_only_trigger())
class Template(models.Model):
    """One version of the text of one kind of paper, with named fields. Append-only."""

    code = models.CharField(max_length=40, db_collation="C", help_text="E.g. complaint-acceptance")
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80, help_text="The kind as printed: 投诉受理通知书")
    layout = models.CharField(max_length=24, db_collation="C", help_text="A file of ``layouts``")
    """Empty where another room lays it out, as it does an official document."""
    fields = models.JSONField(help_text="name, label, kind, required, public, most")
    paragraphs = models.JSONField(help_text="Texts with {names} of fields")
    signers = models.JSONField(default=list, help_text="Who signs by hand beside the office")
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=1, help_text="A read in the law … D disputed")
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ("code", "-version")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code", "version"], name="one_template_version")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class PaperQuerySet(models.QuerySet["Paper"]):
    """Queries for papers, limited by who may see them."""

    def visible_to(self, user: User) -> PaperQuerySet:
        """The papers of the offices in whose line ``user`` has a seat, and those that such an office
        was given to read."""
        offices = Seats.of(user).offices_and_descendants()
        given = PaperReader.objects.filter(office__in=offices)
        return self.filter(models.Q(office__in=offices) | models.Q(pk__in=given.values("paper")))


def _change_of(*names: str) -> Any:
    """The condition of a trigger that one of these columns changes."""
    changes = [pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in names]
    return functools.reduce(operator.or_, changes)


_TEXT = ("template", "office", "addressee", "fields", "drafted_by", "drafted_at", "replaces")
NUMBER_FIELDS = ("series", "year", "serial", "number", "registered_on", "registered_by")
_PDF = ("pdf_key", "pdf_sha256", "pdf_size")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
@pgtrigger.register(
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    pgtrigger.FSM(
        name="states",
        field="state",
        transitions=[
            ("draft", "registered"),
            ("draft", "withdrawn"),
            ("registered", "issued"),
            ("registered", "withdrawn"),
            ("issued", "replaced"),
            ("issued", "withdrawn"),
            ("issued", "annulled"),
            ("issued", "repealed"),
        ],
    ),
    pgtrigger.Protect(
        name="frozen",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__number__isnull=False) & _change_of(*_TEXT, *NUMBER_FIELDS),
    ),
    pgtrigger.Protect(
        name="issued_once",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__issued_at__isnull=False)
        & _change_of("code", "issued_at", "issued_by"),
    ),
    pgtrigger.Protect(
        name="made_once",
        operation=pgtrigger.Update,
        condition=~pgtrigger.Q(old__pdf_sha256="") & _change_of(*_PDF),
    ),
)
class Paper(models.Model):
    """One paper (文书) from its draft to the end of its validity.

    Its text stays as it is once it has a number, its PDF once it is made: the database sees to both.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("paper", "draft")
        REGISTERED = "registered", pgettext_lazy("paper", "registered")
        ISSUED = "issued", pgettext_lazy("paper", "issued")
        REPLACED = "replaced", pgettext_lazy("paper", "replaced")
        WITHDRAWN = "withdrawn", pgettext_lazy("paper", "withdrawn")
        ANNULLED = "annulled", pgettext_lazy("paper", "annulled")
        REPEALED = "repealed", pgettext_lazy("paper", "repealed")

    code = models.CharField(
        max_length=LENGTH, unique=True, db_collation="C", help_text="By which it is verified"
    )
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="papers")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="papers")
    addressee = models.CharField(max_length=120)
    fields = models.JSONField(default=dict, help_text="Values by the names of the template")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    series = models.ForeignKey(
        Series,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="papers",
        help_text="None where a joint document bears the number of its host",
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)
    number = models.CharField(
        max_length=60, null=True, blank=True, help_text="发文字号, given at registration"
    )
    registered_on = models.DateField(null=True, blank=True)
    registered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="papers_drafted")
    drafted_at = models.DateTimeField()
    idempotency_key = models.UUIDField(null=True, blank=True)
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacements"
    )
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=400, blank=True)
    ended_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ended",
        help_text="The document by which it was annulled (撤销) or repealed (废止)",
    )
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    pdf_key = models.CharField(max_length=120, blank=True, help_text="Where it lies in the bucket")
    pdf_sha256 = models.CharField(max_length=64, blank=True, db_collation="C")
    pdf_size = models.PositiveIntegerField(default=0, help_text="Bytes")

    objects = PaperQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["office", "-id"], name="paper_of_office"),
            models.Index(fields=["number"], name="paper_by_number"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["series", "year", "serial"], name="one_paper_a_number"),
            models.UniqueConstraint(
                fields=["drafted_by", "idempotency_key"], name="one_paper_per_idempotency_key"
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~models.Q(state="withdrawn"),
                name="one_replacement_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(number__isnull=False, registered_on__isnull=False)
                | models.Q(
                    state__in=("draft", "withdrawn"), number__isnull=True, series__isnull=True
                ),
                name="paper_numbered_from_registration",
            ),
            models.CheckConstraint(
                condition=models.Q(series__isnull=True, year__isnull=True, serial__isnull=True)
                | models.Q(series__isnull=False, year__isnull=False, serial__isnull=False),
                name="paper_counted_in_a_series",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=("issued", "replaced"))
                | models.Q(issued_at__isnull=False),
                name="paper_issued_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn")
                | (models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawal_reason="")),
                name="paper_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=("annulled", "repealed"),
                    ended_by__isnull=False,
                    issued_at__isnull=False,
                )
                | (~models.Q(state__in=("annulled", "repealed")) & models.Q(ended_by__isnull=True)),
                name="paper_ended_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.template_id} {self.pk}"

    @property
    def title(self) -> str:
        """The kind of paper as printed."""
        return self.template.title

    @property
    def is_withdrawable(self) -> bool:
        """Whether its office may withdraw it (作废): an official document in force ends by another alone."""
        if self.state == Paper.State.ISSUED:
            return bool(self.template.layout)
        return self.state in (Paper.State.DRAFT, Paper.State.REGISTERED)

    @property
    def pdf_failed(self) -> bool:
        """Whether its PDF was given up and must be ordered anew."""
        return not self.pdf_sha256 and self.job is not None and self.job.state == Job.State.FAILED


class ServiceQuerySet(models.QuerySet["Service"]):
    """Queries for services, limited by who may see them."""

    def visible_to(self, user: User) -> ServiceQuerySet:
        """Those of the papers of ``user``'s own line: who was given one to read does not learn to whom
        else it was served."""
        return self.filter(paper__office__in=Seats.of(user).offices_and_descendants())


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Service(models.Model):
    """One try to serve a paper (送达): to whom, how, by whom, with which proof, and what came of it."""

    class Kind(models.TextChoices):
        DIRECT = "direct", _("handed over")
        LEFT = "left", _("left at the place")
        POST = "post", _("by post")
        ELECTRONIC = "electronic", _("electronically")
        ENTRUSTED = "entrusted", _("by another office")
        PASSED_ON = "passed-on", _("passed on")
        PUBLIC_NOTICE = "public-notice", _("by public notice")

    class State(models.TextChoices):
        UNDER_WAY = "under-way", _("under way")
        SERVED = "served", pgettext_lazy("service", "served")
        FAILED = "failed", pgettext_lazy("service", "failed")

    ENDS = tuple(choice for choice in State.choices if choice[0] != "under-way")

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="services")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    recipient = models.CharField(max_length=120)
    state = models.CharField(max_length=9, choices=State.choices, default=State.UNDER_WAY)
    consented = models.BooleanField(
        default=False, help_text="Whether the recipient agreed to electronic service"
    )
    sent_on = models.DateField(help_text="When it was handed over, sent or published")
    served_on = models.DateField(null=True, blank=True)
    proof = models.ForeignKey(
        File, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    idempotency_key = models.UUIDField(null=True, blank=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["paper", "id"], name="service_of_paper")
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["made_by", "idempotency_key"], name="one_service_per_idempotency_key"
            ),
            models.CheckConstraint(
                condition=models.Q(state="served", served_on__isnull=False)
                | (~models.Q(state="served") & models.Q(served_on__isnull=True)),
                name="service_served_on",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="electronic") | models.Q(consented=True),
                name="service_electronic_by_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.kind} {self.state}"


@pgtrigger.register(append_only_trigger())
class Download(models.Model):
    """Who fetched the PDF of a paper, and when. Append-only."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="downloads")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["paper", "-id"], name="download_of_paper")
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} by {self.user_id}"


class PaperReader(models.Model):
    """An office that may read a paper of another: one to which it was delivered."""

    paper = models.ForeignKey(
        Paper, on_delete=models.PROTECT, related_name="readers", db_index=False
    )
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["paper", "office"], name="one_office_of_paper")
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} to {self.office_id}"
