"""Cases: facts that can hardly be true, read and judged."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.cases.actions import close_case
from backend.cases.models import Case, CaseQuerySet
from backend.fieldwork.models import Item
from backend.units.models import Unit
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import right_required, signed_in_user
from backend.web.pages import read_page

_judges = right_required(Right.JUDGE_FIELDWORK)
_NEWEST = 20


class FindCasesForm(forms.Form):
    """By what cases are narrowed; wrong values count as not given."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False,
        choices=[("open", gettext_lazy("open")), ("closed", gettext_lazy("closed")),
                 ("all", gettext_lazy("all"))],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False,
        choices=[("", gettext_lazy("all")), *Case.Kind.choices],
    )  # fmt: skip


class VerdictForm(forms.Form):
    """What was found."""

    verdict = forms.CharField(
        label=gettext_lazy("What was found"), max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@_judges
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The cases of the jurisdiction, the open ones unless others are asked for, newest first."""
    form = FindCasesForm(request.GET)
    form.is_valid()
    found = _narrow(Case.objects.judged_by(signed_in_user(request)), form.cleaned_data)
    rows = found.select_related("user", "region").annotate(told=Count("items"))
    page = read_page(rows.defer("region__boundary", "region__label_point"), request.GET)
    return render(request, "web/desk/cases.html", {"form": form, "page": page})


@_judges
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case with its newest facts, and the form of the verdict that closes it."""
    actor = signed_in_user(request)
    cases = Case.objects.judged_by(actor).select_related("user", "region", "closed_by")
    if (case := cases.filter(pk=pk).first()) is None:
        raise Http404
    form = VerdictForm(request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            close_case(actor=actor, case=pk, verdict=form.cleaned_data["verdict"])
            messages.success(request, _("The case is closed."))
            return redirect("web:case", pk=pk)
    items = Item.objects.filter(cases=case).select_related("user", "report").defer("raw", "mended")
    context: dict[str, Any] = {
        "case": case,
        "form": form,
        "facts": [(_fact_names().get(name, name), value) for name, value in case.facts.items()],
        "items": items.order_by("-pk")[:_NEWEST],
        "unit": _unit_of(actor, case),
    }
    return render(request, "web/desk/case.html", context)


def _narrow(rows: CaseQuerySet, asked: dict[str, Any]) -> CaseQuerySet:
    state = asked.get("state") or "open"
    if state != "all":
        rows = rows.filter(closed_at__isnull=state == "open")
    return rows.filter(kind=asked["kind"]) if asked.get("kind") else rows


def _unit_of(actor: User, case: Case) -> Unit | None:
    """The unit that the case is about, if the user sees it."""
    if case.unit is None:
        return None
    return Unit.objects.visible_to(actor).select_related("category").filter(pk=case.unit).first()


def _fact_names() -> dict[str, str]:
    """What a reader calls the facts of cases."""
    return {
        "km": _("Kilometres apart"), "seconds": _("Seconds between"), "scan": _("Scan"),
        "code": _("Reason"), "detail": _("What does not fit"), "because": _("Because of the record"),
        "flags": _("What contradicts itself"), "reason": _("Reason given"), "was": _("Said at first"),
        "is": _("Says now"), "of": _("By whom"), "looks": _("Looks"), "people": _("People"),
        "entities": _("Entities"),
    }  # fmt: skip
