"""The page on which a check of a unit is planned."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.accounts.rights import Right, may_over
from backend.inspections.models import Task
from backend.inspections.planned_tasks import plan_task
from backend.lib import clock
from backend.units.models import Unit
from backend.units.standing import standing_of
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.planforms import PlanForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_inspection_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of the form, then a redirect to the unit's card. 404 for a unit that is not the
    user's."""
    assert isinstance(request.user, User)  # login_required saw to it
    unit = Unit.objects.visible_to(request.user).select_related("category", "region").filter(pk=pk)
    if (found := unit.first()) is None:
        raise Http404
    if not may_over(request.user, Right.PLAN_WORK, found.region_id):
        raise PermissionDenied
    form = PlanForm(found, request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            _say_planned(request, *plan_task(actor=request.user, unit=pk, **form.cleaned_data))
            return redirect("web:unit", pk=pk)
    context = {"unit": found, "form": form, "standing": standing_of(found, clock.today())}
    return render(request, "web/plan/new.html", context)


def _say_planned(request: HttpRequest, task: Task, new: bool) -> None:  # noqa: FBT001  # as planning tells
    said = _("Planned: %(who)s on %(day)s.") if new else _("Already planned: %(who)s on %(day)s.")
    messages.success(request, said % {"who": task.assignee, "day": f"{task.planned_on:%Y-%m-%d}"})
