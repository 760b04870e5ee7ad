"""What the field files, field by field; the doors and the settling of waiting items read by it."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from typing import Any

from django.core.validators import MinValueValidator
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.inspections.models import Severity
from backend.lib.clock import SHANGHAI
from backend.lib.numbers import FiniteField
from backend.lib.serializers import Serializer
from backend.units.models import Conclusion, InspectionKind
from geo.datum import Datum

BIGGEST_ID = 2**63 - 1
_FIRST_DAY = dt.date(1900, 1, 1)
_MOST_PHOTOS = 60
_MOST_DEFECTS = 100


@extend_schema_field({"type": ["string", "number", "null"]})
class AnswerField(serializers.Field):  # type: ignore[type-arg]
    """One answer: pass, fail or na, a number, or a text."""

    def to_internal_value(self, data: Any) -> Any:
        """The answer as sent, if the database can keep it."""
        if isinstance(data, str):
            return serializers.CharField(allow_blank=True, trim_whitespace=False).run_validation(
                data
            )
        if isinstance(data, (int, float)) and _is_finite(data):
            return data
        raise serializers.ValidationError(_("Answer with a text or a number."))

    def to_representation(self, value: Any) -> Any:
        """The answer as stored."""
        return value


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer of hundreds of digits
        return False


class AnswersField(serializers.DictField):
    """Answers by the id of the checklist's item."""

    child = AnswerField(allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        """The mapping; raises ValidationError for keys that are no text."""
        if isinstance(data, dict):
            for key in data:
                serializers.CharField(max_length=40).run_validation(key)
        return super().to_internal_value(data)


class Sha256Field(serializers.RegexField):
    """A SHA-256 sum, 64 hexadecimal digits in lower case, and nothing that could be made into one.

    Which photos an item waits for is read before its body is checked, and word for word.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^[0-9a-f]{64}\Z", trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The sum; raises ValidationError for a number, too, of 64 digits."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class ClientIdField(serializers.UUIDField):
    """An id that a client made: a text. DRF's field reads numbers too, and false as nought."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        """The id; raises ValidationError for all but a text."""
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class UnitIdField(serializers.IntegerField):
    """The id of a unit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=BIGGEST_ID, **kwargs)


class MomentField(serializers.DateTimeField):
    """An instant, of a year that every zone of the earth can write."""

    def to_internal_value(self, data: Any) -> Any:
        """The instant; raises ValidationError for what is none."""
        try:
            moment = super().to_internal_value(data)
            moment.astimezone(SHANGHAI), moment.astimezone(dt.UTC)
        except OverflowError:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+08:00")
        return moment


class DayField(serializers.DateField):
    """A day of a time that has boilers and lifts under supervision."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("validators", [MinValueValidator(_FIRST_DAY)])
        super().__init__(**kwargs)


class PositionShape(Serializer[Any]):
    """Where the phone is, as its receiver said."""

    lng = FiniteField(min_value=-180, max_value=180)
    lat = FiniteField(min_value=-90, max_value=90)
    datum = serializers.ChoiceField(choices=[d.value for d in Datum], default=Datum.WGS84.value)
    accuracy = FiniteField(min_value=0, required=False, allow_null=True, help_text="Metres")


class ScanShape(Serializer[Any]):
    """What the camera read, untouched."""

    raw = serializers.CharField(max_length=8192, allow_blank=True, trim_whitespace=False)
    client_id = ClientIdField(required=False, allow_null=True)
    scanned_at = MomentField(required=False, allow_null=True)
    position = PositionShape(required=False, allow_null=True)


class DefectShape(Serializer[Any]):
    """A fault found."""

    text = serializers.CharField(max_length=500)
    severity = serializers.ChoiceField(choices=Severity.choices)
    item = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    photos = serializers.ListField(child=Sha256Field(), required=False, max_length=_MOST_PHOTOS)


class ReportShape(Serializer[Any]):
    """A report, as the phone files it under an id of its own making."""

    unit = UnitIdField()
    tag_code = serializers.CharField(max_length=12, required=False, allow_null=True)
    checklist = serializers.CharField(max_length=40)
    checklist_version = serializers.IntegerField(min_value=1, max_value=32767)
    kind = serializers.ChoiceField(choices=InspectionKind.choices)
    answers = AnswersField()
    conclusion = serializers.ChoiceField(choices=Conclusion.choices)
    conclusion_reason = serializers.CharField(
        max_length=400,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why so, given when the phone asked",
    )
    second_inspector = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default=""
    )
    happened_on = DayField(
        required=False, allow_null=True, help_text="Left out: the day of device_time in China"
    )
    device_time = MomentField()
    position = PositionShape(required=False, allow_null=True)
    photos = serializers.ListField(child=Sha256Field(), required=False, max_length=_MOST_PHOTOS)
    defects = serializers.ListField(child=DefectShape(), required=False, max_length=_MOST_DEFECTS)
    closes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=BIGGEST_ID),
        required=False,
        max_length=_MOST_DEFECTS,
        help_text="Open defects that are put right",
    )
    report_no = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    opinion_notice_no = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default=""
    )
    opinion_answered_on = DayField(required=False, allow_null=True)
    safety_grade = serializers.IntegerField(
        min_value=1, max_value=5, required=False, allow_null=True
    )
    monitored_months = serializers.IntegerField(
        min_value=0, max_value=120, required=False, allow_null=True
    )
    stated_next_on = DayField(required=False, allow_null=True)
    remark = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class ScanItemShape(ScanShape):
    """A scan as an item of the outbox."""

    mock = serializers.BooleanField(
        required=False, default=False, help_text="The phone reported a mock location"
    )


class ReportItemShape(ReportShape):
    """A report as an item of the outbox."""

    mock = serializers.BooleanField(required=False, default=False)


class CorrectionItemShape(ReportItemShape):
    """A report that takes the place of an earlier one of the same unit."""

    supersedes = ClientIdField(help_text="The id of the report corrected")
    reason = serializers.CharField(max_length=400)
