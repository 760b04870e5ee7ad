"""Planning a check of a unit that the map or a list led to."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.accounts.rights import Right, may
from backend.inspections.planning import plan_task
from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.models import Unit
from backend.units.standing import standing_of
from backend.web.risk.planning import PlanForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and after it the unit's card. 404 for a unit that is not the user's."""
    assert isinstance(request.user, User)  # login_required saw to it
    unit = Unit.objects.visible_to(request.user).select_related("category", "region").filter(pk=pk)
    if (found := unit.first()) is None:
        raise Http404
    if not may(request.user, Right.PLAN_WORK):
        raise PermissionDenied
    form = PlanForm(found, request.POST or None)
    if form.is_valid() and _planned(request, request.user, found, form):
        return redirect("web:unit", pk=pk)
    context = {"unit": found, "form": form, "standing": standing_of(found, clock.today())}
    return render(request, "web/risk/plan.html", context)


def _planned(request: HttpRequest, user: User, unit: Unit, form: PlanForm) -> bool:
    """Whether the task stands now; what was refused is told in the form."""
    try:
        task, new = plan_task(actor=user, unit=unit.pk, **form.cleaned_data)
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, force_str(refusal.detail))
        return False
    said = _("Planned: %(who)s on %(day)s.") if new else _("Already planned: %(who)s on %(day)s.")
    messages.success(request, said % {"who": task.assignee, "day": f"{task.planned_on:%Y-%m-%d}"})
    return True
