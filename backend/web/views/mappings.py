"""Mappings for tables of other programs: made, tried on the first rows, kept and ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.exchange.kept_mappings import (
    Trial,
    check_mapping,
    end_mapping,
    keep_mapping,
    try_table,
)
from backend.exchange.models import KeptMapping
from backend.lib.problems import Refused
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import right_required, signed_in_user
from backend.web.mappingform import MappingForm

_importers = right_required(Right.IMPORT_UNITS)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@_importers
def page(request: HttpRequest) -> HttpResponse:
    """The mappings at hand, and a form for another one."""
    actor, trial = signed_in_user(request), None
    form = MappingForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with tell_refusals_in(form):
            if "keep" in request.POST:
                keep_mapping(actor=actor, name=form.cleaned_data["name"], mapping=form.mapping())
                messages.success(request, _("The mapping is kept."))
                return redirect("web:mappings")
            trial = _try_mapping(actor, form)
    kept = KeptMapping.objects.visible_to(actor).select_related("made_by").order_by("name")
    context: dict[str, Any] = {"form": form, "kept": kept, "trial": trial}
    return render(request, "web/mappings.html", context)


@login_required
@require_POST
@_importers
def end_mapping_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Use one for no further import, or 404."""
    try:
        end_mapping(actor=signed_in_user(request), mapping=pk)
    except Refused as refused:
        raise Http404 from refused
    return redirect("web:mappings")


def _try_mapping(actor: User, form: MappingForm) -> Trial | None:
    """What would become of the first rows; the form says so where there is no table."""
    file, mapping = form.cleaned_data["file"], form.mapping()
    if file is None:
        form.add_error("file", _("Choose a table to try the mapping on."))
        return None
    check_mapping(mapping)
    return try_table(actor=actor, stream=file.file, name=file.name or "", mapping=mapping)
