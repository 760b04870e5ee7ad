"""Who is on duty over a holiday, in an office and in all below it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    DateField,
    IntegerField,
    ListField,
    SerializerMethodField,
)
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.address_book.entries import contact_of, mask_mobile
from backend.api.actors import signed_in_user
from backend.api.calendars.serializers import DutySerializer
from backend.calendars.holiday_duty import holidays_to_plan, next_holiday, read_holiday_duty
from backend.calendars.models import Duty
from backend.calendars.on_duty import authorities_of_line
from backend.fieldwork.serializers import BIGGEST_ID
from backend.lib.parameters import refuse_unknown
from backend.lib.problems import Refused, not_found
from backend.lib.serializers import Serializer
from backend.offices.models import OfficeQuerySet
from backend.workdays.year_tables import Holiday


class HolidayDutyParams(Serializer[Any]):
    """Which holiday and which office; without them the next one, and all of the reader's line."""

    holiday = DateField(required=False, help_text="One of its days")
    office = IntegerField(min_value=1, max_value=BIGGEST_ID, required=False)


class ReachedDutySerializer(DutySerializer):
    """A duty with how its person is reached; the own number is masked."""

    work_phone = SerializerMethodField()
    mobile = SerializerMethodField()

    class Meta(DutySerializer.Meta):
        fields = (*DutySerializer.Meta.fields, "work_phone", "mobile")
        read_only_fields = fields

    def get_work_phone(self, duty: Duty) -> str:
        """The telephone at work, or nothing."""
        return contact_of(duty.person).work_phone

    def get_mobile(self, duty: Duty) -> str:
        """The own number, masked, or nothing."""
        return mask_mobile(contact_of(duty.person))


class HolidayDaySerializer(Serializer[Any]):
    """One day, and what lacks in words."""

    day = DateField()
    duties: Any = ReachedDutySerializer(many=True)
    lacks = ListField(child=CharField())


class OfficeHolidaySerializer(Serializer[Any]):
    """The days of one office."""

    office = IntegerField(source="office.pk")
    office_name = CharField(source="office.name")
    phone = CharField(help_text="Of its duty")
    days: Any = HolidayDaySerializer(many=True)


class HolidayDutySerializer(Serializer[Any]):
    """A holiday, and each office from the top down."""

    name = CharField()
    first = DateField()
    last = DateField()
    offices: Any = OfficeHolidaySerializer(many=True)


class HolidayDutyView(APIView):
    """The duty over a holiday."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="holiday_duty", parameters=[HolidayDutyParams], responses=HolidayDutySerializer
    )
    def get(self, request: Request) -> Response:
        """Who is on duty and what lacks; 404 for an office outside the line, 422 for no holiday."""
        refuse_unknown(request, frozenset(HolidayDutyParams().fields))
        asked = HolidayDutyParams(data=request.query_params)
        asked.is_valid(raise_exception=True)
        user, facts = signed_in_user(request), asked.validated_data
        holiday = _get_holiday(facts.get("holiday"))
        found = read_holiday_duty(user, _list_offices_of_line(user, facts.get("office")), holiday)
        told = {
            "name": holiday.name, "first": holiday.first, "last": holiday.last,
            "offices": found,
        }  # fmt: skip
        return Response(HolidayDutySerializer(told).data)


def _get_holiday(day: dt.date | None) -> Holiday:
    if day is None:
        return next_holiday()
    for one in holidays_to_plan():
        if one.first <= day <= one.last:
            return one
    text = _("This is no day of a holiday of this year or the next.")
    raise Refused("day-invalid", text, field="holiday")


def _list_offices_of_line(user: User, key: int | None) -> OfficeQuerySet:
    line = authorities_of_line(user)
    if key is None:
        return line
    office = line.filter(pk=key).first()
    if office is None:
        raise not_found(_("There is no such office in your line."))
    return line.descending_from(office)
