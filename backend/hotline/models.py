"""What a citizen told the hotline, and who he is, apart from it."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.gis.db.models import PointField
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.rights import Right, jurisdiction_filter, may
from backend.directory.name_search import LetterPairs
from backend.events.triggers import letter_trigger
from backend.evidence.models import File
from backend.inspections.models import Task
from backend.lib.append_only import append_only_trigger
from backend.matters.models import Matter, seen_by
from backend.offices.models import Office
from geo.models import Region


class Nature(models.TextChoices):
    """What a citizen wants (类别). A letter that is two things becomes two matters."""

    REPORT = "report", _("report of counterfeits")
    COMPLAINT = "complaint", _("quality complaint")
    CONDUCT = "conduct", _("complaint about conduct of staff")
    QUESTION = "question", _("question")
    SUGGESTION = "suggestion", _("criticism or suggestion")
    PRAISE = "praise", _("praise")


def name_nature(nature: str) -> str:
    """The nature in Chinese, as it stands in the register whoever writes."""
    with translation.override("zh-hans"):
        return str(Nature(nature).label)


class Channel(models.TextChoices):
    """How it came to us (渠道)."""

    PHONE = "phone", _("by phone")
    VISIT = "visit", _("by visit")
    LETTER = "letter", _("by letter")
    FAX = "fax", _("by fax")
    WEB = "web", _("by the public page")
    TAG = "tag", _("by the page of a tag")
    OPEN311 = "open311", _("by Open311")


class HotlineMatterQuerySet(models.QuerySet["HotlineMatter"]):
    """Queries for matters of the hotline, limited by who may see them."""

    def visible_to(self, user: User) -> HotlineMatterQuerySet:
        """Those of the matters that ``user`` may see."""
        return self.filter(seen_by(user))


@pgtrigger.register(letter_trigger())
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
)
class HotlineMatter(models.Model):
    """One matter of the hotline: what is said to have happened, of what, against whom.

    Its texts are kept with the reporter's name, number and address starred out; as they were told
    they lie with his identity.
    """

    matter = models.OneToOneField(
        Matter, on_delete=models.PROTECT, primary_key=True, related_name="hotline"
    )
    nature = models.CharField(max_length=12, choices=Nature.choices)
    account = models.TextField(max_length=8000, help_text="What happened")
    demand = models.CharField(max_length=1000, blank=True, help_text="What the citizen asks for")
    named = models.BooleanField(default=False, help_text="The reporter gave his name (实名)")
    important = models.BooleanField(default=False, help_text="Important or urgent (重大)")
    against_name = models.CharField(max_length=120, blank=True)
    against_address = models.CharField(max_length=200, blank=True)
    against_phone = models.CharField(max_length=30, blank=True)
    against_uscc = models.CharField(max_length=18, blank=True, db_collation="C")
    against_office = models.ForeignKey(
        Office,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose conduct it is about: neither it nor an office below it ever has the matter",
    )
    product_name = models.CharField(max_length=80, blank=True)
    product_category = models.CharField(max_length=24, blank=True)
    product_model = models.CharField(max_length=80, blank=True)
    brand = models.CharField(max_length=80, blank=True)
    batch = models.CharField(max_length=80, blank=True, help_text="Day of making, or batch")
    quantity = models.CharField(max_length=40, blank=True)
    goods_value = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="Yuan (涉及货值)"
    )
    bought_on = models.DateField(null=True, blank=True)
    bought_at = models.CharField(max_length=200, blank=True)
    known_since = models.DateField(
        null=True, blank=True, help_text="When the citizen knew of it: three years at most"
    )
    position = PointField(srid=4326, null=True, blank=True)
    address = models.CharField(max_length=200, blank=True, help_text="Where it is, in words")
    recovered = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Yuan recovered for the consumer (挽回经济损失)",
    )
    recovered_on_revisit = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Yuan recovered that a re-visit found",
    )
    fined = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, help_text="Yuan (追缴罚没款)"
    )
    complainant_consents = models.BooleanField(
        null=True, blank=True, help_text="To mediation (order 20, articles 16 and 17)"
    )
    respondent_consents = models.BooleanField(null=True, blank=True, help_text="To mediation")
    revisited_at = models.DateTimeField(null=True, blank=True, help_text="Of the call-back (回访)")
    satisfied = models.BooleanField(null=True, blank=True, help_text="As the citizen said then")
    substantiated = models.BooleanField(
        null=True,
        blank=True,
        help_text="Whether handling found true what was told (属实); nothing where it was not found out",
    )
    substantiated_on = models.DateField(
        null=True,
        blank=True,
        help_text="The day on which it was closed as true: from then it weighs on its unit",
    )
    spam = models.BooleanField(
        default=False, help_text="Set apart as void: spam, nuisance, sent twice"
    )
    answer = models.CharField(
        max_length=2000, blank=True, help_text="What the citizen is told, once it is decided"
    )
    sent_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Whose program sent it, where one did",
    )
    sent_as = models.UUIDField(
        editable=False, help_text="Key of its sender: sent again, it is the same matter"
    )

    objects: ClassVar[Any] = HotlineMatterQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            GinIndex(LetterPairs("against_name"), name="hotline_against_pairs"),
            GinIndex(LetterPairs("product_name"), name="hotline_product_pairs"),
            models.Index(fields=["product_category"], name="hotline_by_category"),
            # To find them in the index of places is to read most of that index.
            models.Index(
                fields=["matter"],
                condition=models.Q(position__isnull=True),
                name="hotline_without_place",
            ),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(against_office__isnull=True) | models.Q(nature=Nature.CONDUCT),
                name="office_complained_of_by_conduct",
            ),
            models.UniqueConstraint(fields=["sent_as", "nature"], name="one_matter_of_a_letter"),
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.matter_id}"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
    exclude=["identity", "phone_digest"],
)
class Reporter(models.Model):
    """Who told it. Encrypted by a key that lies outside the database (``secrecy``); see ``reveal_reporter``."""

    matter = models.OneToOneField(
        HotlineMatter, on_delete=models.PROTECT, primary_key=True, related_name="reporter"
    )
    identity = models.BinaryField(null=True, help_text="Nothing where he gave no name")
    phone_digest = models.CharField(
        max_length=64,
        blank=True,
        db_collation="C",
        help_text="The same for the same number; it cannot be turned back without the key",
    )
    confidential = models.BooleanField(default=True, help_text="Asks that nobody learns of him")

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["phone_digest"],
                condition=~models.Q(phone_digest=""),
                name="reporter_by_phone",
            )
        ]

    def __str__(self) -> str:
        return f"reporter of {self.matter_id}"


class ReporterLookQuerySet(models.QuerySet["ReporterLook"]):
    """Queries for looks at reporters, limited by who may read of them."""

    def visible_to(self, user: User) -> ReporterLookQuerySet:
        """For auditors, the looks at reporters of their jurisdiction; for others, their own."""
        mine = models.Q(user=user)
        if may(user, Right.READ_LOOKS):
            mine |= jurisdiction_filter(user, "matter__matter__region_id")
        return self.filter(mine)


@pgtrigger.register(append_only_trigger())
class ReporterLook(models.Model):
    """One look at a reporter's identity: who looked, in which matter, why and when. Append-only."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(HotlineMatter, on_delete=models.PROTECT, related_name="looks")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    objects = ReporterLookQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["at"], name="reporter_look_at")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.matter_id}"


class HotlinePhoto(models.Model):
    """A photo that came with a matter of the hotline."""

    matter = models.ForeignKey(HotlineMatter, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="hotline_matters")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["matter", "file"], name="one_photo_of_matter")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} of {self.matter_id}"


class Visit(models.Model):
    """A look on site that a matter needs: an inspector's task, whose report comes back to the matter."""

    matter = models.ForeignKey(HotlineMatter, on_delete=models.PROTECT, related_name="visits")
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="hotline_visit")
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When its end was written into the trail"
    )

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["task"], condition=models.Q(told_at__isnull=True), name="visit_awaited"
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} for {self.matter_id}"


class DayCount(models.Model):
    """How many letters of a county came on a day. Its row is the lock of whoever takes the next number."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["region", "day"], name="one_count_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.day}: {self.last}"


class ClusterQuerySet(models.QuerySet["Cluster"]):
    """Queries for clusters, limited by who may see them."""

    def visible_to(self, user: User) -> ClusterQuerySet:
        """Those whose centre lies in the user's jurisdiction."""
        return self.filter(jurisdiction_filter(user, "centre_id"))


class Cluster(models.Model):
    """Counties in which more came in lately than chance would bring, as found on a day."""

    found_on = models.DateField()
    product_category = models.CharField(
        max_length=24, blank=True, help_text="Empty for all products together"
    )
    centre = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    regions = ArrayField(models.CharField(max_length=6), help_text="Counties, the centre first")
    since = models.DateField()
    observed = models.PositiveIntegerField()
    expected = models.FloatField()
    p = models.FloatField(help_text="Share of shuffles with a cluster as great anywhere")

    objects = ClusterQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["-found_on"], name="cluster_by_day")]

    def __str__(self) -> str:
        return f"{self.found_on} {self.regions[0]} {self.observed}"
