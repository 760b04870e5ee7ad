"""Refusals in the form of GeoReport v2: a list of code and description."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_str

from backend.lib.problems import Refused
from backend.open311.formats import format_answer

View = Callable[..., HttpResponse]


def refusals_as_errors(view: View) -> View:
    """A view whose refusals are told as its clients read them; 422 is 400 to them."""

    @functools.wraps(view)
    def telling_view(request: HttpRequest, *args: Any, form: str, **options: Any) -> HttpResponse:
        try:
            return view(request, *args, form=form, **options)
        except Refused as refused:
            status = 400 if refused.status == 422 else refused.status
            error = {"code": status, "description": _describe_refusal(refused)}
            response = format_answer(form, "errors", [error], status=status)
            if "retry_after" in refused.extra:
                response["Retry-After"] = str(refused.extra["retry_after"])
            return response

    return telling_view


def _describe_refusal(refused: Refused) -> str:
    field = f"{refused.field}: " if refused.field else ""
    return f"{refused.code}: {field}{force_str(refused.detail)}"
