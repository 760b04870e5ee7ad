"""Reports on their way in, what became of them, and the checklists they answer."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, UUIDField
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.rights import Right
from backend.fieldwork.drafts import build_draft
from backend.fieldwork.item_times import is_possible_moment
from backend.fieldwork.serializers import ReportShape
from backend.inspections import checklists
from backend.inspections.actions import file_report
from backend.inspections.models import Defect, Report
from backend.lib import clock
from backend.lib.kept_queries import Given, KeptQuery
from backend.lib.problems import not_found
from backend.lib.serializers import Serializer
from backend.units.models import Clock
from backend.units.standing import standing_of
from mobile_api.base_views import DeviceView, device_token, signed_in_user
from mobile_api.serializers import ChecklistShape, DueShape, FiledDefectShape, ReceiptShape

# Of each one for all requests: to make its fields anew costs more than to read a report with them.
_SHAPE = ReportShape()
_RECEIPT = ReceiptShape()


class ReportView(DeviceView):
    """``PUT`` and ``GET reports/<uuid>``."""

    rights = {"put": (Right.FILE_REPORT,)}

    @extend_schema(
        operation_id="mobile_report_file",
        request=ReportShape,
        responses={200: ReceiptShape, 201: ReceiptShape},
    )
    def put(self, request: Request, report: uuid.UUID) -> Response:
        """File a report: 201 the first time, 200 for a replay, 409 for other content."""
        facts = _SHAPE.run_validation(request.data)
        filed, new = file_report(
            actor=signed_in_user(request),
            report_id=report,
            draft=build_draft(facts),
            body=request.data,
            device=device_token(request).device_id,
            moment=_credible_time(facts["device_time"]),
        )
        receipt = _load_receipt(filed.pk, "accepted" if new else "duplicate")
        return Response(receipt, status=201 if new else 200)

    @extend_schema(operation_id="mobile_report", responses=ReceiptShape)
    def get(self, request: Request, report: uuid.UUID) -> Response:
        """What became of a report."""
        if not Report.objects.visible_to(signed_in_user(request)).filter(pk=report).exists():
            raise not_found(_("There is no such report in your jurisdiction."))
        return Response(_load_receipt(report, "stored"))


class ChecklistsView(DeviceView):
    """``GET checklists``."""

    parameters = frozenset({"category"})

    @extend_schema(
        operation_id="mobile_checklists",
        parameters=[OpenApiParameter("category", str, description="Code, such as 3110")],
        responses=ChecklistShape(many=True),
    )
    def get(self, request: Request) -> Response:
        """The checklists in force, the most special first; for one category or for all."""
        category = request.query_params.get("category", "").replace("\0", "")[:4]
        return Response(ChecklistShape(checklists.current_checklists(category), many=True).data)


def _credible_time(device_time: dt.datetime) -> dt.datetime | None:
    """When the report was made, where the phone's clock can be right."""
    return device_time if is_possible_moment(device_time, clock.now()) else None


def _given_report() -> QuerySet[Any]:
    """A report with all that its receipt tells."""
    rows = Report.objects.select_related("unit", "checklist", "issue").annotate(
        defects_told=_as_rows(Defect.objects.filter(report=OuterRef("pk")), FiledDefectShape),
        clocks_told=_as_rows(Clock.objects.filter(unit=OuterRef("unit")), DueShape),
    )
    return rows.filter(pk=Given("report", UUIDField()))


_STORED = KeptQuery(_given_report)


def _load_receipt(report_id: uuid.UUID, word: str) -> dict[str, Any]:
    """The report as stored with its unit as it stands now, in one query."""
    [report] = _STORED.fetch(report=report_id)
    report.unit.clocks_told = report.clocks_told
    report.receipt = word
    report.unit.standing = standing_of(report.unit, clock.today()).value
    receipt: dict[str, Any] = _RECEIPT.to_representation(report)
    return receipt


def _as_rows(rows: QuerySet[Any], shape: type[Serializer[Any]]) -> ArraySubquery:
    """What ``shape`` tells of ``rows``, in order, as a column beside others."""
    told = JSONObject(**{str(name): name for name in shape().fields})
    return ArraySubquery(rows.order_by("pk").values(told=told))
