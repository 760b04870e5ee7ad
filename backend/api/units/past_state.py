"""The state of a unit on a day of the past, by what the register knew on a day."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    IntegerField,
    JSONField,
    SerializerMethodField,
)
from rest_framework.views import APIView

from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_READ_HEADERS, respond_with_etag
from backend.api.units.views import ClockSerializer, HoldSerializer
from backend.inspections.past_defects import count_serious_defects_on
from backend.lib import clock
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import Serializer
from backend.units.derived_state import build_clock_rows, build_hold_rows
from backend.units.models import Unit, UnitStatus
from backend.units.past import PastUnit, look_back
from backend.units.standing import Standing, standing_of
from geo.regions import Gazetteer


class MomentsParams(Serializer[Any]):
    """The two days of a question about the past."""

    as_of = DateField(required=False, help_text="What was so on this day; today by default")
    known_on = DateField(
        required=False,
        help_text="By what was known at the end of this day in China; today by default",
    )


class StateSerializer(Serializer[PastUnit]):
    """A unit on ``as_of``, folded from the records that were known on ``known_on``.

    Category, parameters and first use are those entered by then. The rules are those of today,
    each chosen by the day of the event.
    """

    unit = IntegerField(source="unit.pk")
    as_of = DateField()
    known_on = DateField()
    category = CharField(source="unit.category_id")
    parameters = JSONField(source="unit.parameters")
    first_used_on = DateField(source="unit.first_used_on", allow_null=True)
    region = CharField(help_text="The county in which it stood")
    region_name: Any = SerializerMethodField(help_text="What that was called on the day")
    status = ChoiceField(choices=UnitStatus.choices)
    standing: Any = SerializerMethodField()
    held: Any = BooleanField(source="is_held", help_text="Whether a hold forbade its use")
    registered_on = DateField(source="state.registered_on", allow_null=True)
    certificate_no = CharField(source="state.certificate_no", allow_null=True)
    safety_grade = IntegerField(source="state.safety_grade", allow_null=True)
    last_inspected_on = DateField(source="state.last_inspected_on", allow_null=True)
    last_conclusion = CharField(source="state.last_conclusion", allow_blank=True)
    next_due_on = DateField(allow_null=True)
    own_due_on = DateField(allow_null=True)
    serious_defects = IntegerField(help_text="Open ones")
    holds: Any = SerializerMethodField()
    clocks: Any = SerializerMethodField()

    def get_region_name(self, then: PastUnit) -> str:
        """The name of the county on that day, with the city above it: 莱芜市莱城区 until 2018."""
        gazetteer = Gazetteer.load()
        return gazetteer.full_name_on(
            gazetteer.code_in_force_on(then.region, then.as_of), then.as_of
        )

    @extend_schema_field(ChoiceField(choices=Standing.choices))
    def get_standing(self, then: PastUnit) -> str:
        """The status word of the unit on that day."""
        return str(standing_of(then, then.as_of))

    @extend_schema_field(HoldSerializer(many=True))
    def get_holds(self, then: PastUnit) -> Any:
        """The holds that forbade its use on that day."""
        rows = build_hold_rows(then.unit, then.state)
        holds = [row for row in rows if row.since <= then.as_of and row.is_open(then.as_of)]
        return HoldSerializer(holds, many=True).data

    @extend_schema_field(ClockSerializer(many=True))
    def get_clocks(self, then: PastUnit) -> Any:
        """The clocks that ran on that day."""
        return ClockSerializer(build_clock_rows(then.unit, then.state), many=True).data


class UnitStateView(APIView):
    """What was so on a day, by what was known on a day."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="units_state",
        parameters=[MomentsParams, *ETAG_READ_HEADERS],
        responses=StateSerializer,
    )
    def get(self, request: Request, unit: str) -> Response:
        """The state; 422 for days to come, before 1900, or before the unit was entered."""
        refuse_unknown(request, frozenset(MomentsParams().fields))
        asked = MomentsParams(data=request.query_params)
        asked.is_valid(raise_exception=True)
        today, days = clock.today(), asked.validated_data
        as_of, known_on = days.get("as_of", today), days.get("known_on", today)
        found = get_object_or_404(Unit.objects.visible_to(signed_in_user(request)), pk=unit)
        serious = count_serious_defects_on(found, as_of, clock.end_of(known_on))
        then = look_back(unit=found, as_of=as_of, known_on=known_on, serious_defects=serious)
        return respond_with_etag(request, StateSerializer(then).data)
