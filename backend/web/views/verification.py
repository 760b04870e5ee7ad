"""The public page of a paper's code: whether the paper is valid now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.approvals.public_decisions import find_ended_certificate
from backend.lib import clock
from backend.lib.identifiers.random_code import CodeError, group_code, read_code
from backend.papers.sheet import DOOR
from backend.papers.verification import PublicPaper, find_public_paper
from backend.web.contacts import HOTLINE
from backend.web.errors import problem_response, too_many_requests, wants_json
from backend.web.throttling import seconds_to_wait


@require_safe
def look_up_paper(request: HttpRequest) -> HttpResponseBase:
    """A form for the code; with a code, a redirect to the page of its paper."""
    raw = request.GET.get("code", "")
    if not raw.strip():
        return render(request, "web/verification_find.html")
    try:
        return redirect("web:verification", raw=read_code(raw, door=DOOR))
    except CodeError:
        return page(request, raw=raw)


@require_safe
def page(request: HttpRequest, raw: str) -> HttpResponseBase:
    """What the paper with this code is and whether it is valid now, as a page or as JSON."""
    wait = seconds_to_wait(request)
    if wait is not None:
        return _forbid_storing(too_many_requests(request, wait))
    paper = _find_paper(raw.rstrip("/"))
    if wants_json(request):
        return _forbid_storing(_render_json(paper))
    if paper is None:
        unknown = {"hotline": HOTLINE}
        return _forbid_storing(
            render(request, "web/verification_unknown.html", unknown, status=404)
        )
    ended = None if paper.state == "valid" else find_ended_certificate(paper.code)
    context = {
        "paper": paper,
        "code": group_code(paper.code),
        "ended": ended,
        "now": clock.now(),
    }
    return _forbid_storing(render(request, "web/verification.html", context))


def _find_paper(raw: str) -> PublicPaper | None:
    try:
        return find_public_paper(read_code(raw, door=DOOR))
    except CodeError:
        return None


def _render_json(paper: PublicPaper | None) -> HttpResponse:
    if paper is None:
        return problem_response(
            code="paper-unknown",
            title="Paper unknown",
            status=404,
            detail=_("No paper was issued under this code. It may be forged; call 12315."),
        )
    ended = None if paper.state == "valid" else find_ended_certificate(paper.code)
    document = paper.as_json() | {"as_of": clock.now().isoformat()}
    if ended is not None:
        document |= {"ending": ended.ending, "ended_on": str(ended.ended_on)}
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False})


def _forbid_storing(response: HttpResponse) -> HttpResponse:
    """The response with headers by which no search engine and no cache keeps it: it is about now."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response
