"""Duty rosters as pages: the offices' shifts and phones, a month as a grid, filled and published."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.calendars.keepers import keeps_calendars, keeps_for, offices_kept_by
from backend.calendars.models import Duty, DutyDesk, Roster, Shift
from backend.calendars.roster_checks import days_of, list_absences_during_duty, list_roster_faults
from backend.calendars.rosters import begin_roster, publish_roster, set_duties
from backend.calendars.shifts import end_shift, open_shift, set_duty_phone
from backend.calendars.turns import fill_roster
from backend.lib import clock
from backend.web.form_actions import act_and_say, try_action
from backend.web.forms.calendars import (
    BeginRosterForm,
    DutyPhoneForm,
    SetDutiesForm,
    ShiftForm,
    TurnsForm,
)
from backend.web.guards import signed_in_user
from backend.web.pages import read_page
from backend.workdays.published import read_calendar


class Cell(NamedTuple):
    """One shift of one day, who leads it, and who else is on duty."""

    shift: Shift
    leaders: list[Duty]
    people: list[Duty]


class Day(NamedTuple):
    """One day of the grid; ``rests`` where it is not worked, ``away`` who is away then."""

    day: dt.date
    holiday: str
    rests: bool
    cells: list[Cell]
    away: list[str]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The rosters that the user sees; what he keeps, and the form that begins a month."""
    user = signed_in_user(request)
    if request.method == "POST" and not keeps_calendars(user):
        raise PermissionDenied
    form = BeginRosterForm(user, request.POST or None)
    begun = try_action(form, lambda facts: begin_roster(actor=user, **facts))
    if begun:
        return redirect("web:roster", pk=begun[0].pk)
    return _render_rosters(request, beginning=form)


@login_required
@require_POST
def open_shift_view(request: HttpRequest) -> HttpResponse:
    """Let new rosters have a further shift."""
    user = _require_roster_keeper(request)
    form = ShiftForm(user, request.POST)
    if try_action(form, lambda facts: open_shift(actor=user, **facts)):
        return redirect("web:rosters")
    return _render_rosters(request, shift_form=form)


@login_required
@require_POST
def end_shift_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let new rosters be without a shift."""
    user = signed_in_user(request)
    act_and_say(request, lambda: end_shift(actor=user, shift=pk), _("New rosters are without it."))
    return redirect("web:rosters")


@login_required
@require_POST
def set_duty_phone_view(request: HttpRequest) -> HttpResponse:
    """Write down the phone of the duty."""
    user = _require_roster_keeper(request)
    form = DutyPhoneForm(user, request.POST)
    if try_action(form, lambda facts: set_duty_phone(actor=user, **facts)):
        messages.success(request, _("It is written down."))
        return redirect("web:rosters")
    return _render_rosters(request, phone_form=form)


@login_required
@never_cache
@require_safe
def show_roster(request: HttpRequest, pk: int) -> HttpResponse:
    """One month as a grid, and what its keepers may do."""
    return _render_roster(request, _get_roster(request, pk))


@login_required
@require_POST
def fill_roster_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Name people by turns."""
    user, roster = signed_in_user(request), _get_kept_roster(request, pk)
    form = TurnsForm(roster, request.POST)
    if try_action(form, lambda facts: fill_roster(actor=user, roster=pk, **facts)):
        return redirect("web:roster", pk=pk)
    return _render_roster(request, roster, turns=form)


@login_required
@require_POST
def set_duty_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who is on duty for one shift of one day."""
    user, roster = signed_in_user(request), _get_kept_roster(request, pk)
    form = SetDutiesForm(roster, request.POST)
    if try_action(form, lambda facts: set_duties(actor=user, roster=pk, **facts)):
        messages.success(request, _("It is written down."))
        return redirect("web:roster", pk=pk)
    return _render_roster(request, roster, setting=form)


@login_required
@require_POST
def publish_roster_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let everybody of the line see it."""
    user, roster = signed_in_user(request), _get_kept_roster(request, pk)
    told = _("The roster is published; all who are on duty are told.")
    act_and_say(request, lambda: publish_roster(actor=user, roster=pk), told)
    return redirect("web:roster", pk=roster.pk)


def _require_roster_keeper(request: HttpRequest) -> Any:
    user = signed_in_user(request)
    if not keeps_calendars(user):
        raise PermissionDenied
    return user


def _get_roster(request: HttpRequest, pk: int) -> Roster:
    rows = Roster.objects.visible_to(signed_in_user(request)).select_related("office")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _get_kept_roster(request: HttpRequest, pk: int) -> Roster:
    """The same, where the user keeps it. Raises PermissionDenied."""
    found = _get_roster(request, pk)
    if not keeps_for(signed_in_user(request), found.office):
        raise PermissionDenied
    return found


def _render_rosters(request: HttpRequest, **forms: Any) -> HttpResponse:
    user = signed_in_user(request)
    kept = offices_kept_by(user)
    context = {
        "page": read_page(Roster.objects.visible_to(user).select_related("office"), request.GET),
        "keeps": keeps_calendars(user),
        "shifts": Shift.objects.kept().filter(office__in=kept).select_related("office"),
        "phones": DutyDesk.objects.filter(office__in=kept).select_related("office"),
        "shift_form": ShiftForm(user),
        "phone_form": DutyPhoneForm(user),
        "beginning": BeginRosterForm(user, initial={"month": clock.today()}),
    }
    return render(request, "web/desk/rosters.html", context | forms)


def _render_roster(request: HttpRequest, roster: Roster, **forms: Any) -> HttpResponse:
    keeps = keeps_for(signed_in_user(request), roster.office)
    context: dict[str, Any] = {"roster": roster, "days": _grid_of(roster), "keeps": keeps}
    if keeps:
        context["faults"] = list_roster_faults(roster)
        context["setting"] = SetDutiesForm(roster)
        if roster.published_at is None:
            context["turns"] = TurnsForm(roster)
    return render(request, "web/desk/roster.html", context | forms)


def _grid_of(roster: Roster) -> list[Day]:
    named: defaultdict[tuple[dt.date, int, bool], list[Duty]] = defaultdict(list)
    for duty in roster.duties.filter(ended_at=None).select_related("person").order_by("pk"):
        named[duty.day, duty.shift_id, duty.leads].append(duty)
    away: defaultdict[dt.date, list[str]] = defaultdict(list)
    for one in list_absences_during_duty(roster):
        away[one.day].append(one.name)
    calendar, shifts = read_calendar(), list(roster.shifts.order_by("begins", "pk"))
    return [
        Day(
            day,
            calendar.holiday_on(day),
            not calendar.is_working_day(day),
            [
                Cell(shift, named[day, shift.pk, True], named[day, shift.pk, False])
                for shift in shifts
            ],
            away[day],
        )
        for day in days_of(roster)
    ]
