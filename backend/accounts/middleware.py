"""Puts the user and the request behind every row that the history triggers write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pghistory
from django.http import HttpRequest, HttpResponse
from django_guid import get_guid

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class HistoryContextMiddleware:
    """Opens a pghistory context for writing requests.

    Token users are known only inside the view, so actions name their actor as well; see
    ``change_author.attribute_changes_to``.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in _READS:
            return self.get_response(request)
        facts: dict[str, Any] = {
            "request": get_guid(),
            "path": request.path,
            "method": request.method,
        }
        if request.user.is_authenticated:
            facts["user"] = request.user.pk
        with pghistory.context(**facts):
            return self.get_response(request)
