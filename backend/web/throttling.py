"""How long somebody must wait who asked for public pages too often."""

from __future__ import annotations

from django.http import HttpRequest

from backend.lib.public_throttle import PublicThrottle


def seconds_to_wait(request: HttpRequest) -> int | None:
    """None when the request may go on, else the seconds until the next one may.

    Without Redis everybody may go on: whether a lift is safe is worth more than the count.
    """
    throttle = PublicThrottle()
    if throttle.allow_request(request, None):
        return None
    return int(throttle.wait() or 0) + 1
