"""How the inspectors of a region compare, for those who answer for their work."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    FloatField,
    IntegerField,
    RegexField,
)

from backend.accounts.models import User
from backend.accounts.rights import Right, main_region
from backend.api.actors import signed_in_user
from backend.api.query_params import read_query_params
from backend.api.resources import Resource
from backend.lib.identifiers.masking import mask_name
from backend.lib.serializers import Serializer
from backend.risk.inspector_comparison import (
    MEANING,
    InspectorComparison,
    LimitSide,
    compare_inspectors,
)

SIDE_CHOICES = [(side.value, side.value) for side in LimitSide if side]


class ComparisonParams(Serializer[Any]):
    """The query parameters of a comparison of inspectors."""

    region = RegexField(r"^[0-9]{6}$", required=False, help_text="Else the region of the main post")
    months = IntegerField(min_value=1, max_value=36, default=12, help_text="How far back")
    beyond = ChoiceField(
        choices=SIDE_CHOICES, required=False, help_text="Only those beyond a limit"
    )


class ComparisonSerializer(Serializer[InspectorComparison]):
    """One inspector beside the others who worked in the region; a reason to look, no verdict."""

    inspector = IntegerField(help_text="The key of the user")
    name: Any = CharField(help_text="Masked")
    reports = IntegerField()
    findings = IntegerField(help_text="Reports that name a defect or a failure")
    expected = FloatField(help_text="Findings of the others on like units")
    ratio = FloatField(source="ratio.mean", help_text="findings / expected, shrunk towards all")
    ratio_low = FloatField(source="ratio.low", help_text="90 % credible interval")
    ratio_high = FloatField(source="ratio.high")
    enough = BooleanField(help_text="Whether there are reports enough to call it unusual")
    beyond = ChoiceField(
        choices=[*SIDE_CHOICES, ("", "")], help_text="Outside 99.8 % of a funnel plot"
    )
    meaning: Any = CharField(help_text="What may and may not be read from it")


class InspectorResource(Resource[User]):
    """Inspectors compared with their peers on like units."""

    queryset = User.objects.none()
    serializer_class: Any = ComparisonSerializer
    filter_backends: Any = ()

    @extend_schema(parameters=[ComparisonParams], responses=ComparisonSerializer(many=True))
    def list(self, request: Request) -> Response:
        """One page by the key of the inspector. 403 without the right, 404 for a foreign region."""
        found = _compare_as_asked(request)
        page = self.paginate_queryset(User.objects.filter(pk__in=found))
        rows: Any = [_comparison_row(user, found[user.pk]) for user in page or ()]
        answer = self.get_paginated_response(ComparisonSerializer(rows, many=True).data)
        answer["Cache-Control"] = "no-store"
        return answer


def _compare_as_asked(request: Request) -> dict[int, InspectorComparison]:
    actor, asked = signed_in_user(request), read_query_params(request, ComparisonParams)
    region = asked.get("region") or main_region(actor, Right.COMPARE_INSPECTORS)
    found = compare_inspectors(actor=actor, region=region, months=asked["months"])
    side = asked.get("beyond")
    return {one.inspector: one for one in found if side is None or one.beyond == side}


def _comparison_row(user: User, compared: InspectorComparison) -> dict[str, Any]:
    facts = {name: getattr(compared, name) for name in compared.__dataclass_fields__}
    return facts | {"name": mask_name(str(user)), "meaning": MEANING}
