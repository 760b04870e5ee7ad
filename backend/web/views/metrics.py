"""Figures for Prometheus: those of the processes, and what waits in the database."""

from __future__ import annotations

import os
import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from backend.web.backlog import BacklogCollector


@never_cache
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """For who knows METRICS_TOKEN; where it is not set, and for everybody else, there is no such page."""
    told = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = settings.METRICS_TOKEN
    if not wanted or not secrets.compare_digest(told.encode(), wanted.encode()):
        raise Http404
    waiting = CollectorRegistry()
    waiting.register(BacklogCollector())
    body = generate_latest(_of_all_processes()) + generate_latest(waiting)
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


def _of_all_processes() -> CollectorRegistry:
    """The workers of one web server share PROMETHEUS_MULTIPROC_DIR; without it each tells its own."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
