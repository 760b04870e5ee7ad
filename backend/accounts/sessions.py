"""How long a session of a browser lives: so long without use, and so long in all."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

BEGAN_AT = "began_at"
SEEN_AT = "seen_at"
_KEPT_ANEW_S = 60
"""How old the time of the last request may be before it is written again."""


class SessionLimitsMiddleware:
    """Signs out whoever was silent for ``SESSION_IDLE_SECONDS``, or came ``SESSION_SECONDS`` ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            if _is_over(request.session):
                logout(request)
            else:
                _note_use(request.session)
        return self.get_response(request)


def begin_session(session: SessionBase) -> None:
    """Count the time of ``session`` from now on."""
    session[BEGAN_AT] = session[SEEN_AT] = int(time.time())


def _is_over(session: SessionBase) -> bool:
    now = int(time.time())
    idle: int = now - session.get(SEEN_AT, now)
    age: int = now - session.get(BEGAN_AT, now)
    return idle >= settings.SESSION_IDLE_SECONDS or age >= settings.SESSION_COOKIE_AGE


def _note_use(session: SessionBase) -> None:
    if BEGAN_AT not in session:
        begin_session(session)
    elif int(time.time()) - session[SEEN_AT] >= _KEPT_ANEW_S:
        session[SEEN_AT] = int(time.time())
