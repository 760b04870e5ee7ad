"""Which pages need a right."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from backend.accounts.models import User
from backend.accounts.rights import Right, may

View = Callable[..., HttpResponse]


def signed_in_user(request: HttpRequest) -> User:
    """The user of a page that ``right_required`` or ``login_required`` guards."""
    assert isinstance(request.user, User)
    return request.user


def right_required(right: Right) -> Callable[[View], View]:
    """A page for whoever carries ``right``: others are led to the sign-in, or told 403."""

    def guard(view: View) -> View:
        @login_required
        @functools.wraps(view)
        def guarded_view(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
            assert isinstance(request.user, User)  # login_required saw to it
            if not may(request.user, right):
                raise PermissionDenied
            return view(request, *args, **options)

        return guarded_view

    return guard
