"""What phones send and get, field by field; the OpenAPI document is made from it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.fieldwork.serializers import AnswerField
from backend.inspections.models import Checklist
from backend.lib import clock
from backend.lib.serializers import ModelSerializer, Serializer
from backend.units.models import Unit


class SignInShape(Serializer[Any]):
    """Who signs in on which device."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    device_id = serializers.RegexField(
        r"^[A-Za-z0-9._-]{1,64}\Z", help_text="Made by the phone once"
    )
    device_name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    otp = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")


class BodyShape(Serializer[Any]):
    """An inspection body."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class UserShape(Serializer[Any]):
    """Who is signed in."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    region = serializers.CharField(allow_null=True)
    body = BodyShape(allow_null=True, help_text="The inspection body that he acts for")
    may_file = serializers.BooleanField(help_text="Whether the outbox and photos take from him")
    has_desk = serializers.BooleanField(help_text="Whether matters wait for him, or may")


class SignedInShape(Serializer[Any]):
    """The token: send it as ``Authorization: Token …``. It is shown once."""

    token = serializers.CharField()
    user = UserShape()


class DeviceShape(Serializer[Any]):
    """A device on which the user is signed in."""

    device_id = serializers.CharField()
    device_name = serializers.CharField()
    signed_in_at = serializers.DateTimeField(source="created")
    this_one = serializers.BooleanField()


class DueShape(Serializer[Any]):
    """One running clock; after a failure it has no next date."""

    kind = serializers.CharField()
    last_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class OutcomeShape(Serializer[Any]):
    """The unit after the report."""

    id = serializers.IntegerField()
    status = serializers.CharField()
    standing = serializers.CharField()
    use_blocked = serializers.SerializerMethodField()
    next_due_on = serializers.DateField(allow_null=True)
    clocks = DueShape(many=True, source="clocks_told")
    open_defects = serializers.IntegerField()

    def get_use_blocked(self, unit: Unit) -> bool:
        """Whether a hold forbids its use today."""
        return unit.is_held(clock.today())


class FiledDefectShape(Serializer[Any]):
    """A defect as stored."""

    id = serializers.IntegerField()
    item = serializers.CharField()
    text = serializers.CharField()
    severity = serializers.CharField()
    photos = serializers.ListField(child=serializers.CharField())
    closed_on = serializers.DateField(allow_null=True)


class ReceiptShape(Serializer[Any]):
    """What became of a report."""

    id = serializers.UUIDField()
    receipt = serializers.ChoiceField(choices=["accepted", "duplicate", "stored"])
    in_force = serializers.BooleanField(help_text="Whether it is issued: ``record`` is its record")
    record = serializers.IntegerField(source="record_id", allow_null=True)
    kind = serializers.CharField()
    conclusion = serializers.CharField()
    checklist = serializers.CharField(source="checklist.code")
    checklist_version = serializers.IntegerField(source="checklist.version")
    answers = serializers.DictField(child=AnswerField(allow_null=True))
    defects = FiledDefectShape(many=True, source="defects_told")
    remark = serializers.CharField()
    device_time = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    digest = serializers.CharField()
    flags = serializers.ListField(
        child=serializers.CharField(),
        source="doubts",
        help_text="In what the report contradicts itself; a supervisor looks",
    )
    unit = OutcomeShape()


class PhotoShape(Serializer[Any]):
    """A photo as kept."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    taken_at = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField()


class ItemShape(Serializer[Any]):
    """One item of a checklist."""

    id = serializers.CharField()
    text = serializers.CharField()
    text_en = serializers.CharField()
    type = serializers.ChoiceField(choices=["pass_fail", "number", "text"])
    required = serializers.BooleanField()  # type: ignore[assignment]
    unit = serializers.CharField(required=False)
    min = serializers.FloatField(required=False)
    max = serializers.FloatField(required=False)


class ChecklistShape(ModelSerializer[Checklist]):
    """A checklist that a phone may carry."""

    items = ItemShape(many=True)

    class Meta:
        model = Checklist
        fields: Any = (
            "code", "version", "category_prefix", "inspection_kind", "title", "title_en", "items",
            "source", "valid_from", "valid_to",
        )  # fmt: skip
