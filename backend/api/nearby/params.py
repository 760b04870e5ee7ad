"""The query parameters of questions about places, and the body of a drawn area."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.serializers import (
    CharField,
    ChoiceField,
    IntegerField,
    JSONField,
    ValidationError,
)

from backend.api.positions import DATUMS
from backend.lib.numbers import FiniteField
from backend.lib.problems import Refused
from backend.lib.serializers import Serializer
from backend.units.models import KINDS, UnitStatus
from geo.datum import Datum
from geo.models import PublicPlace

_REGION_CODE_VALIDATOR = RegexValidator(r"^[0-9]{6}\Z", gettext_lazy("Six digits (GB/T 2260)."))
_MAX_KEY = 2**63 - 1


class UnitParams(Serializer[Any]):
    """Which units an answer may hold at all."""

    kind: Any = ChoiceField(choices=[(c, c) for c in KINDS], required=False)
    status: Any = ChoiceField(choices=UnitStatus.choices, required=False)
    due: Any = ChoiceField(choices=[("overdue", "overdue"), ("soon", "soon")], required=False)
    region = CharField(validators=[_REGION_CODE_VALIDATOR], required=False)


class RadiusParams(UnitParams):
    """The circle in which units are looked for."""

    lng = FiniteField(min_value=-180, max_value=180)
    lat = FiniteField(min_value=-85, max_value=85)
    datum: Any = ChoiceField(choices=DATUMS, default=Datum.WGS84.value)
    metres = FiniteField(min_value=1, max_value=20_000, default=1000)


class TourParams(RadiusParams):
    """Where somebody stands, how far he goes, and how many units (``stops``) he visits at most."""

    metres = FiniteField(min_value=1, max_value=50_000, default=10_000)
    stops = IntegerField(min_value=1, max_value=50, default=10)


class AreaParams(UnitParams):
    """Which of the units inside the area that the body draws."""


class AreaSerializer(Serializer[Any]):
    """``area``: a GeoJSON Polygon or MultiPolygon in degrees of ``datum``."""

    area: Any = JSONField()
    datum: Any = ChoiceField(choices=DATUMS, default=Datum.WGS84.value)


class PlacesParams(UnitParams):
    """Either ``place``, or places of a ``region``, all or of a ``category``."""

    category: Any = ChoiceField(choices=PublicPlace.Category.choices, required=False)
    place = IntegerField(min_value=1, max_value=_MAX_KEY, required=False)
    metres = FiniteField(min_value=1, max_value=2000, default=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse parameters that name neither a place nor a region."""
        if "place" not in attrs and "region" not in attrs:
            raise ValidationError({"region": [_("Name a region or a place.")]})
        return attrs


class PipeParams(UnitParams):
    """The piping ``unit`` along whose route units are looked for."""

    unit = IntegerField(min_value=1, max_value=_MAX_KEY)
    metres = FiniteField(min_value=1, max_value=5000, default=100)


class DisplacedParams(UnitParams):
    """The one region that is looked through, for all scans of its units are read."""

    region = CharField(validators=[_REGION_CODE_VALIDATOR])
    metres = FiniteField(min_value=1, max_value=1_000_000, default=200)


def refuse_large_body(request: Request) -> None:
    """Refuse (413) a body that is larger than any area allowed."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > most:
        raise Refused("body-too-large", _("The body is too large."), status=413)
