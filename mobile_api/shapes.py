"""What phones send and get, field by field; the OpenAPI document is made from it."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.inspections.models import Checklist, Severity
from backend.units.models import Conclusion, InspectionKind
from geo.datum import Datum

BIGGEST_ID = 2**63 - 1
_PHOTOS = 60
_DEFECTS = 100


class Finite(serializers.FloatField):
    """A number that JSON can say."""

    def to_internal_value(self, data: Any) -> float:
        """The number; raises ValidationError for NaN and infinities."""
        value = super().to_internal_value(data)
        if not math.isfinite(value):
            self.fail("invalid")
        return value


@extend_schema_field({"type": ["string", "number", "null"]})
class Answer(serializers.Field):  # type: ignore[type-arg]
    """One answer: pass, fail or na, a number, or a text."""

    def to_internal_value(self, data: Any) -> Any:
        """The answer as sent, if the database can keep it."""
        if isinstance(data, str):
            return serializers.CharField(allow_blank=True, trim_whitespace=False).run_validation(
                data
            )
        if isinstance(data, (int, float)) and math.isfinite(data):
            return data
        raise serializers.ValidationError(_("Answer with a text or a number."))

    def to_representation(self, value: Any) -> Any:
        """The answer as stored."""
        return value


class Answers(serializers.DictField):
    """Answers by the id of the checklist's item."""

    child = Answer(allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        """The mapping; raises ValidationError for keys that are no text."""
        if isinstance(data, dict):
            for key in data:
                serializers.CharField(max_length=40).run_validation(key)
        return super().to_internal_value(data)


class Sha256(serializers.RegexField):
    """A SHA-256 sum, 64 hexadecimal digits in lower case."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[0-9a-f]{64}\Z", **kwargs)


class SignInShape(serializers.Serializer[Any]):
    """Who signs in on which device."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    device_id = serializers.RegexField(
        r"^[A-Za-z0-9._-]{1,64}\Z", help_text="Made by the phone once"
    )
    device_name = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    otp = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")


class UserShape(serializers.Serializer[Any]):
    """Who is signed in."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    region = serializers.CharField(allow_null=True)


class SignedInShape(serializers.Serializer[Any]):
    """The token: send it as ``Authorization: Token …``. It is shown once."""

    token = serializers.CharField()
    user = UserShape()


class DeviceShape(serializers.Serializer[Any]):
    """A device on which the user is signed in."""

    device_id = serializers.CharField()
    device_name = serializers.CharField()
    signed_in_at = serializers.DateTimeField(source="created")
    this_one = serializers.BooleanField()


class PositionShape(serializers.Serializer[Any]):
    """Where the phone is, as its receiver said."""

    lng = Finite(min_value=-180, max_value=180)
    lat = Finite(min_value=-90, max_value=90)
    datum = serializers.ChoiceField(choices=[d.value for d in Datum], default=Datum.WGS84.value)
    accuracy = Finite(min_value=0, required=False, allow_null=True, help_text="Metres")


class ScanShape(serializers.Serializer[Any]):
    """What the camera read, untouched."""

    raw = serializers.CharField(max_length=8192, allow_blank=True, trim_whitespace=False)
    client_id = serializers.UUIDField(required=False, allow_null=True)
    scanned_at = serializers.DateTimeField(required=False, allow_null=True)
    position = PositionShape(required=False, allow_null=True)


class DefectShape(serializers.Serializer[Any]):
    """A fault found."""

    text = serializers.CharField(max_length=500)
    severity = serializers.ChoiceField(choices=Severity.choices)
    item = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    photos = serializers.ListField(child=Sha256(), required=False, max_length=_PHOTOS)


class ReportShape(serializers.Serializer[Any]):
    """A report, as the phone files it under an id of its own making."""

    unit = serializers.IntegerField(min_value=1, max_value=BIGGEST_ID)
    tag_code = serializers.CharField(max_length=12, required=False, allow_null=True)
    checklist = serializers.CharField(max_length=40)
    checklist_version = serializers.IntegerField(min_value=1, max_value=32767)
    kind = serializers.ChoiceField(choices=InspectionKind.choices)
    answers = Answers()
    conclusion = serializers.ChoiceField(choices=Conclusion.choices)
    happened_on = serializers.DateField(
        required=False, allow_null=True, help_text="Left out: the day of device_time in China"
    )
    device_time = serializers.DateTimeField()
    position = PositionShape(required=False, allow_null=True)
    photos = serializers.ListField(child=Sha256(), required=False, max_length=_PHOTOS)
    defects = serializers.ListField(child=DefectShape(), required=False, max_length=_DEFECTS)
    closes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST_ID),
        required=False,
        max_length=_DEFECTS,
        help_text="Open defects that are put right",
    )
    report_no = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    opinion_notice_no = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default=""
    )
    opinion_answered_on = serializers.DateField(required=False, allow_null=True)
    safety_grade = serializers.IntegerField(
        min_value=1, max_value=5, required=False, allow_null=True
    )
    monitored_months = serializers.IntegerField(
        min_value=0, max_value=120, required=False, allow_null=True
    )
    stated_next_on = serializers.DateField(required=False, allow_null=True)
    remark = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class DueShape(serializers.Serializer[Any]):
    """One running clock; after a failure it has no next date."""

    kind = serializers.CharField()
    last_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)


class OutcomeShape(serializers.Serializer[Any]):
    """The unit after the report."""

    id = serializers.IntegerField()
    status = serializers.CharField()
    standing = serializers.CharField()
    use_blocked = serializers.BooleanField()
    next_due_on = serializers.DateField(allow_null=True)
    clocks = DueShape(many=True, source="clocks.all")
    open_defects = serializers.IntegerField()


class FiledDefectShape(serializers.Serializer[Any]):
    """A defect as stored."""

    id = serializers.IntegerField()
    item = serializers.CharField()
    text = serializers.CharField()
    severity = serializers.CharField()
    photos = serializers.ListField(child=serializers.CharField())
    closed_on = serializers.DateField(allow_null=True)


class ReceiptShape(serializers.Serializer[Any]):
    """What became of a report."""

    id = serializers.UUIDField()
    receipt = serializers.ChoiceField(choices=["accepted", "duplicate", "stored"])
    record = serializers.IntegerField(source="record_id")
    kind = serializers.CharField()
    conclusion = serializers.CharField()
    checklist = serializers.CharField(source="checklist.code")
    checklist_version = serializers.IntegerField(source="checklist.version")
    answers = serializers.DictField(child=Answer(allow_null=True))
    defects = FiledDefectShape(many=True, source="defects.all")
    remark = serializers.CharField()
    device_time = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    digest = serializers.CharField()
    unit = OutcomeShape()


class PhotoShape(serializers.Serializer[Any]):
    """A photo as kept."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    media_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    taken_at = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField()


class ItemShape(serializers.Serializer[Any]):
    """One item of a checklist."""

    id = serializers.CharField()
    text = serializers.CharField()
    text_en = serializers.CharField()
    type = serializers.ChoiceField(choices=["pass_fail", "number", "text"])
    required = serializers.BooleanField()  # type: ignore[assignment]
    unit = serializers.CharField(required=False)
    min = serializers.FloatField(required=False)
    max = serializers.FloatField(required=False)


class ChecklistShape(serializers.ModelSerializer[Checklist]):
    """A checklist that a phone may carry."""

    items = ItemShape(many=True)

    class Meta:
        model = Checklist
        fields: Any = (
            "code", "version", "category_prefix", "inspection_kind", "title", "title_en", "items",
            "source", "valid_from", "valid_to",
        )  # fmt: skip
