"""Risk over REST: why a unit has its score, and the figures of a region on a day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    DateField,
    FloatField,
    IntegerField,
    ListField,
    Serializer,
    ValidationError,
)
from rest_framework.views import APIView

from backend.api.actors import actor_of
from backend.api.conditions import tagged
from backend.api.filters import refuse_unknown
from backend.risk import panels, reading
from backend.risk.explaining import explain
from backend.risk.models import SUMS, Reader
from backend.risk.panels import MEASURES, Panel
from backend.units.models import UnitStatus

KINDS = tuple("12345689")


class WordsField(CharField):
    """Several words with commas between them, each of those known."""

    def __init__(self, words: tuple[str, ...], **options: Any) -> None:
        super().__init__(max_length=120, **options)
        self._words = words

    def to_internal_value(self, data: Any) -> Any:
        """The words, in order, each once."""
        given = tuple(dict.fromkeys(str(super().to_internal_value(data)).split(",")))
        if not set(given) <= set(self._words):
            raise ValidationError(f"Known: {', '.join(self._words)}.")
        return given


class QuestionSerializer(Serializer[Any]):
    """What can be asked of a region."""

    as_of = DateField(required=False, help_text="A day; today by default")
    kind = WordsField(KINDS, required=False, help_text="Kinds, with commas: 3,4")
    status = WordsField(tuple(UnitStatus.values), required=False, help_text="With commas")
    by = ChoiceField(choices=list(MEASURES), default="tail", help_text="What is ranked by")


class ReasonSerializer(Serializer[Any]):
    """One factor with points. ``record`` is the key of a record, clock, defect, scan or unit."""

    factor = CharField()
    value = CharField(help_text="As measured, in ``unit``")
    unit = CharField()
    weight = IntegerField(help_text="Points of one counted thing, or of the step reached")
    points = IntegerField()
    record_kind = CharField()
    record = CharField(allow_null=True)
    source: Any = CharField(help_text="Law or section that the factor rests on")


class ExplainedSerializer(Serializer[Any]):
    """A unit's score on a day, and why."""

    unit = IntegerField()
    score = IntegerField(min_value=0, max_value=1000)
    as_of = DateField()
    model = CharField(help_text="Version of the weights")
    reasons = ReasonSerializer(many=True)


class SumsSerializer(Serializer[Any]):
    """Figures; ``band0`` are scores of 0 to 199, ``band4`` those of 800 and more."""

    units = IntegerField()
    overdue = IntegerField()
    due_soon = IntegerField()
    failed = IntegerField()
    hazards = IntegerField(help_text="Open defects")
    unseen = IntegerField(help_text="Tag never scanned, or none")
    mean = FloatField(allow_null=True, help_text="Mean score")
    tail = FloatField(allow_null=True, help_text="Share of scores of 800 and more")
    bands = ListField(child=IntegerField(), min_length=5, max_length=5)


class RateSerializer(Serializer[Any]):
    """Per unit. ``mean`` is drawn towards the rate of all; 90 % of what is likely is between."""

    raw = FloatField(allow_null=True)
    mean = FloatField()
    low = FloatField()
    high = FloatField()


class RankedSerializer(Serializer[Any]):
    """One region below."""

    code = CharField()
    name = CharField()
    figures = SumsSerializer()
    rate = RateSerializer()


class TrendSerializer(Serializer[Any]):
    """Figures of one day of the past."""

    day = DateField()
    figures = SumsSerializer()


class TableSerializer(Serializer[Any]):
    """The figures of a region, and of each region below it by rate."""

    code = CharField()
    name = CharField()
    as_of = DateField()
    figures_of = DateField(help_text="The day that is known nearest before ``as_of``")
    measure = ChoiceField(choices=list(MEASURES), help_text="What the ranking is by")
    figures = SumsSerializer()
    accidents = IntegerField(help_text="In the twelve months up to the day")
    ranking = RankedSerializer(many=True)


class PanelSerializer(TableSerializer):
    """The same, with the figures of the first of each month, up to 24."""

    trend = TrendSerializer(many=True)


class UnitRiskView(APIView):
    """Why a unit has its score."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="risk_unit", responses=ExplainedSerializer)
    def get(self, request: Request, unit: str) -> Response:
        """The score with its reasons; 404 for a unit out of sight, 409 for one that has ended."""
        refuse_unknown(request, frozenset())
        found = explain(user=actor_of(request), unit=int(unit))
        return tagged(request, ExplainedSerializer(found).data)


class RegionRiskView(APIView):
    """The panel of a region."""

    permission_classes = (IsAuthenticated,)
    course = True
    serializer: type[Serializer[Any]] = PanelSerializer

    @extend_schema(
        operation_id="risk_region", parameters=[QuestionSerializer], responses=PanelSerializer
    )
    def get(self, request: Request, code: str) -> Response:
        """Figures, ranking and trend; 422 for a day before the data, 409 before any figures."""
        refuse_unknown(request, frozenset(QuestionSerializer().fields))
        question = QuestionSerializer(data=request.query_params)
        question.is_valid(raise_exception=True)
        reader = reading.present()
        tag = _tag(request, reader)
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
        found = self.found(request, reader, code, question.validated_data)
        return Response(self.serializer(_shown(found)).data, headers={"ETag": tag})

    def found(self, request: Request, reader: Reader, code: str, asked: Mapping[str, Any]) -> Panel:
        """The panel asked for."""
        return panels.panel(
            user=actor_of(request),
            reader=reader,
            measure=asked["by"],
            course=self.course,
            asked=reading.Asked(
                region=code,
                day=reading.day_of(reader, asked.get("as_of")),
                kinds=asked.get("kind", ()),
                statuses=asked.get("status", ()),
            ),
        )


class RegionTableView(RegionRiskView):
    """The figures of a region as a table: one row for each region below it."""

    course = False
    serializer = TableSerializer

    @extend_schema(
        operation_id="risk_region_table", parameters=[QuestionSerializer], responses=TableSerializer
    )
    def get(self, request: Request, code: str) -> Response:
        """Figures and ranking; the same refusals as the panel."""
        return super().get(request, code)


def _tag(request: Request, reader: Reader) -> str:
    """By version of the data, address and reader: told before anything is counted."""
    said = f"{reader.version} {reader.day} {actor_of(request).pk} {request.get_full_path()}"
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _shown(found: Panel) -> dict[str, Any]:
    document = {name: getattr(found, name) for name in found.__dataclass_fields__}
    ranking = [
        {
            "code": row.code,
            "name": row.name,
            "figures": _figures(row.sums),
            "rate": asdict(row.rate),
        }
        for row in found.ranking
    ]
    trend = [{"day": day, "figures": _figures(sums)} for day, sums in found.trend]
    return document | {"figures": _figures(found.sums), "ranking": ranking, "trend": trend}


def _figures(sums: Mapping[str, int]) -> dict[str, Any]:
    units = sums["units"]
    return {
        **{name: sums[name] for name in SUMS[:6]},
        "mean": round(sums["score_sum"] / units, 1) if units else None,
        "tail": round(sums["band4"] / units, 6) if units else None,
        "bands": [sums[f"band{n}"] for n in range(5)],
    }
