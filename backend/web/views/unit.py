"""The card of one unit: numbers, clocks, and everything that ever happened to it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.accounts.rights import Right, may_over
from backend.lib import clock
from backend.units.certificate_checks import is_borne_by_another_unit
from backend.units.models import Unit
from backend.units.register_deadlines import registration_overdue_since
from backend.units.standing import Standing, standing_of
from backend.units.warnings import list_warnings_of_unit
from backend.web.findings import load_findings, load_reports
from backend.web.forms.records import stages_filed_by
from backend.web.timeline import load_timeline
from backend.web.use_mark import load_hold_sentences
from backend.web.workplan import checks_of_unit
from tagging.codes import group_code
from tagging.models import Binding


@login_required
@require_safe
def show_unit_card(request: HttpRequest, pk: int, *, paper: bool = False) -> HttpResponse:
    """The card of the unit, or 404 when there is none for this user. ``paper``: laid out for
    printing."""
    assert isinstance(request.user, User)  # login_required saw to it
    unit = _load_visible_unit(request.user, pk)
    tag = Binding.objects.filter(unit=unit, unbound_at=None).first()
    today = clock.today()
    standing = standing_of(unit, today)
    reports = load_reports(unit)
    entries = load_timeline(request.user, unit, reports)
    photos = {photo.sha256: photo for entry in entries for photo in entry.photos}
    context = {
        "unit": unit,
        "standing": standing,
        "holds": load_hold_sentences(unit, today) if standing == Standing.HELD else (),
        "unregistered_since": registration_overdue_since(unit, today),
        "warnings": list_warnings_of_unit(unit),
        "held": [hold for hold in unit.holds.order_by("since", "pk") if hold.is_open(today)],
        "clocks": list(unit.clocks.select_related("rule").order_by("due_on", "kind")),
        "planned": checks_of_unit(request.user, unit),
        "may_plan": may_over(request.user, Right.PLAN_WORK, unit.region_id),
        "may_file": stages_filed_by(request.user),
        "timeline": entries,
        "findings": load_findings(unit, reports, photos),
        "tag": tag,
        "tag_grouped": group_code(tag.tag_id) if tag else "",
        "today": today,
        "paper": paper,
        "now": clock.now(),
    }
    return render(request, "web/unit.html", context)


def _load_visible_unit(user: User, pk: int) -> Unit:
    units = Unit.objects.visible_to(user).select_related(
        "category", "region", "using_entity", "owner", "maintainer"
    )
    units = units.annotate(number_elsewhere=is_borne_by_another_unit("certificate_no", "pk"))
    unit = units.filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit
