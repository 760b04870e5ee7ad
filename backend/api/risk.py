"""Risk over REST: why a unit has its score, and the figures of a region on a day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.api.actors import actor_of
from backend.api.conditions import READ, not_modified, tagged
from backend.api.riskshapes import (
    ExplainedSerializer,
    PanelSerializer,
    QuestionSerializer,
    TableSerializer,
)
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import Serializer
from backend.risk import panels, reading, summing
from backend.risk.explaining import explain
from backend.risk.models import SUMS, Reader
from backend.risk.panels import Panel
from backend.risk.reading import Asked


class UnitRiskView(APIView):
    """Why a unit has its score."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="risk_unit", parameters=READ, responses=ExplainedSerializer)
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
        operation_id="risk_region",
        parameters=[QuestionSerializer, *READ],
        responses=PanelSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """Figures, ranking and trend; 422 for a day before the data, 409 before any figures."""
        refuse_unknown(request, frozenset(QuestionSerializer().fields))
        question = QuestionSerializer(data=request.query_params)
        question.is_valid(raise_exception=True)
        reader = reading.present()
        asked = self.asked(reader, code, question.validated_data)
        tag = _tag(request, reader)
        if not asked.anew and (answer := not_modified(request, tag)):
            return answer
        found = self.found(request, reader, asked, question.validated_data["by"])
        data = self.serializer(_shown(found)).data
        # What is computed anew follows the records; the version of the figures does not tell of it.
        return tagged(request, data) if asked.anew else Response(data, headers={"ETag": tag})

    def asked(self, reader: Reader, code: str, question: Mapping[str, Any]) -> Asked:
        """What is asked of the region."""
        day = reading.day_of(reader, question.get("as_of"))
        return Asked(
            region=code,
            day=day,
            kinds=question.get("kind", ()),
            statuses=question.get("status", ()),
            anew=reading.is_anew(reader, day, question.get("known_on")),
        )

    def found(self, request: Request, reader: Reader, asked: Asked, measure: str) -> Panel:
        """The panel asked for."""
        actor = actor_of(request)
        return panels.panel(
            user=actor, reader=reader, measure=measure, course=self.course, asked=asked
        )


class RegionTableView(RegionRiskView):
    """The figures of a region as a table: one row for each region below it."""

    course = False
    serializer = TableSerializer

    @extend_schema(
        operation_id="risk_region_table",
        parameters=[QuestionSerializer, *READ],
        responses=TableSerializer,
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
        "tail": round(summing.highest(sums) / units, 6) if units else None,
        "bands": [sums[f"band{n}"] for n in range(5)],
    }
