"""How supervised tasks and their figures are told, and what is sent of them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    FileField,
    IntegerField,
    ListField,
    SerializerMethodField,
)

from backend.fieldwork.serializers import BIGGEST_ID
from backend.flows.versions import read_version
from backend.lib.serializers import ModelSerializer, Serializer
from backend.matters.labels import label_in_language
from backend.matters.models import Matter
from backend.supervised_tasks.board import COLUMNS, Line
from backend.supervised_tasks.models import Every, ProgressReport, Proof, SupervisedTask
from backend.supervised_tasks.orders import MOST_HELPERS


class ProgressFacts(ModelSerializer[ProgressReport]):
    """The columns of a report of progress."""

    class Meta:
        model = ProgressReport
        fields: Any = ("task", "nth", "due_on", "said", "reported_at")
        read_only_fields: Any = fields


class ProofSerializer(ModelSerializer[Proof]):
    """What proves it; its file lies at ``proofs/{id}``."""

    given_by: Any = CharField(source="given_by.username", read_only=True)
    media_type = CharField(read_only=True)
    sha256 = CharField(source="file.sha256", read_only=True)

    class Meta:
        model = Proof
        fields: Any = ("id", "title", "media_type", "sha256", "given_by", "given_at")
        read_only_fields: Any = fields


class SupervisedFacts(ModelSerializer[SupervisedTask]):
    """The columns of the kind."""

    lead = CharField(source="lead.code", read_only=True)
    lead_name = CharField(source="lead.name", read_only=True)
    helpers: Any = SerializerMethodField()
    ordered_by = CharField(
        source="ordered_by.username", read_only=True, allow_null=True, default=None
    )
    proofs = ProofSerializer(many=True, read_only=True)
    reports = ProgressFacts(many=True, read_only=True)

    class Meta:
        model = SupervisedTask
        fields: Any = (
            "what", "lead", "lead_name", "helpers", "ordered_by", "due_on", "every", "wished_on",
            "returns", "finished_on", "days_late", "proofs", "reports",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_helpers(self, task: SupervisedTask) -> list[str]:
        """The codes of the helping offices."""
        return [office.code for office in task.helpers.all()]


class ListedSupervisedTask(ModelSerializer[SupervisedTask]):
    """A task as a list shows it."""

    id = IntegerField(source="pk", read_only=True)
    number = CharField(source="matter.number", read_only=True)
    title = CharField(source="matter.title", read_only=True)
    state = CharField(source="matter.state", read_only=True)
    state_name = SerializerMethodField()
    urgency = CharField(source="matter.urgency", read_only=True)
    version = IntegerField(source="matter.version", read_only=True)
    running_until = DateField(source="matter.due_on", read_only=True, allow_null=True)
    lead = CharField(source="lead.code", read_only=True)
    lead_name = CharField(source="lead.name", read_only=True)

    class Meta:
        model = SupervisedTask
        fields: Any = (
            "id", "number", "title", "state", "state_name", "urgency", "version", "lead",
            "lead_name", "running_until", "finished_on", "days_late",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_state_name(self, task: SupervisedTask) -> str:
        """What its flow calls the state, in the reader's language."""
        return label_in_language(read_version(task.matter.flow_id).states[task.matter.state])


class SupervisedTaskDetail(ListedSupervisedTask, SupervisedFacts):
    """One task with all that belongs to it."""

    class Meta:
        model = SupervisedTask
        fields: Any = tuple(
            dict.fromkeys((*ListedSupervisedTask.Meta.fields, *SupervisedFacts.Meta.fields))
        )
        read_only_fields: Any = fields


class OrderBody(Serializer[Any]):
    """What is ordered, by the codes of offices; ``matter`` and ``unit`` are where it comes from."""

    office = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)
    title = CharField(max_length=200)
    what = CharField(max_length=2000)
    lead = CharField(max_length=24)
    helpers = ListField(
        child=CharField(max_length=24), max_length=MOST_HELPERS, required=False, default=list
    )
    due_on = DateField(required=False, allow_null=True, default=None)
    every = ChoiceField(choices=Every.choices, required=False, allow_blank=True, default="")
    urgency = ChoiceField(choices=Matter.Urgency.choices, default=Matter.Urgency.NORMAL)
    matter = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)
    unit = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)


class ProofBody(Serializer[Any]):
    """A PDF or a photo, and what it shows."""

    title = CharField(max_length=120, required=False, allow_blank=True, default="")
    file = FileField()


class NarrowQuery(Serializer[Any]):
    """By what the tasks are narrowed; without a period it is this year."""

    since = DateField(required=False)
    until = DateField(required=False)
    office = CharField(max_length=24, required=False, help_text="With all below it")
    lead = CharField(max_length=24, required=False, help_text="This one alone")
    urgency = ChoiceField(choices=Matter.Urgency.choices, required=False)


class BoardQuery(NarrowQuery):
    """Which page of the board."""

    after = CharField(max_length=120, required=False)


class ListQuery(NarrowQuery):
    """Which tasks."""

    which = ChoiceField(choices=COLUMNS, required=False)


class FiguresSerializer(Serializer[Line]):
    """The figures of one office, or of all."""

    office = CharField(source="code")
    name = CharField()
    figures = SerializerMethodField()

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "integer"}})
    def get_figures(self, line: Line) -> dict[str, int]:
        """How many are open, overdue, near, returned, finished in time and late."""
        return dict(line.figures)


class BoardSerializer(Serializer[Any]):
    """A page of offices, the totals of all, and what the next page is asked for by."""

    lines = FiguresSerializer(many=True)
    total = FiguresSerializer()
    following = CharField()
