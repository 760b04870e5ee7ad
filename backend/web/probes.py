"""Answers probes of balancers and containers before anything else is looked at.

They come without TLS and by whatever address the machine has, so neither the redirect to TLS nor
ALLOWED_HOSTS may stand in their way.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from backend.web.views import health

_VIEWS: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/livez": health.livez,
    "/readyz": health.readyz,
}


class ProbeMiddleware:
    """Answers ``/livez`` and ``/readyz``; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return _VIEWS.get(request.path, self.get_response)(request)
