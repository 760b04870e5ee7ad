"""Who is away: the week of one's offices, entering it for oneself or an account, and coming back."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.absences.actions import Entered, end_absence, enter_absence
from backend.absences.models import Absence
from backend.absences.stand_ins import stand_ins_of, with_stand_ins
from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.unattended import unattended_for
from backend.offices.accounts import accounts_administered_by
from backend.web.absenceforms import AbsenceForm, FindAbsencesForm
from backend.web.errors import raise_if_hidden
from backend.web.form_actions import try_action
from backend.web.forms.matters import HandOverForm
from backend.web.guards import right_required, signed_in_user
from backend.web.pages import read_due_page, read_page

WEEK = dt.timedelta(days=7)


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who is away in a week, and who stands in for each; to be printed as well."""
    user = signed_in_user(request)
    form = FindAbsencesForm(user, request.GET)
    rows = form.narrow(with_stand_ins(Absence.objects.visible_to(user)))
    page = read_page(rows, request.GET)
    context = {
        "form": form,
        "lines": [(row, list(stand_ins_of(row))) for row in page.rows],
        "page": page,
        "before": form.monday - WEEK,
        "after": form.monday + WEEK,
        "today": clock.today(),
        "keeps": _kept_by(user, [row.person_id for row in page.rows]),
        "unattended": unattended_for(user).count(),
    }
    return render(request, "web/desk/absences.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_absence_view(request: HttpRequest) -> HttpResponse:
    """The form by which somebody says that he will be away."""
    return _render_absence_form(request, signed_in_user(request))


@right_required(Right.MANAGE_ACCOUNTS)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter_absence_of_account_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form for somebody whose account one keeps, such as one who is ill."""
    accounts = accounts_administered_by(signed_in_user(request))
    return _render_absence_form(request, get_object_or_404(accounts, pk=pk))


@login_required
@require_POST
def end_absence_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody is back today."""
    user = signed_in_user(request)
    absence = get_object_or_404(Absence.objects.visible_to(user), pk=pk)
    try:
        end_absence(actor=user, absence=absence)
        messages.success(request, _("The absence is over."))
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, force_str(refused.detail))
    return redirect("web:absences")


@login_required
@never_cache
@require_safe
def show_unattended(request: HttpRequest) -> HttpResponse:
    """What waits for people who are away while nobody stands in, to be handed over."""
    user = signed_in_user(request)
    rows = unattended_for(user).select_related("matter", "office", "person")
    context = {
        "page": read_due_page(rows, request.GET),
        "form": HandOverForm(user),
        "today": clock.today(),
    }
    return render(request, "web/desk/unattended.html", context)


def _kept_by(user: User, people: list[int]) -> set[int]:
    """Of ``people`` those whose absences ``user`` may end."""
    kept = accounts_administered_by(user).filter(pk__in=people)
    return {*kept.values_list("pk", flat=True), user.pk}


def _render_absence_form(request: HttpRequest, person: User) -> HttpResponse:
    actor = signed_in_user(request)
    form = AbsenceForm(person, request.POST or None)
    entered = try_action(form, lambda facts: enter_absence(actor=actor, person=person.pk, **facts))
    if entered is None:
        return render(request, "web/desk/absence_new.html", {"form": form, "person": person})
    _note_open_matters(request, entered)
    return redirect("web:absences")


def _note_open_matters(request: HttpRequest, entered: Entered) -> None:
    messages.success(request, _("The absence was entered."))
    for post in entered.uncovered:
        said = {"post": f"{post.office} {post.get_role_display()}"}
        messages.warning(request, _("Nobody stands in: %(post)s. The office was told.") % said)
    for lent in entered.pledges:
        text = _("%(name)s, whose substitute this was, was told, and so was the office.")
        messages.warning(request, text % {"name": lent.post.user})
