"""Official documents, to whom they go, what is attached, and the rules that hold for their kinds."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from backend.accounts.models import User
from backend.directory.name_search import LetterPairs
from backend.documents.triggers import document_triggers, part_trigger
from backend.matters.models import Matter, seen_by
from backend.offices.models import Office
from backend.papers.models import Paper, Series


class Direction(models.TextChoices):
    """To whom an office writes (行文方向)."""

    UP = "up", _("to an office above (上行)")
    LEVEL = "level", _("to an office not above nor below (平行)")
    DOWN = "down", _("to offices below (下行)")


class Secrecy(models.TextChoices):
    """How secret it is (密级). Of a secret one nothing but an entry is kept here."""

    OPEN = "open", pgettext_lazy("document", "not secret")
    SECRET = "secret", _("secret (秘密)")
    CONFIDENTIAL = "confidential", _("confidential (机密)")
    TOP_SECRET = "top-secret", _("top secret (绝密)")


class Ending(models.TextChoices):
    """How a document ends another (条例 2012, art. 34): from the beginning, or from its own day on."""

    ANNUL = "annul", _("annuls it (撤销): as if it had never been in force")
    REPEAL = "repeal", _("repeals it (废止): out of force from now on")


class Retention(models.TextChoices):
    """How long its file is kept (保管期限)."""

    PERMANENT = "permanent", _("for good")
    THIRTY = "30", _("30 years")
    TEN = "10", _("10 years")


class DatedQuerySet(models.QuerySet[Any]):
    """Queries for rules that hold from one day to another."""

    def in_force(self, day: dt.date) -> DatedQuerySet:
        """Those that hold on ``day``."""
        open_ended = models.Q(valid_to=None) | models.Q(valid_to__gt=day)
        return self.filter(open_ended, valid_from__lte=day)


class Dated(models.Model):
    """A row of rules with its days, source and confidence."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="First day no longer valid")
    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=1, help_text="A to D as in the domain reference")

    objects: ClassVar[Any] = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class DocumentKind(Dated):
    """One kind of document (文种) as the rules of a time know it: 15 since 2012, 13 before."""

    code = models.SlugField(max_length=24)
    name = models.CharField(max_length=24)
    place = models.PositiveSmallIntegerField(help_text="In the list of the rules")
    directions = ArrayField(models.CharField(max_length=5, choices=Direction.choices))

    class Meta:
        ordering = ("-valid_from", "place")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_kind_of_document")
        ]

    def __str__(self) -> str:
        return self.name


class DraftRule(Dated):
    """What a draft must keep to: a check by its name, for a kind, a direction or a secrecy, with its parameter."""

    code = models.SlugField(max_length=40)
    checked_by = models.CharField(max_length=24, help_text="A name of draft_checks.CHECKS")
    kind = models.CharField(max_length=24, blank=True)
    direction = models.CharField(max_length=5, choices=Direction.choices, blank=True)
    secrecy = models.CharField(max_length=12, choices=Secrecy.choices, blank=True)
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    words = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Words that must not stand in it, or kinds that are left out",
    )

    class Meta:
        ordering = ("code",)
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_rule_of_drafts")
        ]

    def __str__(self) -> str:
        return self.code


class Layout(Dated):
    """The measures by which documents are laid out, in millimetres and points."""

    code = models.SlugField(max_length=24)
    measures = models.JSONField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_layout")
        ]

    def __str__(self) -> str:
        return self.code


SEARCHED = Concat(
    Coalesce("number", Value("")), Value("\n"), "title", Value("\n"), "body",
    output_field=models.TextField(),
)  # fmt: skip
"""All the words by which a document is found; of them an index of pairs of letters is kept."""


class DocumentQuerySet(models.QuerySet["Document"]):
    """Queries for documents, limited by who may see them."""

    def visible_to(self, user: User) -> DocumentQuerySet:
        """Those of the matters that ``user`` may see."""
        return self.filter(seen_by(user))


@pgtrigger.register(*document_triggers())
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class Document(models.Model):
    """One document that goes out (发文), from its draft to the archive.

    Its text, parties and attachments stay as they are from the signature on: the database sees to it.
    """

    matter = models.OneToOneField(
        Matter, on_delete=models.PROTECT, primary_key=True, related_name="document"
    )
    kind = models.ForeignKey(DocumentKind, on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=5, choices=Direction.choices)
    title = models.CharField(max_length=180)
    body = models.TextField(
        max_length=60000, blank=True, help_text="A paragraph a line; 一、（一）1.（1） are headings"
    )
    note = models.CharField(max_length=200, blank=True, help_text="附注")
    signer = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is named as its signer (签发人) on what goes up",
    )
    secrecy = models.CharField(max_length=12, choices=Secrecy.choices, default=Secrecy.OPEN)
    secret_years = models.PositiveSmallIntegerField(null=True, blank=True)
    retention = models.CharField(max_length=9, choices=Retention.choices, default=Retention.TEN)
    ends = models.ForeignKey(
        Paper,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ending_documents",
        help_text="The document that this one annuls or repeals when it is issued",
    )
    ending = models.CharField(max_length=6, choices=Ending.choices, blank=True)
    print_copies = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many are printed (印数)"
    )
    sent_as = models.UUIDField(unique=True, editable=False, help_text="Key of who sent the draft")
    series = models.ForeignKey(
        Series, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    paper = models.OneToOneField(
        Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="document"
    )
    number = models.CharField(max_length=60, null=True, blank=True, help_text="发文字号")
    frozen_sha256 = models.CharField(
        max_length=64, blank=True, db_collation="C", help_text="Of all that was signed"
    )
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_on = models.DateField(null=True, blank=True, help_text="成文日期")

    objects: ClassVar[Any] = DocumentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [GinIndex(LetterPairs(SEARCHED), name="document_pairs")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(secrecy="open") | models.Q(body=""),
                name="secret_document_is_a_stub",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_sha256="", signed_on__isnull=True)
                | (~models.Q(frozen_sha256="") & models.Q(signed_on__isnull=False)),
                name="document_frozen_when_signed",
            ),
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True, ending="")
                | (models.Q(ends__isnull=False) & ~models.Q(ending="")),
                name="document_says_how_it_ends_another",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def is_frozen(self) -> bool:
        """Whether it is signed, so that its text stays as it is."""
        return bool(self.frozen_sha256)


@pgtrigger.register(part_trigger())
class Party(models.Model):
    """An office, or somebody named in words, that a document goes to or that signs it too."""

    class Part(models.TextChoices):
        MAIN = "main", _("main recipient (主送)")
        COPY = "copy", _("gets a copy (抄送)")
        JOINT = "joint", _("issues it too (联合行文)")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="parties")
    part = models.CharField(max_length=5, choices=Part.choices)
    place = models.PositiveSmallIntegerField()
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=120, help_text="As it is printed")

    class Meta:
        ordering = ("-part", "place")  # main, joint, copy
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["document", "part", "place"], name="one_party_a_place"),
            models.CheckConstraint(
                condition=~models.Q(part="joint") | models.Q(office__isnull=False),
                name="joint_party_is_an_office",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pgtrigger.register(part_trigger())
class Attachment(models.Model):
    """A file attached to a document (附件), as it was sent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="attachments")
    title = models.CharField(max_length=120, help_text="As it is printed below the text")
    media_type = models.CharField(max_length=80, help_text="Found in the content, not declared")
    sha256 = models.CharField(max_length=64, db_collation="C")
    size = models.PositiveIntegerField(help_text="Bytes")
    pages = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of a PDF")
    file = models.FileField(max_length=120)
    attached_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()

    class Meta:
        ordering = ("attached_at", "id")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["document", "sha256"], name="one_attachment_of_content")
        ]

    def __str__(self) -> str:
        return self.title
