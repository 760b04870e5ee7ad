"""Whether this process lives, and whether what it leans on answers."""

from __future__ import annotations

from collections.abc import Callable

from django.core.cache import caches
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

_FAULTS = (DatabaseError, RedisError, OSError)


@never_cache
@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers. Redis and storage are told but not demanded:

    without them scans, cards and reports still work, and a balancer must not take us out.
    """
    checks = {"db": _answers(_database), "redis": _answers(_redis), "s3": _storage()}
    states = {name: "ok" if fine else "down" for name, fine in checks.items()}
    return JsonResponse(states, status=200 if checks["db"] else 503)


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except _FAULTS:
        return False
    return True


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _redis() -> None:
    caches["default"].ping()  # type: ignore[attr-defined]


def _storage() -> bool:
    return default_storage.answers()  # type: ignore[attr-defined,no-any-return]
