"""How announcements and their receipts are told, and what is sent of them."""

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
    UUIDField,
)

from backend.announcements.attachments import MOST
from backend.announcements.audience import Audience
from backend.announcements.models import Announcement, Attachment, Receipt
from backend.announcements.wording import LONGEST_BODY, LONGEST_REASON, LONGEST_TITLE, Wording
from backend.directory.models import Authority
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.serializers import ModelSerializer, Serializer
from backend.offices.models import Office

_MOST_NAMED = 1000


class OwnReceiptSerializer(ModelSerializer[Receipt]):
    """What the reader did with it."""

    class Meta:
        model = Receipt
        fields: Any = ("seen_at", "confirmed_at")
        read_only_fields: Any = fields


class ListedAnnouncement(ModelSerializer[Announcement]):
    """An announcement as a list shows it; ``receipt`` is that of the reader, if he is addressed."""

    office_name = CharField(source="office.name", read_only=True)
    receipt = SerializerMethodField()

    class Meta:
        model = Announcement
        fields: Any = (
            "id", "office", "office_name", "title", "importance", "matters_until", "confirm_by",
            "published_at", "state", "ended_at", "reason", "corrects", "receipt",
        )  # fmt: skip
        read_only_fields: Any = fields

    @extend_schema_field(OwnReceiptSerializer(allow_null=True))
    def get_receipt(self, announcement: Any) -> dict[str, Any] | None:
        """The reader's own, which the view has fetched as ``own_receipts``."""
        own = announcement.own_receipts
        return dict(OwnReceiptSerializer(own[0]).data) if own else None


class AnnouncementAttachmentSerializer(ModelSerializer[Attachment]):
    """A file that comes with it."""

    class Meta:
        model = Attachment
        fields: Any = ("id", "title", "media_type", "size", "pages", "sha256")
        read_only_fields: Any = fields


class AnnouncementSerializer(ListedAnnouncement):
    """One announcement with its text and attachments."""

    attachments = AnnouncementAttachmentSerializer(many=True, read_only=True)
    correction = IntegerField(source="correction.pk", read_only=True, default=None, allow_null=True)
    published_by_name = CharField(source="published_by", read_only=True)

    class Meta(ListedAnnouncement.Meta):
        fields = (
            *ListedAnnouncement.Meta.fields, "body", "published_by_name", "correction",
            "attachments",
        )  # fmt: skip
        read_only_fields = fields


class AnnouncementWordingSerializer(Serializer[Any]):
    """What is said."""

    title = CharField(max_length=LONGEST_TITLE)
    body = CharField(max_length=LONGEST_BODY)
    importance = ChoiceField(
        choices=Announcement.Importance.choices, default=Announcement.Importance.NORMAL
    )
    matters_until = DateField()
    confirm_by = DateField(required=False, allow_null=True, default=None)

    def wording(self) -> Wording:
        """The words of a body that is right."""
        return Wording(**{name: self.validated_data[name] for name in Wording._fields})


class NewAnnouncementSerializer(AnnouncementWordingSerializer):
    """What is said to whom, in the name of which office."""

    office = IntegerField(min_value=1, max_value=BIGGEST_ID)
    offices = ListField(
        child=IntegerField(min_value=1, max_value=BIGGEST_ID),
        required=False,
        max_length=_MOST_NAMED,
        help_text="Whole offices, each with its departments",
    )
    levels = ListField(
        child=ChoiceField(choices=Authority.Level.choices),
        required=False,
        max_length=len(Authority.Level),
        help_text="All authorities of these levels below one's own",
    )
    people = ListField(
        child=IntegerField(min_value=1, max_value=BIGGEST_ID),
        required=False,
        max_length=_MOST_NAMED,
        help_text="Keys of accounts, as the address book tells them",
    )

    def audience(self) -> Audience:
        """To whom it goes."""
        return Audience(**{name: self.validated_data.get(name, ()) for name in Audience._fields})


class AnnouncementCorrectionSerializer(AnnouncementWordingSerializer):
    """The new version, and why it is needed; ``kept`` names attachments that come with it again."""

    reason = CharField(max_length=LONGEST_REASON)
    kept = ListField(child=UUIDField(), required=False, max_length=MOST)


class NewAnnouncementFormSerializer(NewAnnouncementSerializer):
    """The same with attachments."""

    files = ListField(child=FileField(), required=False, max_length=MOST)


class AnnouncementCorrectionFormSerializer(AnnouncementCorrectionSerializer):
    """The same with attachments."""

    files = ListField(child=FileField(), required=False, max_length=MOST)


class AnnouncementWithdrawalSerializer(Serializer[Any]):
    """Why it is withdrawn."""

    reason = CharField(max_length=LONGEST_REASON)


class ReceiptCountsSerializer(Serializer[Any]):
    """Of how many addressees how many have read and confirmed, and how many are waited for."""

    addressed = IntegerField()
    seen = IntegerField()
    confirmed = IntegerField()
    waiting = IntegerField()


class UrgedPeopleSerializer(Serializer[Any]):
    """How many were urged."""

    urged = IntegerField()


class UnreadAnnouncementsSerializer(Serializer[Any]):
    """How many in force one has to read or to confirm."""

    waiting = IntegerField()


class AnnouncementReceiptSerializer(ModelSerializer[Receipt]):
    """One addressee, and what he did."""

    name = CharField(source="addressee", read_only=True)
    office_name = CharField(source="office.name", read_only=True)

    class Meta:
        model = Receipt
        fields: Any = (
            "id", "addressee", "name", "office", "office_name", "seen_at", "confirmed_at"
        )  # fmt: skip
        read_only_fields: Any = fields


class OfficeCountSerializer(ModelSerializer[Office]):
    """An office, and how many of its people were addressed, have read and confirmed."""

    addressed = IntegerField(read_only=True)
    seen = IntegerField(read_only=True)
    confirmed = IntegerField(read_only=True)

    class Meta:
        model = Office
        fields: Any = ("id", "code", "name", "addressed", "seen", "confirmed")
        read_only_fields: Any = fields
