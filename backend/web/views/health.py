"""Whether this process lives, and whether what it leans on answers; see ``backend.web.probes``."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait

from django.core.cache import caches
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

PATIENCE_S = 0.8
"""What has not answered by then is down: whoever probes waits a second."""


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
    asked = {name: _ask_in_background(name) for name in _CHECKS}
    wait(asked.values(), PATIENCE_S)
    states = {
        name: "ok" if work.done() and work.result() else "down" for name, work in asked.items()
    }
    return JsonResponse(states, status=200 if states["db"] == "ok" else 503)


def _ask_in_background(name: str) -> Future[bool]:
    """The question that is under way, or a new one: one that hangs is not asked again beside it."""
    work = _under_way.get(name)
    if work is None or work.done():
        work = _under_way[name] = _pool.submit(_CHECKS[name])
    return work


def _query_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    finally:
        connection.close()
    return True


def _ping_redis() -> bool:
    try:
        caches["default"].ping()  # type: ignore[attr-defined]
    except (RedisError, OSError):
        return False
    return True


def _storage_answers() -> bool:
    return default_storage.is_reachable()  # type: ignore[attr-defined,no-any-return]


_CHECKS = {"db": _query_database, "redis": _ping_redis, "s3": _storage_answers}
_pool = ThreadPoolExecutor(2 * len(_CHECKS), "probe")
_under_way: dict[str, Future[bool]] = {}
