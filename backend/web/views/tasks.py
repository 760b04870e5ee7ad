"""Planned checks seen again: a week's plan by person, and one check to move, announce or cancel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backend.accounts.models import User
from backend.accounts.rights import Right, may_over
from backend.inspections.models import Task
from backend.inspections.planned_tasks import announce_task, cancel_task, move_task
from backend.lib import clock
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import right_required, signed_in_user
from backend.web.planforms import AnnounceForm, CancelForm, MoveForm, WeekForm
from backend.web.workplan import AT_MOST, Week, checks_of_week, planned_check, with_names

_planners = right_required(Right.PLAN_WORK)


@login_required
@require_safe
def show_week(request: HttpRequest) -> HttpResponse:
    """The checks of one week by person; this week unless a day is named."""
    assert isinstance(request.user, User)  # login_required saw to it
    form = WeekForm(request.user, request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    chosen, who = Week.of(asked.get("day") or clock.today()), asked.get("who")
    people = checks_of_week(request.user, chosen, who)
    cut = sum(len(checks) for _person, checks in people) == AT_MOST
    context = {"form": form, "week": chosen, "who": who, "people": people, "cut": cut}
    return render(request, "web/plan/week.html", context)


@login_required
@require_safe
def show_task(request: HttpRequest, pk: int) -> HttpResponse:
    """One planned check, with what may be done to it. 404 for one that is not the user's."""
    return _render_task(request, _get_task(request, pk))


@login_required
@require_POST
@_planners
def move_or_reassign_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring it to another day or another inspector."""
    actor, task = signed_in_user(request), _get_task(request, pk)
    form = MoveForm(task, request.POST)
    if form.is_valid():
        with tell_refusals_in(form):
            move_task(actor=actor, task=pk, **form.cleaned_data)
            messages.success(request, _("The check has been moved."))
            return redirect("web:task", pk=pk)
    return _render_task(request, task, moving=form)


@login_required
@require_POST
@_planners
def announce_task_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the enterprise see it."""
    actor, task = signed_in_user(request), _get_task(request, pk)
    form = AnnounceForm(request.POST)
    if form.is_valid():
        with tell_refusals_in(form):
            announce_task(actor=actor, task=pk)
            messages.success(request, _("The enterprise sees the check now."))
            return redirect("web:task", pk=pk)
    return _render_task(request, task, announcing=form)


@login_required
@require_POST
@_planners
def cancel_task_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back, with a reason."""
    actor, task = signed_in_user(request), _get_task(request, pk)
    form = CancelForm(request.POST)
    if form.is_valid():
        with tell_refusals_in(form):
            cancel_task(actor=actor, task=pk, **form.cleaned_data)
            messages.success(request, _("The check has been cancelled."))
            return redirect("web:task", pk=pk)
    return _render_task(request, task, cancelling=form)


def _get_task(request: HttpRequest, pk: int) -> Task:
    assert isinstance(request.user, User)  # login_required saw to it
    rows = with_names(Task.objects.visible_to(request.user))
    if (found := rows.filter(pk=pk).first()) is None:
        raise Http404
    return found


def _render_task(request: HttpRequest, task: Task, **bound: forms.Form) -> HttpResponse:
    """The page of ``task``; ``bound`` are the forms that were refused."""
    assert isinstance(request.user, User)  # login_required saw to it
    context: dict[str, Any] = {"check": planned_check(request.user, task), "refused": bound}
    if task.is_open and may_over(request.user, Right.PLAN_WORK, task.unit.region_id):
        context["changing"] = True
        context["moving"] = MoveForm(task)
        context["announcing"], context["cancelling"] = AnnounceForm(), CancelForm()
    return render(request, "web/plan/task.html", context | bound)
