"""Label jobs: sheets of labels as PDF, drawn in the background."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    IntegerField,
    ListField,
    ValidationError,
)

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.api.actors import signed_in_user
from backend.api.idempotency import IDEMPOTENCY_PARAMETER, read_idempotency_key
from backend.api.jobs import LOCATION_HEADER, JobSerializer, accepted_response
from backend.api.resources import Resource
from backend.jobs.models import Job
from backend.lib.numbers import FiniteField
from backend.lib.parameters import refuse_unknown
from backend.lib.serializers import Serializer
from tagging.actions import order_labels
from tagging.grids import GRIDS
from tagging.models import FOOTER_LENGTH, Batch
from tagging.qr import address_prefix
from tagging.sheets import SheetDesign, render_calibration_page


class SheetSerializer(Serializer[Any]):
    """Which sheets, and the printer's correction in millimetres to the right and downwards."""

    grid: Any = ChoiceField(choices=[(name, name) for name in GRIDS], default="3x8")
    dx = FiniteField(default=0.0, min_value=-20, max_value=20)
    dy = FiniteField(default=0.0, min_value=-20, max_value=20)


class LabelOrderSerializer(SheetSerializer):
    """Which labels on which sheets; ``skip`` positions of the first sheet are used."""

    batch = IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    codes: Any = ListField(child=CharField(max_length=40), required=False, max_length=50_000)
    skip = IntegerField(default=0, min_value=0, max_value=1000)
    footer = CharField(required=False, max_length=FOOTER_LENGTH)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an order that names both a batch and codes, or neither."""
        if ("batch" in attrs) == bool(attrs.get("codes")):
            raise ValidationError({"codes": [_("Name either a batch or codes.")]})
        return attrs


class LabelJobResource(Resource[Job]):
    """Orders of label sheets (标签打印)."""

    queryset = Job.objects.all()
    serializer_class = LabelOrderSerializer
    rights = {"create": (Right.MANAGE_TAGS,)}

    def visible_rows(self, user: User) -> QuerySet[Job]:
        """The label jobs that the signed-in user ordered."""
        return Job.objects.visible_to(user).filter(kind="labels")

    @extend_schema(
        parameters=[IDEMPOTENCY_PARAMETER, LOCATION_HEADER], responses={202: JobSerializer}
    )
    def create(self, request: Request) -> Response:
        """Order sheets; watch the job, then fetch its PDF."""
        key = read_idempotency_key(request)
        given = self.get_serializer(data=request.data)
        given.is_valid(raise_exception=True)
        actor, order = signed_in_user(request), dict(given.validated_data)
        if "batch" in order:
            order["batch"] = get_object_or_404(
                Batch.objects.visible_to(actor), pk=order.pop("batch")
            )
        return accepted_response(request, order_labels(actor=actor, key=str(key), **order))

    @extend_schema(
        operation_id="label_calibration",
        parameters=[SheetSerializer],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        filters=False,
    )
    @action(detail=False, url_path="calibration", pagination_class=None)
    def calibration(self, request: Request) -> HttpResponse:
        """A page with the outlines of a grid, to find a printer's ``dx`` and ``dy``."""
        refuse_unknown(request, frozenset(SheetSerializer().fields))
        asked = SheetSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        grid, dx, dy = (asked.validated_data[name] for name in ("grid", "dx", "dy"))
        page = render_calibration_page(SheetDesign(GRIDS[grid], address_prefix(), dx=dx, dy=dy))
        return HttpResponse(page, content_type="application/pdf")
