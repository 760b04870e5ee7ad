"""Registering incoming documents: what was signed for, and what came on paper."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.deliveries.posts import sits_in_mailroom
from backend.incoming.registration import register_delivery, register_letter
from backend.incoming.scans import sign_scan
from backend.lib.problems import Refused
from backend.web.errors import raise_if_hidden
from backend.web.forms.incoming import LetterForm
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import signed_in_user


@login_required
@require_POST
def register_delivery_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Register what was signed for, and go to its matter."""
    try:
        made, _new = register_delivery(actor=signed_in_user(request), delivery=pk)
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, force_str(refused.detail))
        return redirect("web:delivery", pk=pk)
    return redirect("web:matter", pk=made.pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def register_paper_view(request: HttpRequest) -> HttpResponse:
    """The form for what came on paper; once sent, the page of its matter."""
    user = signed_in_user(request)
    if not sits_in_mailroom(user):
        raise PermissionDenied
    form = LetterForm(user, request.POST or None, request.FILES or None)
    if form.is_valid():
        with tell_refusals_in(form):
            made, _made = register_letter(
                actor=user,
                office=form.cleaned_data["office"].pk,
                letter=form.letter(),
                key=form.cleaned_data["key"],
                scan=form.cleaned_data["scan"],
            )
            messages.success(request, _("Registered as %(number)s.") % {"number": made.number})
            return redirect("web:matter", pk=made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "web/desk/incoming_new.html", {"form": form}, status=status)


@login_required
@require_safe
def download_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """A redirect to the scan of what came on paper."""
    user = signed_in_user(request)
    try:
        return redirect(sign_scan(actor=user, incoming=pk))
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, force_str(refused.detail))
        return redirect("web:matter", pk=pk)
