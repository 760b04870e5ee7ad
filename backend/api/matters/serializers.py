"""How matters, their trail and what they ask for are written in JSON."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.module_loading import import_string
from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    BooleanField,
    CharField,
    IntegerField,
    JSONField,
    ListField,
    SerializerMethodField,
)

from backend.api.actors import signed_in_user
from backend.flows.definition import Decision
from backend.flows.versions import read_version
from backend.lib import clock
from backend.lib.serializers import ModelSerializer, Serializer
from backend.matters.asked import may_take_back, offers_for
from backend.matters.clocks import due_of_deadline
from backend.matters.kinds import all_kinds
from backend.matters.labels import label_in_language
from backend.matters.links import papers_of
from backend.matters.models import Assignment, Deadline, DeadlinePause, Link, Matter, Step
from backend.papers.models import Paper


class OfficeField(CharField):
    """An office by its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="office.code", read_only=True, **options)


class MatterSerializer(ModelSerializer[Matter]):
    """A matter as a list shows it."""

    office = OfficeField(help_text="Code of the office that has it now")
    office_name = CharField(source="office.name", read_only=True)
    state_name = SerializerMethodField()
    overdue = SerializerMethodField()

    class Meta:
        model = Matter
        fields: Any = (
            "id", "kind", "number", "title", "state", "state_name", "office", "office_name",
            "region", "urgency", "secrecy", "channel", "received_at", "due_on", "overdue",
            "closed_at", "outcome", "version",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_state_name(self, matter: Matter) -> str:
        """What its flow calls the state, in the reader's language."""
        return label_in_language(read_version(matter.flow_id).states[matter.state])

    def get_overdue(self, matter: Matter) -> bool:
        """Whether a running deadline has passed."""
        return matter.due_on is not None and matter.due_on < clock.today()


class StepSerializer(ModelSerializer[Step]):
    """What was done."""

    user = CharField(read_only=True, allow_null=True, help_text="Nobody where a clock did")
    on_behalf_of = CharField(read_only=True, allow_null=True)
    office = OfficeField(allow_null=True, default=None)
    facts = JSONField(read_only=True)

    class Meta:
        model = Step
        fields: Any = (
            "version", "action", "node", "from_state", "to_state", "user", "on_behalf_of",
            "office", "at", "remark", "facts",
        )  # fmt: skip
        read_only_fields: Any = fields


class PauseSerializer(ModelSerializer[DeadlinePause]):
    """Days that do not count, and why."""

    class Meta:
        model = DeadlinePause
        fields: Any = ("from_day", "to_day", "reason")
        read_only_fields: Any = fields


class DeadlineSerializer(ModelSerializer[Deadline]):
    """By when, by which rule, and why then."""

    rule = CharField(source="rule.code", read_only=True)
    label: Any = CharField(source="rule.label", read_only=True, help_text="What is due, in words")
    pauses = PauseSerializer(many=True, read_only=True)
    why = SerializerMethodField()

    class Meta:
        model = Deadline
        fields: Any = (
            "id", "rule", "label", "counted_from", "due_on", "provisional", "met_at", "dropped_at",
            "passed_at", "pauses", "why",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_why(self, deadline: Deadline) -> str:
        """In one sentence."""
        return due_of_deadline(deadline).sentence


class LinkSerializer(ModelSerializer[Link]):
    """What the matter has to do with; another matter by its number alone."""

    matter = IntegerField(source="other_id", read_only=True, allow_null=True)

    class Meta:
        model = Link
        fields: Any = ("id", "kind", "unit", "entity", "person", "matter", "paper", "made_at")
        read_only_fields: Any = fields


class PaperOfMatterSerializer(ModelSerializer[Paper]):
    """A paper that the matter made, in short; ``/api/v1/papers`` has the whole."""

    template: Any = CharField(source="template.code", read_only=True)
    title = CharField(read_only=True)

    class Meta:
        model = Paper
        fields: Any = ("id", "code", "template", "title", "number", "state", "issued_at")
        read_only_fields: Any = fields


class AssignmentSerializer(ModelSerializer[Assignment]):
    """Who must do what."""

    office = OfficeField()
    person = CharField(source="person.username", read_only=True, allow_null=True, default=None)
    person_name = CharField(source="person", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Assignment
        fields: Any = (
            "id", "matter", "node", "office", "role", "person", "person_name", "state",
            "opened_at", "closed_at", "decision", "due_on",
        )  # fmt: skip
        read_only_fields: Any = fields


class InboxSerializer(AssignmentSerializer):
    """What waits for somebody, with its matter in short."""

    kind = CharField(source="matter.kind", read_only=True)
    title = CharField(source="matter.title", read_only=True)
    number = CharField(source="matter.number", read_only=True, allow_null=True)
    urgency = CharField(source="matter.urgency", read_only=True)

    class Meta(AssignmentSerializer.Meta):
        fields: Any = (*AssignmentSerializer.Meta.fields, "kind", "title", "number", "urgency")
        read_only_fields: Any = fields


class OfferSerializer(Serializer[Decision]):
    """A decision that the reader may take now, and what must be said with it."""

    decision = CharField(source="name")
    label: Any = SerializerMethodField()
    remark = BooleanField(source="demands.remark")
    grounds = CharField(source="demands.ground", help_text="Which list of grounds; or empty")
    office = SerializerMethodField()
    persons = ListField(
        source="demands.persons", child=IntegerField(), allow_null=True,
        help_text="How many at least and at most",
    )  # fmt: skip
    facts = ListField(source="demands.facts", child=CharField())

    def get_label(self, offer: Decision) -> str:
        """In the reader's language."""
        return label_in_language(offer.label)

    def get_office(self, offer: Decision) -> str:
        """Where the office must stand that has to be chosen: below, above, elsewhere; or empty."""
        return offer.demands.office or ""


class MatterDetailSerializer(MatterSerializer):
    """A matter with all that hangs on it."""

    steps = StepSerializer(many=True, read_only=True)
    deadlines = DeadlineSerializer(many=True, read_only=True)
    links = LinkSerializer(many=True, read_only=True)
    assignments = AssignmentSerializer(many=True, read_only=True)
    decisions = SerializerMethodField()
    may_take_back = SerializerMethodField()
    papers = SerializerMethodField()
    facts = SerializerMethodField()

    class Meta(MatterSerializer.Meta):
        fields: Any = (
            *MatterSerializer.Meta.fields, "steps", "deadlines", "links", "assignments",
            "decisions", "may_take_back", "papers", "facts",
        )  # fmt: skip
        read_only_fields: Any = fields

    @extend_schema_field(OfferSerializer(many=True))
    def get_decisions(self, matter: Matter) -> Any:
        """What the reader may decide now."""
        offers = offers_for(signed_in_user(self.context["request"]), matter)
        return [OfferSerializer(offer).data for offer in offers]

    def get_may_take_back(self, matter: Matter) -> bool:
        """Whether the last step is the reader's to take back."""
        return may_take_back(signed_in_user(self.context["request"]), matter)

    @extend_schema_field(PaperOfMatterSerializer(many=True))
    def get_papers(self, matter: Matter) -> Any:
        """The papers that it made, of those that the reader may see."""
        papers = papers_of(signed_in_user(self.context["request"]), matter)
        return PaperOfMatterSerializer(papers, many=True).data

    def get_facts(self, matter: Matter) -> dict[str, Any]:
        """The columns of its kind."""
        kind = all_kinds()[matter.kind]
        child: Model = kind.model._default_manager.get(pk=matter.pk)
        written: dict[str, Any] = import_string(kind.serializer)(child, context=self.context).data
        return written
