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
from backend.api.actors import actor_of
from backend.api.questions import asked_of
from backend.api.resources import Resource
from backend.lib.identifiers.masking import mask_name
from backend.lib.serializers import Serializer
from backend.risk.peers import MEANING, Beyond, Compared, compare_inspectors

SIDES = [(side.value, side.value) for side in Beyond if side]


class ComparisonQuestion(Serializer[Any]):
    """Which comparison is asked for."""

    region = RegexField(r"^[0-9]{6}$", required=False, help_text="Else the whole jurisdiction")
    months = IntegerField(min_value=1, max_value=36, default=12, help_text="How far back")
    beyond = ChoiceField(choices=SIDES, required=False, help_text="Only those beyond a limit")


class ComparisonSerializer(Serializer[Compared]):
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
    beyond = ChoiceField(choices=[*SIDES, ("", "")], help_text="Outside 99.8 % of a funnel plot")
    meaning: Any = CharField(help_text="What may and may not be read from it")


class InspectorResource(Resource[User]):
    """Inspectors compared with their peers on like units."""

    queryset = User.objects.none()
    serializer_class: Any = ComparisonSerializer
    filter_backends: Any = ()

    @extend_schema(parameters=[ComparisonQuestion], responses=ComparisonSerializer(many=True))
    def list(self, request: Request) -> Response:
        """One page by the key of the inspector. 403 without the right, 404 for a foreign region."""
        found = _asked(request)
        page = self.paginate_queryset(User.objects.filter(pk__in=found))
        rows: Any = [_shown(user, found[user.pk]) for user in page or ()]
        answer = self.get_paginated_response(ComparisonSerializer(rows, many=True).data)
        answer["Cache-Control"] = "no-store"
        return answer


def _asked(request: Request) -> dict[int, Compared]:
    actor, asked = actor_of(request), asked_of(request, ComparisonQuestion)
    found = compare_inspectors(
        actor=actor, region=asked.get("region") or actor.region_id or "", months=asked["months"]
    )
    side = asked.get("beyond")
    return {one.inspector: one for one in found if side is None or one.beyond == side}


def _shown(user: User, compared: Compared) -> dict[str, Any]:
    facts = {name: getattr(compared, name) for name in compared.__dataclass_fields__}
    return facts | {"name": mask_name(str(user)), "meaning": MEANING}
