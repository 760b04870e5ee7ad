"""How applications, certificates, guides and public decisions are written in JSON."""

from __future__ import annotations

from typing import Any

from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DateTimeField,
    DictField,
    FileField,
    IntegerField,
    ListField,
    RegexField,
    SerializerMethodField,
)

from backend.approvals.kinds import ApplicationKind
from backend.approvals.models import Application, Attachment, Certificate
from backend.approvals.progress import list_told_steps
from backend.evidence.models import File
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer
from backend.matters.happenings import can_happen
from backend.matters.labels import say_standing

_KEY: dict[str, Any] = {"min_value": 1, "max_value": BIGGEST_ID, "required": False}


class ApplicationFacts(ModelSerializer[Application]):
    """The columns of the kind, beside its matter."""

    class Meta:
        model = Application
        fields: Any = (
            "kind", "purpose", "applicant", "person", "unit", "certificate", "form",
            "supplement_asked_at", "lacking", "accepted_on", "accepted_by_silence", "renewed_by_silence",
            "waiting_for", "decided_on", "reason",
        )  # fmt: skip
        read_only_fields: Any = fields


class ApplicationSerializer(ModelSerializer[Application]):
    """An application as a list shows it."""

    id = IntegerField(source="matter_id", read_only=True)
    number = CharField(source="matter.number", read_only=True)
    kind_name = CharField(source="kind_row.title", read_only=True)
    applicant_name = CharField(source="applicant.shown_name", read_only=True)
    office = CharField(source="matter.office.code", read_only=True)
    state = CharField(source="matter.state", read_only=True)
    state_name = SerializerMethodField()
    outcome = CharField(source="matter.outcome", read_only=True)
    received_at = DateTimeField(source="matter.received_at", read_only=True)
    closed_at = DateTimeField(source="matter.closed_at", read_only=True, allow_null=True)

    class Meta:
        model = Application
        fields: Any = (
            "id", "number", "kind", "kind_name", "purpose", "applicant", "applicant_name", "unit",
            "office", "state", "state_name", "outcome", "received_at", "accepted_on",
            "accepted_by_silence", "renewed_by_silence", "decided_on", "closed_at",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_state_name(self, application: Application) -> str:
        """The state, or the outcome once it has ended, in the reader's language."""
        return say_standing(application.matter)


class ProgressSerializer(Serializer[Any]):
    """One step as the applicant reads it."""

    at = DateTimeField()
    did = CharField()
    state = CharField()
    remark = CharField(allow_blank=True)


class EnclosedDocumentSerializer(ModelSerializer[Attachment]):
    """A document that came with it, as it came."""

    sha256 = CharField(source="file.sha256", read_only=True)
    media_type = CharField(source="file.media_type", read_only=True)
    size = IntegerField(source="file.size", read_only=True)
    pages = IntegerField(source="file.pages", read_only=True, allow_null=True)

    class Meta:
        model = Attachment
        fields: Any = ("id", "document", "sha256", "media_type", "size", "pages", "added_at")
        read_only_fields: Any = fields


class IssuedPaperSerializer(Serializer[Any]):
    """A paper that it brought; its code verifies it at /V/."""

    id = IntegerField(source="paper_id")
    title = CharField(source="paper.title")
    number = CharField(source="paper.number")
    code = CharField(source="paper.code")
    state = CharField(source="paper.state")
    made = SerializerMethodField()

    def get_made(self, issued: Any) -> bool:
        """Whether its PDF can be fetched."""
        return bool(issued.paper.pdf_key)


class ApplicationDetailSerializer(ApplicationSerializer):
    """One with its form, what came with it, what it brought and what the applicant may do now."""

    attachments = EnclosedDocumentSerializer(many=True, read_only=True)
    papers = IssuedPaperSerializer(many=True, read_only=True)
    progress = SerializerMethodField()
    possible = SerializerMethodField()

    class Meta(ApplicationSerializer.Meta):
        fields: Any = (
            *ApplicationSerializer.Meta.fields,
            "form", "reason", "person", "certificate", "lacking", "attachments", "papers", "progress",
            "possible",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_progress(self, application: Application) -> list[dict[str, Any]]:
        """The steps, the newest first."""
        return list(ProgressSerializer(list_told_steps(application), many=True).data)

    def get_possible(self, application: Application) -> list[str]:
        """``supply``, ``withdraw`` and ``ask-hearing``, where the applicant may do so now."""
        return sorted(can_happen(application.matter) - {"deem-renewed"})


class FileBody(Serializer[Any]):
    """A file that was sent before, and which document it is."""

    document = CharField(max_length=24)
    sha256 = RegexField("^[0-9a-f]{64}$")


class SupplementBody(Serializer[Any]):
    """What lacked: fields that change, and documents."""

    form = DictField(
        child=CharField(max_length=2000, allow_blank=True), required=False, default=dict
    )
    files = ListField(child=FileBody(), required=False, default=list, max_length=40)


class ApplicationBody(SupplementBody):
    """What is asked for; the guide of its kind names the fields and documents."""

    kind = CharField(max_length=24)
    applicant = IntegerField(min_value=1, max_value=BIGGEST_ID)
    purpose = ChoiceField(choices=Application.Purpose.choices, required=False, default="new")
    unit = IntegerField(**_KEY)
    person = IntegerField(**_KEY)
    certificate = IntegerField(**_KEY)


class WithdrawalBody(Serializer[Any]):
    """Why, where there is something to say."""

    remark = CharField(max_length=2000, required=False, allow_blank=True, default="")


class SentFileBody(Serializer[Any]):
    """A PDF or a photo of a document."""

    file = FileField()


class SentFileSerializer(ModelSerializer[File]):
    """What has come; by its SHA-256 an application or a supplement names it."""

    class Meta:
        model = File
        fields: Any = ("sha256", "media_type", "size", "pages")
        read_only_fields: Any = fields


class AddressSerializer(Serializer[Any]):
    """Where a file can be fetched for two minutes."""

    url = CharField()


class CertificateSerializer(ModelSerializer[Certificate]):
    """What was granted."""

    holder_name = CharField(source="holder.shown_name", read_only=True)

    class Meta:
        model = Certificate
        fields: Any = (
            "id", "kind", "number", "application", "holder", "holder_name", "person", "unit",
            "valid_from", "expires_on", "paper", "ending", "ended_on", "ending_reason",
        )  # fmt: skip
        read_only_fields: Any = fields


class EndingBody(Serializer[Any]):
    """How a certificate ends before its time, and why."""

    ending = ChoiceField(choices=["withdrawn", "annulled", "fraud", "revoked", "cancelled"])
    reason = CharField(max_length=1000)


class FieldSerializer(Serializer[Any]):
    """One field of a form."""

    name = CharField()
    label: Any = CharField()
    kind = CharField()
    required: Any = BooleanField()
    most = IntegerField()
    choices = SerializerMethodField()

    def get_choices(self, field: Any) -> list[str]:
        """The values that it takes; none where it is free."""
        return [choice.value for choice in field.choices]


class PaperworkSerializer(Serializer[Any]):
    """A document that goes with it."""

    name = CharField()
    label: Any = CharField()
    required: Any = BooleanField()


class GuideSerializer(Serializer[ApplicationKind]):
    """The guide: who applies, by when, by which law, with what, and what comes of it."""

    name = CharField()
    title = CharField()
    about = CharField()
    level = CharField()
    guide = DictField(child=CharField())
    fields_of_form = FieldSerializer(source="fields", many=True)
    documents = PaperworkSerializer(many=True)


class DecisionSerializer(Serializer[Any]):
    """How an application was decided, without personal data."""

    number = CharField()
    kind = CharField()
    kind_name = CharField()
    applicant = CharField()
    office = CharField()
    outcome = CharField()
    outcome_name = CharField()
    decided_on = DateField()
    certificate_no = CharField(allow_blank=True)
    expires_on = DateField(allow_null=True)
    ending = CharField(allow_blank=True)
