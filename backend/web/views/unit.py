"""The card of one unit: numbers, clocks, and everything that ever happened to it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.accounts.rights import Right, may
from backend.lib import clock
from backend.units.certificates import borne_elsewhere
from backend.units.deadlines import registration_overdue_since
from backend.units.models import Unit
from backend.units.standing import Standing, standing_of
from backend.units.warnings import warnings_of_unit
from backend.web.findings import findings, reports_of
from backend.web.history import timeline
from backend.web.mark import sentences_of_holds
from backend.web.workplan import checks_of_unit
from tagging.codes import grouped
from tagging.models import Binding


@login_required
@require_safe
def card(request: HttpRequest, pk: int, *, paper: bool = False) -> HttpResponse:
    """The unit, or 404 when there is none for this person. ``paper``: laid out for printing."""
    assert isinstance(request.user, User)  # login_required saw to it
    unit = _visible(request.user, pk)
    tag = Binding.objects.filter(unit=unit, unbound_at=None).first()
    today = clock.today()
    standing = standing_of(unit, today)
    reports = reports_of(unit)
    entries = timeline(request.user, unit, reports)
    photos = {photo.sha256: photo for entry in entries for photo in entry.photos}
    context = {
        "unit": unit,
        "standing": standing,
        "holds": sentences_of_holds(unit, today) if standing == Standing.HELD else (),
        "unregistered_since": registration_overdue_since(unit, today),
        "warnings": warnings_of_unit(unit),
        "held": [hold for hold in unit.holds.order_by("since", "pk") if hold.is_open(today)],
        "clocks": list(unit.clocks.select_related("rule").order_by("due_on", "kind")),
        "planned": checks_of_unit(request.user, unit),
        "may_plan": may(request.user, Right.PLAN_WORK),
        "timeline": entries,
        "findings": findings(unit, reports, photos),
        "tag": tag,
        "tag_grouped": grouped(tag.tag_id) if tag else "",
        "today": today,
        "paper": paper,
        "now": clock.now(),
    }
    return render(request, "web/unit.html", context)


def _visible(user: User, pk: int) -> Unit:
    units = Unit.objects.visible_to(user).select_related(
        "category", "region", "using_entity", "owner", "maintainer"
    )
    units = units.annotate(number_elsewhere=borne_elsewhere("certificate_no", "pk"))
    unit = units.filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit
