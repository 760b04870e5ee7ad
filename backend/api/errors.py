"""The answer for paths that lead nowhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from backend.lib.problems import page_not_found


def nowhere(request: HttpRequest, **kwargs: Any) -> JsonResponse:
    """404 as problem+json, for every method."""
    return page_not_found(request)
