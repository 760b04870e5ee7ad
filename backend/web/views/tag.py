"""The public page of a tag: what a phone's camera opens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.inspections.cards.card_reader import Card, read_tag_with_card, write_scan_and_read_card
from backend.lib import clock
from backend.lib.callers import address_of
from backend.web.contacts import HOTLINE
from backend.web.errors import problem_response, too_many_requests, wants_json
from backend.web.scan_log_choice import is_worth_a_scan
from backend.web.throttling import seconds_to_wait
from backend.web.use_mark import load_use_mark
from tagging.codes import CodeError, group_code, normalise_code
from tagging.hosts import foreign_host
from tagging.models import Tag
from tagging.resolution import Resolution, ResolutionKind, resolve_scan
from tagging.scans import make_scan

_STATUS_BY_KIND = {
    ResolutionKind.UNIT: 200,
    ResolutionKind.UNBOUND: 200,
    ResolutionKind.VOID: 410,
    ResolutionKind.UNKNOWN: 404,
    ResolutionKind.MALFORMED: 404,
}


@require_safe
def redirect_to_tag(request: HttpRequest) -> HttpResponseBase:
    """Redirect from the code typed on the landing page to the page of its tag."""
    raw = request.GET.get("code", "")
    if not raw.strip():
        return redirect("web:home")
    try:
        code = normalise_code(raw)
    except CodeError:
        return page(request, raw=raw)
    return page(request, raw=raw) if foreign_host(raw) else redirect("web:tag", raw=code)


@require_safe
def page(request: HttpRequest, raw: str) -> HttpResponseBase:
    """Log the scan, then say what the tag means today, as a page or as JSON."""
    wait = seconds_to_wait(request)
    if wait is not None:
        return _forbid_storing(too_many_requests(request, wait))
    raw = raw.rstrip("/")
    tag, card = _read_and_log_scan(request, raw)
    found = resolve_scan(raw, find=lambda _code: tag)
    answer = _render_json if wants_json(request) else _render_page
    return _forbid_storing(answer(request, found, card))


def _read_and_log_scan(request: HttpRequest, raw: str) -> tuple[Tag | None, Card | None]:
    """The tag and its unit's card; a look is written where it is worth a row."""
    user = request.user if isinstance(request.user, User) else None
    scan = make_scan(raw=raw, user=user, device="web", address=address_of(request))
    if not is_worth_a_scan(request, raw):
        return read_tag_with_card(scan.code)
    _scan, tag, card = write_scan_and_read_card(scan, None)
    return tag, card


def _forbid_storing(response: HttpResponse) -> HttpResponse:
    """The response with headers by which no search engine and no cache keeps it: it is about
    now."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response


def _render_page(request: HttpRequest, found: Resolution, card: Card | None) -> HttpResponse:
    context: dict[str, Any] = {
        "found": found,
        "code": group_code(found.code) if found.code else "",
        "hotline": HOTLINE,
        "now": clock.now(),
    }
    if card is None:
        return render(request, "web/tag_other.html", context, status=_STATUS_BY_KIND[found.kind])
    context["mark"] = load_use_mark(card)
    return render(request, "web/tag.html", context)


def _render_json(request: HttpRequest, found: Resolution, card: Card | None) -> HttpResponse:
    facts = {"kind": found.kind.value, "code": found.code}
    suspect = {"foreign_host": found.foreign_host} if found.foreign_host else {}
    if card is not None:
        mark = load_use_mark(card).as_json()
        url = request.build_absolute_uri(reverse("web:tag", args=[found.code]))
        document = (
            {"tag": facts["code"], "url": url, "as_of": clock.now().isoformat()} | mark | suspect
        )
        return JsonResponse(document, json_dumps_params={"ensure_ascii": False})
    status = _STATUS_BY_KIND[found.kind]
    return problem_response(
        code=f"tag-{found.kind}",
        title=f"Tag {found.kind}",
        status=status,
        detail=found.message,
        tag=found.code,
        **suspect,
    )
