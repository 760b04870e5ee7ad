"""What somebody does with the list of matters: takes it away as a table, keeps its filters by name."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.jobs.models import Job
from backend.jobs.results import result_url
from backend.lib.problems import Refused
from backend.matters.export_tables import KIND
from backend.matters.exports import order_export
from backend.matters.saved_filters import delete_filter, rename_filter, save_filter
from backend.web.forms.matters import ExportForm, FilterNameForm, SaveFilterForm, say_narrowed
from backend.web.guards import signed_in_user
from backend.web.pages import read_page


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order_export_view(request: HttpRequest) -> HttpResponse:
    """The tables that the user ordered, newest first; posted to, another of the list as it stands."""
    user = signed_in_user(request)
    if request.method != "POST":
        page = read_page(Job.objects.visible_to(user).filter(kind=KIND), request.GET)
        lines = [(job, say_narrowed(job.parameters["asked"])) for job in page.rows]
        return render(request, "web/desk/exports.html", {"page": page, "lines": lines})
    form = ExportForm(request.POST)
    back = _redirect_to_narrowed_list(form.read_narrowing())
    if not form.is_valid():
        messages.error(request, _("Choose CSV or XLSX."))
        return back
    facts = form.cleaned_data
    try:
        job = order_export(
            actor=user, form=facts["form"], asked=form.read_narrowing(), key=facts["key"]
        )
    except Refused as refused:
        messages.error(request, force_str(refused.detail))
        return back
    return redirect("web:matter-export", pk=job.pk)


@login_required
@never_cache
@require_safe
def show_export(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One table as far as it got; 404 for somebody else's."""
    job = _get_own_export(request, pk)
    return render(request, "web/desk/export.html", {"job": job, "ready": bool(result_url(job))})


@login_required
@never_cache
@require_safe
def download_export(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A redirect to the table, which works for two minutes; 404 until it is written, or removed."""
    if (address := result_url(_get_own_export(request, pk))) is None:
        raise Http404
    return redirect(address)


@login_required
@require_POST
def save_filter_view(request: HttpRequest) -> HttpResponse:
    """Keep what the list is narrowed by under a name."""
    user = signed_in_user(request)
    form = SaveFilterForm(request.POST)
    done = _redirect_to_narrowed_list(form.read_narrowing())
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 40 characters."))
        return done
    facts = {"name": form.cleaned_data["name"], "key": form.cleaned_data["key"]}
    return _try_and_tell(
        request, done, lambda: save_filter(actor=user, asked=form.read_narrowing(), **facts),
        _("The filter is kept."),
    )  # fmt: skip


@login_required
@require_POST
def rename_filter_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a filter otherwise."""
    form = FilterNameForm(request.POST)
    done = redirect("web:matters")
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 40 characters."))
        return done
    user, name = signed_in_user(request), form.cleaned_data["name"]
    return _try_and_tell(
        request, done, lambda: rename_filter(actor=user, number=pk, name=name),
        _("The filter has another name."),
    )  # fmt: skip


@login_required
@require_POST
def delete_filter_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a filter no longer."""
    user = signed_in_user(request)
    return _try_and_tell(
        request, redirect("web:matters"), lambda: delete_filter(actor=user, number=pk),
        _("The filter is deleted."),
    )  # fmt: skip


def _try_and_tell(
    request: HttpRequest, done: HttpResponse, act: Callable[[], Any], told: str
) -> HttpResponse:
    """Do it and say so, or say why not; 404 for what is not the user's."""
    try:
        act()
    except Refused as refused:
        if refused.status == 404:
            raise Http404 from refused
        messages.error(request, force_str(refused.detail))
    else:
        messages.success(request, told)
    return done


def _redirect_to_narrowed_list(asked: dict[str, str]) -> HttpResponse:
    return redirect(f"{reverse('web:matters')}?{urlencode(asked)}")


def _get_own_export(request: HttpRequest, pk: uuid.UUID) -> Job:
    found = Job.objects.visible_to(signed_in_user(request)).filter(pk=pk, kind=KIND).first()
    if found is None:
        raise Http404
    return found
