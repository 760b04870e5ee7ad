"""Minting tags, and printing sheets of their labels."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.rights import Right
from backend.jobs.models import Job
from backend.jobs.results import result_url
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.tags import MintForm, SheetsForm
from backend.web.guards import right_required, signed_in_user
from backend.web.pages import read_page
from tagging.actions import mint_batch, order_labels
from tagging.codes import CodeError, normalise_code
from tagging.models import Batch

_keepers = right_required(Right.MANAGE_TAGS)
_form = require_http_methods(["GET", "HEAD", "POST"])


@_keepers
@_form
def index(request: HttpRequest) -> HttpResponse:
    """The batches, newest first, the form for another, and a field to find one tag by."""
    actor, form = signed_in_user(request), MintForm(signed_in_user(request), request.POST or None)
    if request.GET.get("code"):
        return _redirect_to_tag(request, request.GET["code"])
    if form.is_valid():
        with tell_refusals_in(form):
            batch = mint_batch(actor=actor, key=str(form.cleaned_data["key"]), **form.facts())
            messages.success(request, _("The tags are minted. Print their labels next."))
            return redirect("web:tag-batch", pk=batch.pk)
    rows = Batch.objects.visible_to(actor).select_related("created_by", "region")
    page = read_page(rows.defer("region__boundary", "region__label_point"), request.GET)
    return render(request, "web/desk/tags.html", {"form": form, "page": page})


def _redirect_to_tag(request: HttpRequest, raw: str) -> HttpResponse:
    try:
        return redirect("web:one-tag", code=normalise_code(raw))
    except CodeError:
        messages.error(request, _("This is not a tag code; scan it again or compare each letter."))
        return redirect("web:tags")


@_keepers
@_form
def show_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One batch: how its tags stand, and the order of its labels; 404 for a foreign one."""
    actor, found = signed_in_user(request), _get_batch(request, pk)
    form = SheetsForm(actor, request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            layout = form.facts()
            layout["footer"] = layout["footer"] or None
            key = str(form.cleaned_data["key"])
            job = order_labels(actor=actor, batch=found, key=key, **layout)
            return redirect("web:label-job", pk=job.pk)
    printed = Job.objects.visible_to(actor).filter(kind="labels", parameters__batch=pk)
    tags = found.tags.filter(retired_at=None)
    context: dict[str, Any] = {
        "batch": found,
        "form": form,
        "jobs": printed.order_by("-pk")[:20],
        "counts": {
            "bound": tags.filter(binding__isnull=False).count(),
            "printed": tags.filter(binding__isnull=True, printed_at__isnull=False).count(),
            "void": found.tags.filter(retired_at__isnull=False).count(),
        },
    }
    return render(request, "web/desk/tag_batch.html", context)


@_keepers
@require_safe
def show_label_job(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The printing of labels as far as it got; 404 for one that somebody else ordered."""
    return render(request, "web/desk/label_job.html", {"job": _get_own_job(request, pk)})


@_keepers
@require_safe
def download_sheets(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A redirect to the sheets, which works for two minutes; 404 until they are drawn."""
    if (address := result_url(_get_own_job(request, pk))) is None:
        raise Http404
    return redirect(address)


def _get_batch(request: HttpRequest, pk: int) -> Batch:
    found = Batch.objects.visible_to(signed_in_user(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _get_own_job(request: HttpRequest, pk: uuid.UUID) -> Job:
    found = Job.objects.visible_to(signed_in_user(request)).filter(pk=pk, kind="labels").first()
    if found is None:
        raise Http404
    return found
