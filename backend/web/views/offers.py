"""Names that fit what somebody types, for the lists of fields."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from backend.web.forms.chosen import call_entity, list_entities
from backend.web.guards import signed_in_user


@login_required
@require_safe
def offer_entities(request: HttpRequest) -> JsonResponse:
    """The entities that ``q`` may mean, as a list of what they are called."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:120]
    found = list_entities(signed_in_user(request), text) if text else []
    return JsonResponse([call_entity(entity) for entity in found], safe=False)
