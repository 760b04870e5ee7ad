"""What a page or a JSON door answers when there is nothing, too much or something broken."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from backend.lib import problems

_JSON_DOORS = ("/api/", "/mobile/", "/tiles/", "/ogc/")


def wants_json(request: HttpRequest) -> bool:
    """Whether the client would rather have JSON than a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the path lies below a door that speaks JSON."""
    return request.path_info.startswith(_JSON_DOORS)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """404 as a page, or as a problem document below the JSON doors."""
    if is_for_programs(request):
        return problems.page_not_found(request, exception)
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponseBase:
    """500 as a page that needs nothing, or as a problem document below the JSON doors."""
    if not is_for_programs(request):
        return server_error(request)
    return problem(code="internal-error", title="Internal error", status=500)


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """429 with the seconds to wait, in words and in ``Retry-After``."""
    detail = _("Too many requests from this network. Try again in %(wait)s seconds.") % {
        "wait": wait
    }
    response: HttpResponse
    if wants_json(request):
        response = problem(code="throttled", title="Too many requests", status=429, detail=detail)
    else:
        response = render(request, "429.html", {"detail": detail}, status=429)
    response["Retry-After"] = str(wait)
    return response


def problem(*, code: str, title: str, status: int, **members: Any) -> JsonResponse:
    """A problem document (RFC 9457); members beyond ``detail`` are extensions."""
    document = problems.body(
        code=code, title=title, status=status, detail=members.pop("detail", "")
    )
    return JsonResponse(
        document | members,
        status=status,
        content_type=problems.CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
