"""What somebody does with the list of matters: takes it away as a table, keeps its filters by name."""

from __future__ import annotations

import uuid
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
from backend.web.forms.keyed_form import tell_refusals_in, tell_refusals_unless_hidden
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
    if form.is_valid():
        with tell_refusals_in(form):
            asked = form.read_narrowing()
            facts = {"name": form.cleaned_data["name"], "key": form.cleaned_data["key"]}
            save_filter(actor=user, asked=asked, **facts)
            messages.success(request, _("The filter is kept."))
            return _redirect_to_narrowed_list(asked)
    return _ask_name_again(request, form)


@login_required
@require_POST
def rename_filter_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a filter otherwise."""
    form = FilterNameForm(request.POST)
    if form.is_valid():
        with tell_refusals_unless_hidden(form):
            rename_filter(actor=signed_in_user(request), number=pk, **form.cleaned_data)
            messages.success(request, _("The filter has another name."))
            return redirect("web:matters")
    return _ask_name_again(request, form)


@login_required
@require_POST
def delete_filter_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a filter no longer."""
    try:
        delete_filter(actor=signed_in_user(request), number=pk)
    except Refused as refused:
        raise Http404 from refused
    messages.success(request, _("The filter is deleted."))
    return redirect("web:matters")


def _ask_name_again(request: HttpRequest, form: FilterNameForm) -> HttpResponse:
    """The name that was refused, to be put right where it was written."""
    return render(request, "web/desk/filter_name.html", {"form": form}, status=422)


def _redirect_to_narrowed_list(asked: dict[str, str]) -> HttpResponse:
    return redirect(f"{reverse('web:matters')}?{urlencode(asked)}")


def _get_own_export(request: HttpRequest, pk: uuid.UUID) -> Job:
    found = Job.objects.visible_to(signed_in_user(request)).filter(pk=pk, kind=KIND).first()
    if found is None:
        raise Http404
    return found
