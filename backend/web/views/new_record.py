"""Filing one more lifecycle record of a unit, or correcting one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.lib import clock
from backend.units.models import Record, Stage, Unit
from backend.units.standing import standing_of
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.photos import take_photos
from backend.web.forms.records import RecordForm, stages_filed_by, values_of
from backend.web.guards import signed_in_user

_PHOTOS_AT_ONCE = 20


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The stages to choose from; with ``stage`` the form; then a redirect to the unit's card.

    404 for a unit that is not the user's or a stage that there is not.
    """
    actor = signed_in_user(request)
    unit = _visible(actor, pk)
    stages = stages_filed_by(actor)
    if not stages:
        raise PermissionDenied
    if "stage" not in request.GET:
        return render(request, "web/desk/stages.html", _about(unit) | {"stages": stages})
    stage = _stage(request.GET["stage"], stages)
    form = _record_form(request, actor, unit, stage)
    if form.is_valid():
        with tell_refusals_in(form):
            form.file()
            messages.success(request, _("The record is filed."))
            return redirect("web:unit", pk=pk)
    photos = len((form["evidence"].value() or "").split())
    context = _about(unit) | {"form": form, "stage": stage, "photos": photos}
    return render(request, "web/desk/record_new.html", context)


def _record_form(request: HttpRequest, actor: User, unit: Unit, stage: Stage) -> RecordForm:
    """The form as it was sent, with the photos that came beside it, or one that is begun."""
    if request.method != "POST":
        return RecordForm(
            actor, unit, stage, initial=_values_of_superseded(request.GET, unit, stage)
        )
    data = request.POST.copy()
    kept, refused = take_photos(actor, request.FILES.getlist("photos")[:_PHOTOS_AT_ONCE])
    data["evidence"] = " ".join(dict.fromkeys([*data.get("evidence", "").split(), *kept]))
    form = RecordForm(actor, unit, stage, data)
    for told in refused:
        form.add_error(None, told)
    return form


def _values_of_superseded(asked: QueryDict, unit: Unit, stage: Stage) -> dict[str, Any]:
    """What a correction begins with: what stands in the record that is named."""
    named = asked.get("supersedes", "")
    if not (named.isascii() and named.isdigit() and len(named) < 19):
        return {}
    found = Record.objects.filter(unit=unit, pk=named).select_related(*Stage.values).first()
    if found is None:
        raise Http404
    return values_of(found) if found.stage == stage else {"supersedes": found.pk}


def _visible(actor: User, pk: int) -> Unit:
    units = Unit.objects.visible_to(actor).select_related("category", "region", "using_entity")
    if (found := units.filter(pk=pk).first()) is None:
        raise Http404
    return found


def _stage(named: str, stages: list[Stage]) -> Stage:
    if named not in Stage.values:
        raise Http404
    if named not in stages:
        raise PermissionDenied
    return Stage(named)


def _about(unit: Unit) -> dict[str, Any]:
    return {"unit": unit, "standing": standing_of(unit, clock.today())}
