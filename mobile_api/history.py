"""What happened to a unit, and its last photos, for the card on the phone."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.evidence.access import record_photo_url
from backend.evidence.models import File, Rendition
from backend.lib.serializers import Serializer
from backend.units.models import Inspection, Record, RecordEvidence, Stage, Unit
from backend.units.timeline import IN_ORDER
from mobile_api.base_views import DeviceView, signed_in_user

_MAX_RECORDS = 12
_MAX_PHOTOS = 8


class PastPhotoShape(Serializer[Any]):
    """Short-lived addresses; null while the picture is on its way to storage."""

    sha256 = serializers.CharField()
    thumbnail = serializers.CharField(allow_null=True)
    screen = serializers.CharField(allow_null=True)


class PastShape(Serializer[Any]):
    """One record of the unit."""

    id = serializers.IntegerField()
    stage = serializers.CharField()
    title = serializers.CharField()
    happened_on = serializers.DateField()
    by = serializers.CharField(allow_null=True)
    remark = serializers.CharField(allow_blank=True)
    in_force = serializers.BooleanField(help_text="False: corrected or withdrawn since")
    photos = PastPhotoShape(many=True)


class HistoryShape(Serializer[Any]):
    """The newest records, newest first."""

    records = PastShape(many=True)


class UnitHistoryView(DeviceView):
    """``GET units/<id>/history``."""

    @extend_schema(operation_id="mobile_unit_history", responses=HistoryShape)
    def get(self, request: Request, unit: int) -> Response:
        """The newest records of a unit with their photos."""
        actor = signed_in_user(request)
        found = Unit.objects.only("pk").get_visible(actor, unit)
        return Response(
            {"records": [_record_document(actor, record) for record in _load_newest_records(found)]}
        )


def _load_newest_records(unit: Unit) -> list[Record]:
    proofs = RecordEvidence.objects.select_related("file").prefetch_related("file__renditions")
    rows = Record.objects.filter(unit=unit).select_related(
        "inspection", "filed_by", "superseded_by"
    )
    rows = rows.prefetch_related(Prefetch("evidence", queryset=proofs.order_by("pk")))
    return list(rows.order_by(*IN_ORDER).reverse()[:_MAX_RECORDS])


def _record_document(actor: User, record: Record) -> dict[str, Any]:
    proofs = list(record.evidence.all())[:_MAX_PHOTOS]
    return {
        "id": record.pk,
        "stage": record.stage,
        "title": _record_title(record),
        "happened_on": record.happened_on.isoformat(),
        "by": str(record.filed_by) if record.filed_by else None,
        "remark": record.remark,
        "in_force": getattr(record, "superseded_by", None) is None,
        "photos": [_photo_document(actor, proof.file) for proof in proofs],
    }


def _record_title(record: Record) -> str:
    if record.stage != Stage.INSPECTION:
        return str(Stage(record.stage).label)
    inspection: Inspection = record.inspection
    return f"{inspection.get_kind_display()} · {inspection.get_conclusion_display()}"


def _photo_document(actor: User, file: File) -> dict[str, Any]:
    thumbnail, screen = (
        record_photo_url(user=actor, file=file, kind=kind)
        for kind in (Rendition.Kind.THUMBNAIL, Rendition.Kind.SCREEN)
    )
    return {"sha256": file.sha256, "thumbnail": thumbnail, "screen": screen}
