"""The inbox of a desk: what waits, what is overdue, what was done, what one began."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.accounts.models import User
from backend.calendars.on_duty import duty_of_own_offices
from backend.lib import clock
from backend.matters.hand_overs import hand_over_each
from backend.matters.inbox import assignments_to_do, count_inbox, done_of, overdue_of, started_of
from backend.web.forms.matters import HandOverForm
from backend.web.guards import signed_in_user
from backend.web.pages import Page, read_due_page, read_page


@login_required
@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """One list of the inbox, with the length of each: what is overdue stands first."""
    return _render_hand_over(request, HandOverForm(signed_in_user(request)))


@login_required
@require_POST
def hand_assignments_over(request: HttpRequest) -> HttpResponse:
    """Hand over all that is marked, each for itself, and tell what came of each."""
    user = signed_in_user(request)
    form = HandOverForm(user, request.POST)
    if not form.is_valid():
        return _render_hand_over(request, form)
    facts = form.cleaned_data
    outcomes = hand_over_each(
        actor=user, assignments=facts["assignments"], to=facts["person"], remark=facts["remark"]
    )
    done = sum(one.refusal is None for one in outcomes)
    text = ngettext("%(n)d was handed over.", "%(n)d were handed over.", done) % {"n": done}
    context = {"outcomes": outcomes, "told": text, "person": facts["person"]}
    return render(request, "web/desk/handed_over.html", context)


def _render_hand_over(request: HttpRequest, form: HandOverForm) -> HttpResponse:
    user = signed_in_user(request)
    counts = count_inbox(user)
    lists = [
        ("todo", _("To do"), counts.todo),
        ("overdue", _("Overdue"), counts.overdue),
        ("done", _("Done by me"), counts.done),
        ("started", _("Begun by me"), counts.started),
    ]
    names = [name for name, _title, _count in lists]
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in names else names[0]
    context: dict[str, Any] = {
        "lists": lists,
        "chosen": chosen,
        "page": _read_inbox_view(user, chosen, request),
        "form": form,
        "today": clock.today(),
        "waiting": chosen in ("todo", "overdue"),
        "on_duty": duty_of_own_offices(user, clock.today()),
    }
    return render(request, "web/desk/inbox.html", context)


def _read_inbox_view(user: User, name: str, request: HttpRequest) -> Page:
    if name == "started":
        return read_page(started_of(user).select_related("office"), request.GET)
    shown = ("matter", "office", "person")
    if name == "done":
        return read_page(done_of(user).select_related(*shown), request.GET)
    rows = assignments_to_do(user) if name == "todo" else overdue_of(user)
    return read_due_page(rows.select_related(*shown), request.GET)
