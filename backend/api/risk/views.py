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

from backend.api.actors import signed_in_user
from backend.api.etags import ETAG_READ_HEADERS, not_modified_response, respond_with_etag
from backend.api.risk.serializers import (
    ExplainedSerializer,
    PanelSerializer,
    RegionRiskParams,
    TableSerializer,
)
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import Serializer
from backend.risk import figures_query, overviews, region_sums
from backend.risk.explanations import explain_score
from backend.risk.figures_query import FiguresQuery
from backend.risk.models import SUMS, Reader
from backend.risk.overviews import RegionOverview


class UnitRiskView(APIView):
    """Why a unit has its score."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="risk_unit", parameters=ETAG_READ_HEADERS, responses=ExplainedSerializer
    )
    def get(self, request: Request, unit: str) -> Response:
        """The score with its reasons; 404 for a unit out of sight, 409 for one that has ended."""
        refuse_unknown(request, frozenset())
        found = explain_score(user=signed_in_user(request), unit=int(unit))
        return respond_with_etag(request, ExplainedSerializer(found).data)


class RegionRiskView(APIView):
    """The panel of a region."""

    permission_classes = (IsAuthenticated,)
    with_trend = True
    serializer: type[Serializer[Any]] = PanelSerializer

    @extend_schema(
        operation_id="risk_region",
        parameters=[RegionRiskParams, *ETAG_READ_HEADERS],
        responses=PanelSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """Figures, ranking and trend; 422 for a day before the data, 409 before any figures."""
        refuse_unknown(request, frozenset(RegionRiskParams().fields))
        question = RegionRiskParams(data=request.query_params)
        question.is_valid(raise_exception=True)
        reader = figures_query.load_reader()
        asked = self.read_question(reader, code, question.validated_data)
        tag = _make_version_etag(request, reader)
        if not asked.anew and (answer := not_modified_response(request, tag)):
            return answer
        found = self.load_overview(request, reader, asked, question.validated_data["by"])
        data = self.serializer(_overview_document(found)).data
        # What is computed anew follows the records; the version of the figures does not tell of it.
        return (
            respond_with_etag(request, data)
            if asked.anew
            else Response(data, headers={"ETag": tag})
        )

    def read_question(self, reader: Reader, code: str, question: Mapping[str, Any]) -> FiguresQuery:
        """What is asked of the region."""
        day = figures_query.choose_figures_day(reader, question.get("as_of"))
        return FiguresQuery(
            region=code,
            day=day,
            kinds=question.get("kind", ()),
            statuses=question.get("status", ()),
            anew=figures_query.must_recompute(reader, day, question.get("known_on")),
        )

    def load_overview(
        self, request: Request, reader: Reader, asked: FiguresQuery, measure: str
    ) -> RegionOverview:
        """The figures that are asked for."""
        actor = signed_in_user(request)
        return overviews.build_overview(
            user=actor, reader=reader, measure=measure, with_trend=self.with_trend, query=asked
        )


class RegionTableView(RegionRiskView):
    """The figures of a region as a table: one row for each region below it."""

    with_trend = False
    serializer = TableSerializer

    @extend_schema(
        operation_id="risk_region_table",
        parameters=[RegionRiskParams, *ETAG_READ_HEADERS],
        responses=TableSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """Figures and ranking; the same refusals as the panel."""
        return super().get(request, code)


def _make_version_etag(request: Request, reader: Reader) -> str:
    """The ETag by version of the data, address and user: known before anything is counted."""
    said = f"{reader.version} {reader.day} {signed_in_user(request).pk} {request.get_full_path()}"
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


def _overview_document(found: RegionOverview) -> dict[str, Any]:
    document = {name: getattr(found, name) for name in found.__dataclass_fields__}
    ranking = [
        {
            "code": row.code,
            "name": row.name,
            "figures": _figures_document(row.sums),
            "rate": asdict(row.rate),
        }
        for row in found.ranking
    ]
    trend = [{"day": day, "figures": _figures_document(sums)} for day, sums in found.trend]
    return document | {"figures": _figures_document(found.sums), "ranking": ranking, "trend": trend}


def _figures_document(sums: Mapping[str, int]) -> dict[str, Any]:
    units = sums["units"]
    return {
        **{name: sums[name] for name in SUMS[:6]},
        "mean": round(sums["score_sum"] / units, 1) if units else None,
        "tail": round(region_sums.count_highest_classes(sums) / units, 6) if units else None,
        "bands": [sums[f"band{n}"] for n in range(5)],
    }
