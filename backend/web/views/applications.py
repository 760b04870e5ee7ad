"""Online approval for enterprises and the public: guides, applying, following, what was decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.models import User
from backend.approvals.applicant_steps import ask_hearing, supply_what_lacked, withdraw_application
from backend.approvals.attachments import sign_attachment
from backend.approvals.issued_papers import download_paper
from backend.approvals.kinds import ApplicationKind, all_application_kinds
from backend.approvals.models import Application
from backend.approvals.petitions import file_application
from backend.approvals.prefilled import prefill_form
from backend.approvals.progress import list_told_steps
from backend.approvals.public_decisions import decided_applications, tell_decision
from backend.lib.problems import Refused
from backend.matters.happenings import can_happen
from backend.matters.labels import say_standing
from backend.matters.steps import Sending
from backend.web.errors import raise_if_hidden, too_many_requests
from backend.web.forms.applications import (
    AboutForm,
    ApplicationForm,
    SupplementForm,
    WithdrawalForm,
    receive_enclosed,
)
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.matters import VersionedForm
from backend.web.guards import signed_in_user
from backend.web.pages import read_page
from backend.web.throttling import seconds_to_wait


@require_safe
def show_guides(request: HttpRequest) -> HttpResponse:
    """What can be applied for, for everybody."""
    kinds = all_application_kinds().values()
    return render(request, "web/applications/guides.html", {"kinds": kinds})


@require_safe
def show_guide(request: HttpRequest, kind: str) -> HttpResponse:
    """Who applies for one of them, by when, by which law, with what, and what comes of it."""
    return render(request, "web/applications/guide.html", {"kind": _get_kind(kind)})


@require_safe
def show_public_decisions(request: HttpRequest) -> HttpResponse:
    """How applications were decided, for everybody, without personal data."""
    wait = seconds_to_wait(request)
    if wait is not None:
        return too_many_requests(request, wait)
    page = read_page(decided_applications(), request.GET)
    told = [tell_decision(application) for application in page.rows]
    return render(request, "web/applications/decisions.html", {"page": page, "decisions": told})


@login_required
@never_cache
@require_safe
def show_own_applications(request: HttpRequest) -> HttpResponse:
    """The applications of the reader's entities, and their certificates."""
    user = signed_in_user(request)
    rows = Application.objects.of_applicant(user).select_related("matter__flow", "applicant")
    page = read_page(rows, request.GET)
    told = [(application, say_standing(application.matter)) for application in page.rows]
    kinds = all_application_kinds().values()
    context = {"page": page, "applications": told, "kinds": kinds}
    return render(request, "web/applications/mine.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_application(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose who applies and about what; then the form, prefilled; then the receipt."""
    user, row = signed_in_user(request), _get_kind(kind)
    about = AboutForm(user, row, request.GET or None)
    if not about.is_valid():
        return render(request, "web/applications/about.html", {"kind": row, "form": about})
    named = about.things_named()
    known = prefill_form(row, named.applicant, named.unit)
    form = ApplicationForm(user, row, known, request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            return _receive_application(request, user, about, form)
    context = {"kind": row, "form": form, "about": named}
    status = 422 if form.is_bound else 200
    return render(request, "web/applications/new.html", context, status=status)


def _receive_application(
    request: HttpRequest, user: User, about: AboutForm, form: ApplicationForm
) -> HttpResponse:
    enclosed = receive_enclosed(user, form.kind, request.FILES)
    application, _new = file_application(actor=user, petition=form.petition(about, enclosed))
    said = _("Received under the number %(number)s.")
    messages.success(request, said % {"number": application.matter.number})
    return redirect("web:application", pk=application.pk)


@login_required
@never_cache
@require_safe
def show_application(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an application stands, what it brought, and what the applicant may do."""
    return _render_application(request, _get_application(request, pk))


@login_required
@require_POST
def send_supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring what lacked."""
    user, application = signed_in_user(request), _get_application(request, pk)
    form = SupplementForm(user, application, request.POST)
    if form.is_valid():
        with tell_refusals_in(form):
            supply_what_lacked(
                actor=user,
                application=pk,
                version=form.cleaned_data["version"],
                form=form.told(form.cleaned_data),
                enclosed=receive_enclosed(user, form.kind, request.FILES),
                sending=Sending(form.cleaned_data["key"], [pk, "supply"]),
            )
            messages.success(request, _("What you brought has come."))
            return redirect("web:application", pk=pk)
    return _render_application(request, application, supplement=form)


@login_required
@require_POST
def withdraw_application_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw it."""
    return _change_application(request, pk, withdraw_application, "withdrawal")


@login_required
@require_POST
def demand_hearing(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to be heard before it is decided."""
    return _change_application(request, pk, ask_hearing, "hearing")


_CHANGES: dict[str, type[VersionedForm]] = {
    "withdrawal": WithdrawalForm,
    "hearing": VersionedForm,
}
"""Forms of what an applicant may do, by what his page calls them."""


def _change_application(
    request: HttpRequest, pk: int, change: Callable[..., Any], name: str
) -> HttpResponse:
    """Change the version that the reader saw; a refusal is told in the form that the page calls ``name``."""
    user, application = signed_in_user(request), _get_application(request, pk)
    form = _CHANGES[name](user, request.POST)
    if form.is_valid():
        facts = form.facts()
        sending = Sending(form.cleaned_data["key"], [pk, change.__name__])
        with tell_refusals_in(form):
            change(actor=user, application=pk, sending=sending, **facts)
            return redirect("web:application", pk=pk)
    return _render_application(request, application, **{name: form})


@login_required
@never_cache
@require_safe
def download_paper_view(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Fetch the PDF of a paper that it brought."""
    application = _get_application(request, pk)
    try:
        url = download_paper(actor=signed_in_user(request), application=application, paper=paper)
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, refused.detail)
        return redirect("web:application", pk=pk)
    return redirect(url)


@login_required
@never_cache
@require_safe
def download_file(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Fetch a document that came with it, as it came."""
    user = signed_in_user(request)
    try:
        return redirect(sign_attachment(actor=user, application=pk, attachment=attachment))
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, refused.detail)
        return redirect("web:application", pk=pk)


def _get_kind(name: str) -> ApplicationKind:
    found = all_application_kinds().get(name)
    if found is None:
        raise Http404
    return found


def _get_application(request: HttpRequest, pk: int) -> Application:
    rows = Application.objects.visible_to(signed_in_user(request))
    found = rows.select_related("matter__office", "matter__flow", "applicant", "unit").filter(pk=pk)
    application: Application | None = found.first()
    if application is None:
        raise Http404
    return application


def _render_application(
    request: HttpRequest, application: Application, **refused: forms.Form
) -> HttpResponse:
    """The page of an application; a form that was ``refused`` keeps what was filled in, and says why."""
    user = signed_in_user(request)
    own = Application.objects.of_applicant(user).filter(pk=application.pk).exists()
    possible = can_happen(application.matter) if own else set()
    version = {"version": application.matter.version}
    context = {
        "application": application,
        "state": say_standing(application.matter),
        "progress": list(list_told_steps(application)),
        "papers": application.papers.select_related("paper__template").order_by("pk"),
        "supplement": SupplementForm(user, application) if "supply" in possible else None,
        "withdrawal": WithdrawalForm(user, initial=version) if "withdraw" in possible else None,
        "hearing": VersionedForm(user, initial=version) if "ask-hearing" in possible else None,
    }
    status = 422 if refused else 200
    return render(request, "web/applications/one.html", context | refused, status=status)
