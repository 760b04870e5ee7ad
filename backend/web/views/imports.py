"""Imports of tables: ordered, watched, and their bad rows read and taken away to be mended."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.rights import Right
from backend.exchange.actions import start_import
from backend.exchange.bad_rows import ToldRow, read_bad_rows
from backend.exchange.mapping import template_csv
from backend.jobs.models import Job
from backend.jobs.results import result_url
from backend.web.forms.imports import ImportForm
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import right_required, signed_in_user
from backend.web.pages import SIZE, read_page

_importers = right_required(Right.IMPORT_UNITS)


@dataclass(frozen=True, slots=True)
class BadRows:
    """A page of the rows that were not taken; ``following`` is the line it ends with, 0 at the end."""

    rows: list[ToldRow]
    following: int


@_importers
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The imports that the user ordered, newest first, and the form for another."""
    actor = signed_in_user(request)
    form = ImportForm(actor, request.POST or None, request.FILES or None)
    if form.is_valid():
        with tell_refusals_in(form):
            table, mapping = form.cleaned_data["file"], form.cleaned_data["mapping"]
            job = start_import(
                actor=actor, stream=table, name=table.name, mapping=mapping,
                key=str(form.cleaned_data["key"]),
            )  # fmt: skip
            return redirect("web:import", pk=job.pk)
    page = read_page(Job.objects.visible_to(actor).filter(kind="import"), request.GET)
    return render(request, "web/desk/imports.html", {"form": form, "page": page})


@_importers
@require_safe
def show_import(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One import as far as it got, with a page of its bad rows; 404 for somebody else's."""
    job = _get_own_import(request, pk)
    figures = ("read", "created", "updated", "unchanged", "bad")
    context: dict[str, Any] = {
        "job": job,
        "figures": {name: job.result[name] for name in figures if name in job.result},
        "unread": (job.result.get("table") or {}).get("unread_columns"),
        "bad": _find_bad_rows_view(request, job),
    }
    return render(request, "web/desk/import.html", context)


@_importers
@require_safe
def download_bad_rows(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A redirect to the bad rows as CSV, to mend and send again; 404 where there are none."""
    if (address := result_url(_get_own_import(request, pk), "bad_rows")) is None:
        raise Http404
    return redirect(address)


@_importers
@require_safe
def download_template(request: HttpRequest) -> HttpResponse:
    """The header line of the native table, as CSV that a spreadsheet opens."""
    names = {"Content-Disposition": 'attachment; filename="units.csv"'}
    return HttpResponse(template_csv(), content_type="text/csv; charset=utf-8", headers=names)


def _get_own_import(request: HttpRequest, pk: uuid.UUID) -> Job:
    found = Job.objects.visible_to(signed_in_user(request)).filter(pk=pk, kind="import").first()
    if found is None:
        raise Http404
    return found


def _find_bad_rows_view(request: HttpRequest, job: Job) -> BadRows | None:
    """The page behind the line ``after``; None where every row was taken, or none has been read."""
    key = job.result.get("bad_rows")
    if not key:
        return None
    after = request.GET.get("after", "")
    line = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
    rows = list(islice(read_bad_rows(key, after=line), SIZE + 1))
    return BadRows(rows[:SIZE], rows[SIZE - 1].line if len(rows) > SIZE else 0)
