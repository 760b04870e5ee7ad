"""The hotline for everybody: write to it, and follow what became of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from backend.evidence.form_photos import receive_form_photos
from backend.hotline.intake import is_received, receive_letter
from backend.hotline.models import Channel
from backend.hotline.proof_of_work import make_challenge, use_up_solution
from backend.hotline.public_answers import get_followed_matter, public_answer
from backend.hotline.receipts import receipts_of
from backend.web.errors import too_many_requests
from backend.web.forms.follow import FollowForm
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.letters import LetterForm
from backend.web.letterlimits import count_letter
from backend.web.throttling import seconds_to_wait

_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def answer_challenge(request: HttpRequest) -> HttpResponse:
    """The work that the widget of the form has to do."""
    wait = seconds_to_wait(request)
    return JsonResponse(make_challenge()) if wait is None else too_many_requests(request, wait)


@_form
@sensitive_post_parameters()
def write_letter(request: HttpRequest) -> HttpResponse:
    """The form of a letter, and once it came its number with the code to follow it by."""
    wait = seconds_to_wait(request)
    if wait is not None:
        return too_many_requests(request, wait)
    form = LetterForm(request.POST or None, initial=_facts_from_tag(request))
    if not form.is_valid():
        return _render_form(request, form)
    with tell_refusals_in(form):
        return _receive_letter(request, form)
    return _render_form(request, form)


def _receive_letter(request: HttpRequest, form: LetterForm) -> HttpResponse:
    channel = Channel.TAG if request.GET.get("tag") else Channel.WEB
    if not is_received(form.cleaned_data["key"]):
        use_up_solution(request.POST.get("altcha", ""))
        count_letter(request)
    letter = form.letter(channel, receive_form_photos(request.FILES.getlist("photos"), actor=None))
    receipts = receipts_of(receive_letter(actor=None, letter=letter))
    return render(request, "web/hotline/received.html", {"receipts": receipts})


def _facts_from_tag(request: HttpRequest) -> dict[str, Any]:
    return {"unit_code": request.GET.get("tag", "")[:64]}


def _render_form(request: HttpRequest, form: LetterForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "web/hotline/write.html", {"form": form}, status=status)


@_form
@sensitive_post_parameters("code")
def follow_matter(request: HttpRequest) -> HttpResponse:
    """Where a matter stands, for who has its number and code."""
    wait = seconds_to_wait(request)
    if wait is not None:
        return too_many_requests(request, wait)
    form = FollowForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    answer = None
    if form.is_valid():
        with tell_refusals_in(form):
            answer = public_answer(get_followed_matter(**form.cleaned_data))
    return render(request, "web/hotline/follow.html", {"form": form, "answer": answer})
