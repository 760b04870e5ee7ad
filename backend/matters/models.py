"""The matter and what hangs on it. A kind of matter is a model of its own with the same key."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, Func, OuterRef
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Role, User
from backend.deadlines.models import DeadlineRule
from backend.directory.models import LegalEntity, Person
from backend.directory.name_search import LetterPairs
from backend.events.triggers import letter_link_trigger
from backend.flows.models import FlowVersion
from backend.lib import clock
from backend.lib.append_only import append_only_trigger
from backend.lib.one_of_many import is_one_of
from backend.matters.triggers import pass_due_on_trigger, take_due_trigger
from backend.offices.models import Office, Post
from backend.offices.seats import Seats
from backend.papers.models import Paper
from backend.units.models import Unit
from geo.models import Region


class MatterQuerySet(models.QuerySet["Matter"]):
    """Reading matters by right."""

    def visible_to(self, user: User) -> MatterQuerySet:
        """Those whose offices, or offices below which, ``user`` has a seat in, and those that name him.

        One look into one table, which two indexes serve: a narrow reader is found by his offices,
        a wide one by each matter.
        """
        return self._read_by(user)

    def overdue_for(self, user: User) -> MatterQuerySet:
        """Those of :meth:`visible_to` that are open past the earliest of their running deadlines.

        Found by the days that stand beside their readers: what others have overdue costs nothing.
        """
        late = {"due_on__lt": clock.today()}
        return self._read_by(user, **late).filter(closed_at=None, **late)

    def _read_by(self, user: User, **narrowed: Any) -> MatterQuerySet:
        readers = MatterReader.objects.of(user).filter(matter=OuterRef("pk"), **narrowed)
        return self.filter(Exists(readers))


@pgtrigger.register(pass_due_on_trigger())
class Matter(models.Model):
    """Work that must be done and answered for (事项): what all kinds share."""

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("normal")
        URGENT = "urgent", _("urgent")
        EXPRESS = "express", _("most urgent")

    class Secrecy(models.TextChoices):
        OPEN = "open", _("within the offices of its line")
        NAMED = "named", _("named people only")

    kind = models.CharField(max_length=24, help_text="Which model holds the rest: hotline …")
    number = models.CharField(
        max_length=40, unique=True, null=True, blank=True, help_text="Given at registration"
    )
    title = models.CharField(max_length=200)
    flow = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="matters")
    place = models.JSONField(default=dict, help_text="Where it stands in its flow; see ``flows``")
    state = models.CharField(max_length=24, help_text="The state that its flow names")
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="matters", help_text="Who has it now"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    secrecy = models.CharField(max_length=8, choices=Secrecy.choices, default=Secrecy.OPEN)
    channel = models.CharField(max_length=16, blank=True, help_text="How it came: phone, web …")
    received_at = models.DateTimeField(help_text="From when its first deadlines are counted")
    due_on = models.DateField(
        null=True, blank=True, help_text="The earliest of its running deadlines"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=24, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Grows by one with each step")
    opened_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="matters_opened",
        help_text="Nobody where a citizen or the clock opened it",
    )

    objects: ClassVar[Any] = MatterQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["kind", "-id"], name="matter_by_kind"),
            models.Index(fields=["office", "-id"], name="matter_of_office"),
            models.Index(fields=["opened_by", "-id"], name="matter_opened_by"),
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(closed_at__isnull=True),
                name="open_matter_by_due",
            ),
            GinIndex(LetterPairs("title"), name="matter_title_pairs"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.pk}"


class MatterReaderQuerySet(models.QuerySet["MatterReader"]):
    """Reading who sees what."""

    def of(self, user: User) -> MatterReaderQuerySet:
        """Those by which ``user`` sees a matter: of his offices and those below, of his roles, of himself."""
        seats = Seats.of(user)
        below = is_one_of("office", seats.offices_and_descendants()) & models.Q(role="")
        reads = models.Q(user__in=seats.people) | below
        for office, role in seats.pairs:
            reads |= models.Q(office=office, role=role)
        return self.filter(reads)


def seen_by(user: User) -> Exists:
    """The predicate that ``user`` sees the matter of a row whose column ``matter`` names it.

    For the models of the kinds: their rows need not be joined with the matters for it.
    """
    return Exists(MatterReader.objects.of(user).filter(matter=OuterRef("matter")))


@pgtrigger.register(take_due_trigger())
class MatterReader(models.Model):
    """Who may see a matter: the line of an office, the holders of a role in one, or a person.

    One table for all three, so that one look into it answers. A matter that only named people see
    has no lines of offices here.
    """

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="readers")
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    role = models.CharField(
        max_length=16,
        choices=Role.choices,
        blank=True,
        help_text="Only who holds it in the office; empty for the office and all above it",
    )
    since = models.DateTimeField()
    due_on = models.DateField(
        null=True,
        editable=False,
        help_text="Written by the database. By when the matter is due; none once it is closed",
    )

    objects = MatterReaderQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["office", "due_on"],
                condition=models.Q(office__isnull=False, due_on__isnull=False),
                name="due_of_reading_office",
            ),
            models.Index(
                fields=["user", "due_on"],
                condition=models.Q(user__isnull=False, due_on__isnull=False),
                name="due_of_reading_person",
            ),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["office", "role", "matter"], name="one_office_of_matter"
            ),
            models.UniqueConstraint(fields=["user", "matter"], name="one_reader_of_matter"),
            models.CheckConstraint(
                condition=models.Q(office__isnull=False) ^ models.Q(user__isnull=False),
                name="reader_is_office_or_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} to {self.office_id or self.user_id}"


@pgtrigger.register(append_only_trigger())
class Step(models.Model):
    """What was done in a matter: by whom, in which post, on whose behalf. Append-only."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="steps")
    version = models.PositiveIntegerField(help_text="The version of the matter that it made")
    action = models.CharField(max_length=32, help_text="The decision's name in the flow")
    node = models.CharField(max_length=32, blank=True)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The holder of the post where a substitute acted",
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    remark = models.CharField(max_length=2000, blank=True)
    facts = models.JSONField(default=dict, help_text="What was decided with it: reasons, offices")
    key = models.UUIDField(null=True, blank=True, help_text="Idempotency-Key of who asked for it")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was asked for")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["matter", "version"], name="one_step_per_version"),
            models.UniqueConstraint(fields=["user", "key"], name="one_step_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.version} {self.action}"

    @property
    def taker(self) -> User:
        """Who took it; of steps that people alone take, and no clock."""
        assert self.user is not None, f"{self.action} is taken by people alone"
        return self.user


class Assignment(models.Model):
    """Who must do what in a matter (待办): a person, or whoever holds a role in an office."""

    class State(models.TextChoices):
        OPEN = "open", _("to do")
        DONE = "done", _("done")
        WITHDRAWN = "withdrawn", _("withdrawn")

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="assignments")
    ask = models.PositiveIntegerField(help_text="Its key in the place of the matter")
    node = models.CharField(max_length=32, help_text="Where in the flow it is asked")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=16, choices=Role.choices, blank=True)
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        help_text="Whose it is; nobody's yet while all with the role may take it",
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.CharField(max_length=32, blank=True)
    due_on = models.DateField(
        null=True, blank=True, help_text="The earliest running deadline of its matter"
    )

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["office", "role", "due_on", "id"],
                condition=models.Q(state="open"),
                name="open_assignment_of_office",
            ),
            models.Index(
                fields=["person", "due_on", "id"],
                condition=models.Q(state="open"),
                name="open_assignment_of_person",
            ),
            models.Index(fields=["decided_by", "-id"], name="assignment_decided_by"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["matter", "ask"], name="one_assignment_per_ask"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.node} {self.state}"


class Deadline(models.Model):
    """By when a matter must have come so far, by which rule, and whether it did."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="deadlines")
    rule = models.ForeignKey(DeadlineRule, on_delete=models.PROTECT, related_name="+")
    counted_from = models.DateField()
    due_on = models.DateField()
    chosen_on = models.DateField(
        null=True, blank=True, help_text="The day that people chose; without one the rule counts"
    )
    extended_by = models.ForeignKey(
        DeadlineRule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The rule whose days were added, once",
    )
    provisional = models.BooleanField(
        default=False, help_text="Counted over a year whose holidays are not published yet"
    )
    met_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="When it stopped to matter without being met"
    )

    passed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was noted that its day had passed"
    )
    warned_of = models.DateField(
        null=True, blank=True, help_text="The day that people were told is near"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["matter", "rule", "counted_from"], name="one_deadline_by_rule"
            )
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["due_on"],
                condition=models.Q(
                    met_at__isnull=True, dropped_at__isnull=True, passed_at__isnull=True
                ),
                name="deadline_to_pass",
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.rule_id} by {self.due_on}"


class DeadlinePause(models.Model):
    """Days that do not count for a deadline, and why: testing, expert review, hearing."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="pauses")
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True, help_text="Its last day; none while it runs")
    reason = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.deadline_id} from {self.from_day}"


class Named(Func):
    """How many of some columns are not null."""

    function = "num_nonnulls"
    output_field = models.IntegerField()


@pgtrigger.register(letter_link_trigger())
class Link(models.Model):
    """What a matter is about or has to do with: a unit, an entity, a person, another matter, or a paper that it made."""

    class Kind(models.TextChoices):
        ABOUT = "about", _("is about")
        AGAINST = "against", _("is against")
        CAUSED_BY = "caused-by", _("was caused by")
        ANSWERS = "answers", _("answers")
        SPLIT_FROM = "split-from", _("was split from")
        JOINED_WITH = "joined-with", _("was joined with")
        FOLLOWS = "follows", _("follows")
        PART_OF = "part-of", _("is a part of")
        MADE = "made", _("made the paper")

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="matter_links"
    )
    entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, null=True, blank=True, related_name="matter_links"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="matter_links"
    )
    other = models.ForeignKey(
        Matter, on_delete=models.PROTECT, null=True, blank=True, related_name="links_to"
    )
    paper = models.ForeignKey(
        Paper, on_delete=models.PROTECT, null=True, blank=True, related_name="matter_links"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Exact(Named("unit", "entity", "person", "other", "paper"), 1),
                name="link_to_one_thing",
            ),
            models.UniqueConstraint(
                fields=["matter", "kind", "unit", "entity", "person", "other", "paper"],
                nulls_distinct=False,
                name="one_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} {self.kind}"


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Reading filters by right."""

    def visible_to(self, user: User) -> SavedFilterQuerySet:
        """The user's own."""
        return self.filter(owner=user)


class SavedFilter(models.Model):
    """By what somebody narrows the list of matters again and again, under a name of his own."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_filters")
    name = models.CharField(max_length=40)
    asked = models.JSONField(default=dict, help_text="What the list is narrowed by; see ``lists``")
    key = models.UUIDField(help_text="Idempotency-Key of who saved it")

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_filter_of_a_name"),
            models.UniqueConstraint(fields=["owner", "key"], name="one_filter_per_key"),
        ]

    def __str__(self) -> str:
        return self.name
