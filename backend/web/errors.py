"""What a page or a JSON door answers when there is nothing, too much or something broken."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
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


def raise_if_hidden(refused: problems.Refused) -> None:
    """Raise Http404 or PermissionDenied where a refusal is one; any other is told on a page."""
    if refused.status == 404:
        raise Http404 from refused
    if refused.status == 403:
        raise PermissionDenied from refused


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    """The response 404 as a page, or as a problem document below the JSON doors."""
    if is_for_programs(request):
        return problems.page_not_found(request, exception)
    return render(request, "404.html", status=404)


def internal_error(request: HttpRequest) -> HttpResponseBase:
    """The response 500 as a page that needs nothing, or as a problem document below the JSON
    doors."""
    if not is_for_programs(request):
        return server_error(request)
    return problem_response(code="internal-error", title="Internal error", status=500)


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """The response 429 with the seconds to wait, in words and in ``Retry-After``."""
    detail = _("Too many requests from this network. Try again in %(wait)s seconds.") % {
        "wait": seconds
    }
    response: HttpResponse
    if wants_json(request):
        response = problem_response(
            code="throttled", title="Too many requests", status=429, detail=detail
        )
    else:
        response = render(request, "429.html", {"detail": detail}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def problem_response(*, code: str, title: str, status: int, **members: Any) -> JsonResponse:
    """The response with a problem document (RFC 9457); members beyond ``detail`` are extensions."""
    document = problems.problem_document(
        code=code, title=title, status=status, detail=members.pop("detail", "")
    )
    return JsonResponse(
        document | members,
        status=status,
        content_type=problems.CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
