"""Offices as pages: the list, and to an administrator each of his line with its people and departments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.accounts.rights import Right
from backend.lib import clock
from backend.matters.models import Matter
from backend.offices.actions import give_post
from backend.offices.departments import close_office, open_office
from backend.offices.models import Office
from backend.web.form_actions import try_action
from backend.web.guards import right_required, signed_in_user
from backend.web.officeforms import CloseOfficeForm, GivePostHereForm, OpenOfficeForm

MOST = 200
_administrators = right_required(Right.MANAGE_ACCOUNTS)


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The offices that exist today, by a part of their name or code."""
    user = signed_in_user(request)
    asked = request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = Office.objects.visible_to(user).in_force(clock.today())
    if asked:
        rows = rows.filter(name__contains=asked) | rows.filter(code__startswith=asked)
    found = list(rows.select_related("parent").order_by("code")[: MOST + 1])
    context = {
        "asked": asked,
        "offices": found[:MOST],
        "more": len(found) > MOST,
        "mine": set(Office.objects.administered_by(user).values_list("pk", flat=True)),
    }
    return render(request, "web/offices.html", context)


@_administrators
@never_cache
@require_safe
def show_office(request: HttpRequest, pk: int) -> HttpResponse:
    """One office of the administrator's line: its people, its departments, and what he may do."""
    return _render_office(request, _get_kept_office(request, pk))


@_administrators
@require_POST
def open_department_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a department below the office."""
    admin, office = signed_in_user(request), _get_kept_office(request, pk)
    form = OpenOfficeForm(admin, request.POST)

    def act(facts: dict[str, Any]) -> Any:
        return open_office(actor=admin, parent=pk, key=form.cleaned_data["key"], **facts)

    if opened := try_action(form, act):
        messages.success(request, _("%(name)s is open.") % {"name": opened[0].name})
        return redirect("web:office", pk=opened[0].pk)
    return _render_office(request, office, opening=form)


@_administrators
@require_POST
def close_office_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the office end, with who has its work then."""
    admin, office = signed_in_user(request), _get_kept_office(request, pk)
    form = CloseOfficeForm(admin, office, request.POST)
    if try_action(form, lambda facts: close_office(actor=admin, office=pk, **facts)):
        messages.success(request, _("The office is closed; its successor has its work."))
        return redirect("web:office", pk=form.cleaned_data["successor"].pk)
    return _render_office(request, office, closing=form)


@_administrators
@require_POST
def give_post_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a post in the office."""
    admin, office = signed_in_user(request), _get_kept_office(request, pk)
    form = GivePostHereForm(admin, request.POST)

    def act(facts: dict[str, Any]) -> Any:
        return give_post(actor=admin, office=office, key=form.cleaned_data["key"], **facts)

    if try_action(form, act):
        messages.success(request, _("The post was given."))
        return redirect("web:office", pk=pk)
    return _render_office(request, office, giving=form)


def _get_kept_office(request: HttpRequest, pk: int) -> Office:
    """An office that exists today and that the administrator keeps; raises Http404."""
    rows = Office.objects.administered_by(signed_in_user(request)).in_force(clock.today())
    return get_object_or_404(rows.select_related("parent", "region"), pk=pk)


def _render_office(request: HttpRequest, office: Office, **filled: Any) -> HttpResponse:
    admin, today = signed_in_user(request), clock.today()
    context: dict[str, Any] = {
        "office": office,
        "above": Office.objects.administered_by(admin).filter(children=office).first(),
        "departments": office.children.in_force(today).order_by("code"),
        "posts": office.posts.exclude(ends_on__lt=today)
        .select_related("user")
        .order_by("role", "pk"),
        "waiting": Matter.objects.filter(office=office, closed_at=None).count(),
        "opening": OpenOfficeForm(admin),
        "closing": CloseOfficeForm(admin, office),
        "giving": GivePostHereForm(admin),
        "today": today,
    }
    return render(request, "web/office.html", context | filled)
