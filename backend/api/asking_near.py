"""The parameters of questions about places."""

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

from backend.api.places import DATUMS
from backend.lib.numbers import FiniteField
from backend.lib.problems import Refused
from backend.lib.serializers import Serializer
from backend.units.models import KINDS, UnitStatus
from geo.datum import Datum
from geo.models import PublicPlace

_SIX_DIGITS = RegexValidator(r"^[0-9]{6}\Z", gettext_lazy("Six digits (GB/T 2260)."))
_LARGEST = 2**63 - 1


class Common(Serializer[Any]):
    """Which units at all."""

    kind: Any = ChoiceField(choices=[(c, c) for c in KINDS], required=False)
    status: Any = ChoiceField(choices=UnitStatus.choices, required=False)
    due: Any = ChoiceField(choices=[("overdue", "overdue"), ("soon", "soon")], required=False)
    region = CharField(validators=[_SIX_DIGITS], required=False)


class RadiusQuestion(Common):
    """Round a place."""

    lng = FiniteField(min_value=-180, max_value=180)
    lat = FiniteField(min_value=-85, max_value=85)
    datum: Any = ChoiceField(choices=DATUMS, default=Datum.WGS84.value)
    metres = FiniteField(min_value=1, max_value=20_000, default=1000)


class TourQuestion(RadiusQuestion):
    """Round where somebody stands; ``stops`` units at most."""

    metres = FiniteField(min_value=1, max_value=50_000, default=10_000)
    stops = IntegerField(min_value=1, max_value=50, default=10)


class AreaQuestion(Common):
    """Inside what the body draws."""


class AreaSerializer(Serializer[Any]):
    """``area``: a GeoJSON Polygon or MultiPolygon in degrees of ``datum``."""

    area: Any = JSONField()
    datum: Any = ChoiceField(choices=DATUMS, default=Datum.WGS84.value)


class PlacesQuestion(Common):
    """Either ``place``, or places of a ``region``, all or of a ``category``."""

    category: Any = ChoiceField(choices=PublicPlace.Category.choices, required=False)
    place = IntegerField(min_value=1, max_value=_LARGEST, required=False)
    metres = FiniteField(min_value=1, max_value=2000, default=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if "place" not in attrs and "region" not in attrs:
            raise ValidationError({"region": [_("Name a region or a place.")]})
        return attrs


class PipeQuestion(Common):
    """Along the route of ``unit``."""

    unit = IntegerField(min_value=1, max_value=_LARGEST)
    metres = FiniteField(min_value=1, max_value=5000, default=100)


class DisplacedQuestion(Common):
    """Of one region, for all its scans are read."""

    region = CharField(validators=[_SIX_DIGITS])
    metres = FiniteField(min_value=1, max_value=1_000_000, default=200)


def too_long(request: Request) -> None:
    """Refuse (413) a body that is larger than any area allowed."""
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > most:
        raise Refused("body-too-large", _("The body is too large."), status=413)
