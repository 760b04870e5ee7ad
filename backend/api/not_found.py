"""The response for paths that lead nowhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from backend.lib.problems import page_not_found


# Else a POST to a wrong path would be told of a missing CSRF token, as a page.
@csrf_exempt
def not_found_response(request: HttpRequest, **kwargs: Any) -> JsonResponse:
    """The response 404 as problem+json, for every method."""
    return page_not_found(request)
