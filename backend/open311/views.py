"""The resources of GeoReport v2, each as JSON and XML."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from backend.evidence.form_photos import receive_form_photos
from backend.hotline.intake import receive_letter
from backend.lib.network_limits import refuse_beyond
from backend.lib.problems import not_found
from backend.open311.errors import refusals_as_errors
from backend.open311.formats import format_answer
from backend.open311.posted_requests import (
    authenticate_program_owner,
    find_by_token,
    read_letter,
    token_of,
)
from backend.open311.public_list import list_public_matters, listed_matters, request_document
from backend.open311.services import service_definition, service_documents
from backend.open311.updates import list_updates, post_update, update_document

_ROOT = "service_requests"
_MOST_A_MINUTE = 120


@require_safe
@refusals_as_errors
def show_discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Where the door is and what it speaks."""
    content = {
        "changeset": settings.VERSION,
        "contact": _("The hotline 12365, now 12315"),
        "key_service": f"{settings.PUBLIC_BASE_URL}/tokens/",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": f"{settings.PUBLIC_BASE_URL}/open311/v2",
                "changeset": settings.VERSION,
                "type": "production",
                "formats": ["application/json", "text/xml"],
            }
        ],
    }
    return format_answer(form, "discovery", content)


@require_safe
@refusals_as_errors
def show_services(request: HttpRequest, form: str) -> HttpResponse:
    """What may be asked for."""
    return format_answer(form, "services", service_documents())


@require_safe
@refusals_as_errors
def show_service(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """What may be told with one service."""
    definition = service_definition(code)
    if definition is None:
        raise not_found(_("There is no such service."))
    return format_answer(form, "service_definition", definition)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@refusals_as_errors
def answer_requests(request: HttpRequest, form: str) -> HttpResponse:
    """A list of requests, or a new one."""
    _refuse_too_many(request)
    if request.method == "POST":
        return _post_request(request, form)
    found = list_public_matters(request.GET.dict())
    return format_answer(form, _ROOT, [request_document(child) for child in found])


def _post_request(request: HttpRequest, form: str) -> HttpResponse:
    told = request.POST.dict()
    owner = authenticate_program_owner(told.get("api_key") or request.GET.get("api_key", ""))
    photos = receive_form_photos(request.FILES.getlist("media"), actor=owner)
    [child] = receive_letter(actor=None, letter=read_letter(told, owner, photos))
    made = {
        "service_request_id": child.matter.number,
        "token": token_of(child),
        "service_notice": _("Registered. Ask for it by its number."),
        "account_id": None,
    }
    return format_answer(form, _ROOT, [made], status=201)


@require_safe
@refusals_as_errors
def show_request(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """One request by its number."""
    _refuse_too_many(request)
    child = listed_matters().filter(matter__number=number).first()
    if child is None:
        raise not_found(_("There is no such request."))
    return format_answer(form, _ROOT, [request_document(child)])


@require_safe
@refusals_as_errors
def show_number_of_token(request: HttpRequest, text: str, form: str) -> HttpResponse:
    """The number of the request that a token was given for."""
    _refuse_too_many(request)
    child = find_by_token(text)
    if child is None:
        raise not_found(_("There is no such token."))
    return format_answer(form, _ROOT, [{"service_request_id": child.matter.number, "token": text}])


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@refusals_as_errors
def answer_updates(request: HttpRequest, form: str) -> HttpResponse:
    """What happened to requests, or something that a sender adds."""
    _refuse_too_many(request)
    if request.method != "POST":
        found = list_updates(request.GET.dict())
        return format_answer(
            form, "service_request_updates", [update_document(one) for one in found]
        )
    told = request.POST.dict()
    step = post_update(told, authenticate_program_owner(told.get("api_key", "")))
    made = {"update_id": step.pk, "service_request_id": step.matter.number}
    return format_answer(form, "service_request_updates", [made], status=201)


def _refuse_too_many(request: HttpRequest) -> None:
    """Raises Refused (429) beyond 120 requests of a network in a minute."""
    refuse_beyond(
        request, "open311", most=_MOST_A_MINUTE, span_s=60, code="throttled",
        detail=_("Too many requests."),
    )  # fmt: skip
