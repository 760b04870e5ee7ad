"""Certificates as pages: the list of those that one sees, and one with what may be done to it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.accounts.rights import Right, may_over
from backend.approvals.certificates import end_certificate
from backend.approvals.kinds import get_application_kind
from backend.approvals.models import Certificate
from backend.web.forms.certificates import EndingForm, FindCertificatesForm
from backend.web.forms.keyed_form import tell_refusals_unless_hidden
from backend.web.guards import right_required, signed_in_user
from backend.web.pages import read_page


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The certificates of the reader's entities, and those that his offices have given; newest first."""
    form = FindCertificatesForm(request.GET)
    form.is_valid()
    asked = {name: value for name, value in form.cleaned_data.items() if value}
    rows = Certificate.objects.visible_to(signed_in_user(request)).filter(**asked)
    page = read_page(rows.select_related("holder"), request.GET)
    lines = [(one, get_application_kind(one.kind).title) for one in page.rows]
    context = {"form": form, "page": page, "lines": lines}
    return render(request, "web/certificates/list.html", context)


@login_required
@never_cache
@require_safe
def show_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: for how long it holds, its papers, and what followed it."""
    return _render_certificate(request, _get_certificate(request, pk), None)


@right_required(Right.END_CERTIFICATES)
@require_POST
def end_certificate_view(request: HttpRequest, pk: int) -> HttpResponse:
    """End it before its time, by a paper and with its reason."""
    certificate, form = _get_certificate(request, pk), EndingForm(request.POST)
    if form.is_valid():
        with tell_refusals_unless_hidden(form):
            end_certificate(actor=signed_in_user(request), certificate=pk, **form.cleaned_data)
            messages.success(request, _("It has ended, and its holder is told by a paper."))
            return redirect("web:certificate", pk)
    return _render_certificate(request, certificate, form)


def _get_certificate(request: HttpRequest, pk: int) -> Certificate:
    rows = Certificate.objects.visible_to(signed_in_user(request)).select_related(
        "holder", "unit", "paper", "application__matter__office"
    )
    return get_object_or_404(rows, pk=pk)


def _render_certificate(
    request: HttpRequest, certificate: Certificate, refused: EndingForm | None
) -> HttpResponse:
    user, application = signed_in_user(request), certificate.application
    may_end = may_over(user, Right.END_CERTIFICATES, application.matter.office.region_id)
    ends = may_end and not certificate.ending and certificate.expires_on is not None
    context = {
        "certificate": certificate,
        "kind": get_application_kind(certificate.kind),
        "form": refused or (EndingForm() if ends else None),
        "papers": application.papers.select_related("paper__template").order_by("pk"),
        "followers": certificate.followed_by.select_related("matter__flow").order_by("pk"),
        "bans": application.bans.order_by("pk"),
        "own": certificate.holder.memberships.filter(user=user).exists(),
    }
    status = 200 if refused is None else 422
    return render(request, "web/certificates/one.html", context, status=status)
