"""The rules of deadlines (期限), and by when something is due by one of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, CharField, DateField, SerializerMethodField
from rest_framework.views import APIView

from backend.accounts.models import User
from backend.api.query_params import read_query_params
from backend.api.resources import DetailMixin, ListMixin, Resource
from backend.deadlines.due import Due, compute_due, rule_in_force
from backend.deadlines.models import DeadlineRule
from backend.lib import clock
from backend.lib.serializers import ModelSerializer, Serializer

_EARLIEST, _LATEST = 1990, 2199
_BOUNDS = {"first": _EARLIEST, "last": _LATEST}


class DeadlineRuleSerializer(ModelSerializer[DeadlineRule]):
    """How long something may take, by which law, from which day on; confidence as in the domain."""

    label: Any = CharField(read_only=True, help_text="What is due, in the reader's language")

    class Meta:
        model = DeadlineRule
        fields: Any = (
            "id", "code", "label", "days", "unit", "backward", "law", "article", "source", "confidence",
            "valid_from", "valid_to",
        )  # fmt: skip
        read_only_fields: Any = fields


class DeadlineRuleResource(ListMixin, DetailMixin, Resource[DeadlineRule]):
    """The rules of deadlines, those that have ended too."""

    queryset = DeadlineRule.objects.all()
    serializer_class = DeadlineRuleSerializer
    lookup_value_converter = "key"
    filterset_fields = ("code",)

    def visible_rows(self, user: User) -> QuerySet[DeadlineRule]:
        """All rules, for the law is published."""
        return DeadlineRule.objects.all()


class DueParams(Serializer[Any]):
    """Which deadline, and the day of what sets it off."""

    code = CharField(max_length=40, help_text="Of a rule of deadlines")
    counted_from = DateField(help_text="The first day that counts is the next one")

    def validate_counted_from(self, day: dt.date) -> dt.date:
        """A day of this age; raises ValidationError for another."""
        if not _EARLIEST <= day.year <= _LATEST:
            raise ValidationError(_("Give a day between %(first)s and %(last)s.") % _BOUNDS)
        return day


class DueSerializer(Serializer[Due]):
    """The last day that is in time."""

    on = DateField()
    provisional = BooleanField(help_text="Counted over holidays that are not published yet")
    rule: Any = DeadlineRuleSerializer()
    sentence = CharField(help_text="Why it is that day, in the reader's language")
    working_days_left: Any = SerializerMethodField()

    def get_working_days_left(self, due: Due) -> int:
        """The working days after today up to that day; 0 when it is over."""
        return due.calendar.count_working_days(clock.today(), due.on)


class DueDayView(APIView):
    """By when something is due."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="due_day", parameters=[DueParams], responses=DueSerializer)
    def get(self, request: Request) -> Response:
        """By the rule in force on the day that is counted from; 422 where there was none."""
        asked = read_query_params(request, DueParams, paged=False)
        day = asked["counted_from"]
        due = compute_due(rule_in_force(asked["code"], day), day)
        return Response(DueSerializer(due).data)
