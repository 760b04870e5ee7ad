"""How official documents are told, and what is sent of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    FileField,
    IntegerField,
    ListField,
    SerializerMethodField,
)

from backend.documents.models import (
    Attachment,
    Direction,
    Document,
    DocumentKind,
    Ending,
    Party,
    Retention,
    Secrecy,
)
from backend.documents.outsiders import Outsider, list_outsiders
from backend.documents.paragraphs import read_paragraphs
from backend.documents.search import locate_first_word
from backend.documents.wording import Wording
from backend.fieldwork.serializers import BIGGEST_ID
from backend.flows.versions import read_version
from backend.lib import clock
from backend.lib.problems import Refused
from backend.lib.serializers import ModelSerializer, Serializer
from backend.matters.choices import get_person_signing_in_as
from backend.matters.labels import label_in_language
from backend.matters.models import Matter
from backend.offices.models import Office

_OPTIONAL: dict[str, Any] = {"required": False, "allow_blank": True}
PARTS = ("main", "copy", "joint")


class DocumentPartySerializer(ModelSerializer[Party]):
    """An office or somebody named in words."""

    office = CharField(source="office.code", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Party
        fields: Any = ("part", "office", "name")
        read_only_fields: Any = fields


class OutsiderSerializer(Serializer[Outsider]):
    """A recipient named in words, to whom nothing is delivered by the system, and its service."""

    name = CharField()
    part = ChoiceField(choices=PARTS)
    service = IntegerField(source="service.pk", allow_null=True, default=None)
    state = CharField(source="service.state", allow_null=True, default=None)


class AttachmentSerializer(ModelSerializer[Attachment]):
    """What is attached."""

    class Meta:
        model = Attachment
        fields: Any = ("id", "title", "media_type", "size", "pages", "sha256", "attached_at")
        read_only_fields: Any = fields


class ParagraphSerializer(Serializer[Any]):
    """One paragraph, with its level: 1 to 4 for a heading by its ordinal, else 0."""

    level = IntegerField()
    heading = CharField()
    text = CharField()


class DocumentFacts(ModelSerializer[Document]):
    """The columns of the kind."""

    kind = CharField(source="kind.code", read_only=True)
    kind_name = CharField(source="kind.name", read_only=True)
    signer = CharField(source="signer.username", read_only=True, allow_null=True, default=None)
    signed_by = CharField(
        source="signed_by.username", read_only=True, allow_null=True, default=None
    )
    ends = CharField(source="ends.number", read_only=True, allow_null=True, default=None)
    ended_by = SerializerMethodField()
    paragraphs = SerializerMethodField()
    parties = DocumentPartySerializer(many=True, read_only=True)
    attachments = AttachmentSerializer(many=True, read_only=True)
    outsiders = SerializerMethodField()

    class Meta:
        model = Document
        fields: Any = (
            "kind", "kind_name", "direction", "number", "title", "body", "paragraphs", "note",
            "signer", "secrecy", "secret_years", "retention", "print_copies", "signed_by",
            "signed_on", "frozen_sha256", "paper", "ends", "ending", "ended_by", "parties", "outsiders", "attachments",
        )  # fmt: skip
        read_only_fields: Any = fields

    @extend_schema_field(OutsiderSerializer(many=True))
    def get_outsiders(self, document: Document) -> Any:
        """The recipients that are to get it otherwise."""
        outsiders: Any = list_outsiders(document)
        return OutsiderSerializer(outsiders, many=True).data

    def get_ended_by(self, document: Document) -> str | None:
        """The number of the document that annulled or repealed it."""
        ended_by = document.paper and document.paper.ended_by
        return ended_by.number if ended_by else None

    @extend_schema_field(ParagraphSerializer(many=True))
    def get_paragraphs(self, document: Document) -> list[dict[str, Any]]:
        """The text as it is structured by its ordinals."""
        return [one._asdict() for one in read_paragraphs(document.body)]


class ListedDocument(ModelSerializer[Document]):
    """A document as a list shows it."""

    id = IntegerField(source="pk", read_only=True)
    kind = CharField(source="kind.code", read_only=True)
    office = CharField(source="matter.office.code", read_only=True)
    state = CharField(source="matter.state", read_only=True)
    state_name = SerializerMethodField()
    urgency = CharField(source="matter.urgency", read_only=True)
    version = IntegerField(source="matter.version", read_only=True)

    class Meta:
        model = Document
        fields: Any = (
            "id", "kind", "direction", "number", "title", "office", "state", "state_name",
            "urgency", "secrecy", "signed_on", "paper", "version",
        )  # fmt: skip
        read_only_fields: Any = fields

    def get_state_name(self, document: Document) -> str:
        """What its flow calls the state, in the reader's language."""
        return label_in_language(
            read_version(document.matter.flow_id).states[document.matter.state]
        )


class DocumentSerializer(ListedDocument, DocumentFacts):
    """One document with all that it says."""

    class Meta:
        model = Document
        fields: Any = tuple(
            dict.fromkeys((*ListedDocument.Meta.fields, *DocumentFacts.Meta.fields))
        )
        read_only_fields: Any = fields


class PlaceSerializer(Serializer[Any]):
    """Where a word was found, with what stands around it."""

    found_in = ChoiceField(choices=("number", "title", "body"))
    before = CharField()
    hit = CharField()
    after = CharField()


class FoundDocument(ListedDocument):
    """A document that was found, with the place."""

    rank = IntegerField(read_only=True)
    place = SerializerMethodField()

    class Meta:
        model = Document
        fields: Any = (*ListedDocument.Meta.fields, "rank", "place")
        read_only_fields: Any = fields

    @extend_schema_field(PlaceSerializer)
    def get_place(self, document: Document) -> dict[str, str]:
        """Where the first of the words stands."""
        return locate_first_word(document, self.context["text"])._asdict()


class KindSerializer(ModelSerializer[DocumentKind]):
    """A kind of document with the days in which it is one."""

    class Meta:
        model = DocumentKind
        fields: Any = (
            "code", "name", "directions", "valid_from", "valid_to", "source", "confidence"
        )  # fmt: skip
        read_only_fields: Any = fields


class PartyBody(Serializer[Any]):
    """An office by its code, or a name."""

    office = CharField(max_length=24, required=False)
    name = CharField(max_length=120, required=False)


class WordingBody(Serializer[Any]):
    """What is to be written; what is left out stays as it is."""

    kind = CharField(max_length=24, required=False)
    direction = ChoiceField(choices=Direction.choices, required=False)
    title = CharField(max_length=180, required=False)
    body = CharField(max_length=60000, trim_whitespace=False, **_OPTIONAL)
    note = CharField(max_length=200, **_OPTIONAL)
    signer = CharField(max_length=150, help_text="The name that he signs in with", **_OPTIONAL)
    secrecy = ChoiceField(choices=Secrecy.choices, required=False)
    secret_years = IntegerField(min_value=1, max_value=30, required=False, allow_null=True)
    retention = ChoiceField(choices=Retention.choices, required=False)
    urgency = ChoiceField(choices=Matter.Urgency.choices, required=False)
    ends = CharField(
        max_length=60, help_text="The number of a document that it annuls or repeals", **_OPTIONAL
    )
    ending = ChoiceField(choices=Ending.choices, **_OPTIONAL)
    main = ListField(child=PartyBody(), required=False, max_length=200)
    copy = ListField(child=PartyBody(), required=False, max_length=200)
    joint = ListField(child=PartyBody(), required=False, max_length=20)

    def wording(self) -> Wording:
        """What was sent, with its offices and people found; raises Refused 422."""
        told = dict(self.validated_data)
        told.pop("office", None)
        kind, urgency = told.pop("kind", None), told.pop("urgency", None)
        ends = told.pop("ends", None)
        parties = {
            part: [_get_party(one, part) for one in told.pop(part)]
            for part in PARTS
            if part in told
        }
        if "signer" in told:
            told["signer"] = (
                get_person_signing_in_as(told["signer"], "signer") if told["signer"] else None
            )
        return Wording(kind=kind, columns=told, parties=parties, urgency=urgency, ends=ends)


class DraftBody(WordingBody):
    """A draft of an office."""

    office = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)
    kind = CharField(max_length=24)
    direction = ChoiceField(choices=Direction.choices)
    title = CharField(max_length=180)


class AttachmentBody(Serializer[Any]):
    """A PDF or DOCX, and what it is called below the text."""

    title = CharField(max_length=120, required=False, allow_blank=True, default="")
    file = FileField()


def _get_party(told: dict[str, str], part: str) -> Office | str:
    if "office" not in told:
        return told.get("name", "")
    found: Office | None = (
        Office.objects.in_force(clock.today()).filter(code=told["office"]).first()
    )
    if found is None:
        raise Refused("office-unfit", _("Choose an office that exists."), field=part)
    return found
