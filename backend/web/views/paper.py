"""The page of a paper: its words, how it stands, how it was served, and what may be done with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.evidence.intake import receive_photo
from backend.lib.identifiers.random_code import group_code
from backend.lib.problems import Refused
from backend.offices.seats import Seats
from backend.papers.actions import (
    draft_replacement,
    edit_draft,
    issue_paper,
    register_paper,
    withdraw_paper,
)
from backend.papers.downloads import download_pdf
from backend.papers.models import Paper, Service
from backend.papers.services import serve_paper, settle_service
from backend.papers.words import fill_paragraphs
from backend.web.errors import raise_if_hidden
from backend.web.forms.keyed_form import tell_refusals_unless_hidden
from backend.web.guards import right_required, signed_in_user
from backend.web.paperforms import RegisterForm, ServeForm, SettleForm, WithdrawForm, WordsForm

_writers = right_required(Right.WRITE_PAPERS)
_issuers = right_required(Right.ISSUE_PAPERS)


@login_required
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper. 404 for one that is not of the user's offices."""
    return _render_paper(request, _get_paper(request, pk))


@login_required
@require_safe
def download_pdf_view(request: HttpRequest, pk: int) -> HttpResponse:
    """A redirect to the PDF; who asks is written down."""
    paper = _get_paper(request, pk)
    return _change_paper(
        request, pk, lambda actor: redirect(download_pdf(actor=actor, paper=paper.pk)), ""
    )


@require_POST
@_writers
def edit_paper_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the words of a draft anew."""
    form = WordsForm(_get_paper(request, pk), request.POST)

    def act(actor: User) -> None:
        edit_draft(actor=actor, paper=pk, **form.words())

    return _change_paper_by_form(request, pk, act, _("The words were changed."), editing=form)


@require_POST
@_issuers
def register_paper_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it its number."""
    form = RegisterForm(_get_paper(request, pk), request.POST)

    def act(actor: User) -> None:
        register_paper(actor=actor, paper=pk, series=form.cleaned_data["series"].pk)

    return _change_paper_by_form(request, pk, act, _("The paper has its number."), registering=form)


@require_POST
@_issuers
def issue_paper_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it valid."""

    def act(actor: User) -> None:
        issue_paper(actor=actor, paper=pk)

    return _change_paper(request, pk, act, _("The paper is issued. Its PDF is being made."))


@require_POST
@_writers
def draft_replacement_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the paper that is to replace it, and go to its page."""

    def act(actor: User) -> HttpResponse:
        new, _made = draft_replacement(actor=actor, paper=pk)
        return redirect("web:paper", pk=new.pk)

    return _change_paper(request, pk, act, _("The new draft replaces the paper once it is issued."))


@require_POST
@_issuers
def withdraw_paper_view(request: HttpRequest, pk: int) -> HttpResponse:
    """End it with a reason."""
    form = WithdrawForm(request.POST)

    def act(actor: User) -> None:
        withdraw_paper(actor=actor, paper=pk, **form.cleaned_data)

    return _change_paper_by_form(request, pk, act, _("The paper is withdrawn."), withdrawing=form)


@require_POST
@_writers
def serve_paper_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that it is on its way to somebody."""
    form = ServeForm(request.POST)

    def act(actor: User) -> None:
        serve_paper(actor=actor, paper=pk, **form.cleaned_data)

    return _change_paper_by_form(request, pk, act, _("The service is written down."), serving=form)


@require_POST
@_writers
def settle_service_view(request: HttpRequest, pk: int, service: int) -> HttpResponse:
    """Write down what came of a service."""
    _get_paper(request, pk)
    form = SettleForm(request.POST, request.FILES, auto_id=False)

    def act(actor: User) -> None:
        facts = dict(form.cleaned_data)
        proof = _take_photo(actor, facts.pop("photo"))
        settle_service(actor=actor, paper=pk, service=service, proof=proof, **facts)

    told = {"settling": form, "settling_of": service}
    return _change_paper_by_form(request, pk, act, _("The service is settled."), **told)


def _get_paper(request: HttpRequest, pk: int) -> Paper:
    papers = Paper.objects.visible_to(signed_in_user(request))
    shown = papers.select_related("template", "office", "job", "drafted_by", "ended_by")
    paper = shown.filter(pk=pk).first()
    if paper is None:
        raise Http404
    return paper


def _render_paper(request: HttpRequest, paper: Paper, **refused: Any) -> HttpResponse:
    """The page of a paper; a form that was ``refused`` keeps what was filled in, and says why."""
    user = signed_in_user(request)
    context = {
        "paper": paper,
        "code": group_code(paper.code),
        "paragraphs": fill_paragraphs(paper.template, paper.fields, office=paper.office.name),
        "services": Service.objects.visible_to(user)
        .filter(paper=paper)
        .select_related("proof", "made_by")
        .order_by("pk"),
        "newer": paper.replacements.exclude(state=Paper.State.WITHDRAWN).first(),
        "ours": paper.office_id in Seats.of(user).offices_and_descendants(),
        "registering": RegisterForm(paper),
        "editing": WordsForm(paper),
        "withdrawing": WithdrawForm(),
        "serving": ServeForm(initial={"recipient": request.GET.get("recipient", "")[:120]}),
        "unsettled": SettleForm(auto_id=False),
    }
    status = 422 if refused else 200
    return render(request, "web/paper.html", context | refused, status=status)


def _change_paper(
    request: HttpRequest, pk: int, act: Callable[[User], HttpResponse | None], done: str
) -> HttpResponse:
    """Do it and say so, or say on the page of the paper why not; 404 and 403 stay what they are."""
    try:
        answer = act(signed_in_user(request))
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, force_str(refused.detail))
        return _redirect_back(request, pk)
    if done:
        messages.success(request, done)
    return answer or _redirect_back(request, pk)


def _change_paper_by_form(
    request: HttpRequest, pk: int, act: Callable[[User], None], done: str, **filled: Any
) -> HttpResponse:
    """Do what the first form in ``filled`` says, or show it again with what is wrong and all that was typed."""
    form: forms.Form = next(iter(filled.values()))
    if form.is_valid():
        with tell_refusals_unless_hidden(form):
            act(signed_in_user(request))
            messages.success(request, done)
            return _redirect_back(request, pk)
    return _render_paper(request, _get_paper(request, pk), **filled)


def _redirect_back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page on which the button was pressed: that of the matter which made the paper, or its own."""
    matter = request.POST.get("matter", "")
    if matter.isascii() and matter.isdecimal() and len(matter) < 19:
        return redirect("web:matter", pk=int(matter))
    return redirect("web:paper", pk=pk)


def _take_photo(actor: User, photo: UploadedFile | None) -> str:
    """The SHA-256 of a photo taken in as evidence; empty without one. Raises Refused for what is no photo."""
    if photo is None:
        return ""
    digest = hashlib.sha256()
    for chunk in photo.chunks():
        digest.update(chunk)
    photo.seek(0)
    file = receive_photo(
        actor=actor,
        stream=photo,
        declared_size=photo.size,
        declared_sha256=digest.hexdigest(),
        name=photo.name or "",
    )
    return str(file.sha256)
