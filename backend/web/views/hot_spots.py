"""Where the hotline is called about what, and where more than chance would bring."""

from __future__ import annotations

import datetime as dt
from operator import itemgetter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.hotline.clusters.latest import (
    NamedCluster,
    clusters_of_period,
    get_cluster,
    latest_clusters,
    letters_of_cluster,
)
from backend.hotline.hot_spots import (
    GROUPS,
    Period,
    Question,
)
from backend.hotline.kept_figures import read_figures
from backend.hotline.models import Nature
from backend.lib import clock
from backend.lib.problems import Refused
from backend.web.forms.hot_spots import HotSpotForm
from backend.web.guards import signed_in_user
from backend.web.pages import read_page

_SPAN = dt.timedelta(days=90)


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Counts and money of a period, and the clusters that were found last."""
    form = HotSpotForm(request.GET)
    form.is_valid()
    question, user = _question_of(form.cleaned_data), signed_in_user(request)
    figures = read_figures(user, question, [*GROUPS, "nature", "month"])
    context = {
        "form": form,
        "period": question.period,
        "total": figures.total,
        "counted_at": figures.counted_at,
        "natures": figures.groups["nature"],
        "tables": [(group, figures.groups[group]) for group in GROUPS],
        "months": sorted(figures.groups["month"], key=itemgetter("value")),
        "clusters": _clusters_of_period(user, question.period),
    }
    return render(request, "web/hotline/hot_spots.html", context)


@login_required
@require_safe
def show_cluster(request: HttpRequest, pk: int) -> HttpResponse:
    """One cluster and those of its letters that the reader may see, or 404."""
    user = signed_in_user(request)
    try:
        found = get_cluster(user, pk)
    except Refused as refused:
        raise Http404 from refused
    letters = letters_of_cluster(user, found.found).select_related("matter__region")
    context = {"cluster": found, "page": read_page(letters, request.GET)}
    return render(request, "web/hotline/cluster.html", context)


def _clusters_of_period(user: User, period: Period) -> list[NamedCluster]:
    """The newest ones, or those of a period that is over."""
    if period.last >= clock.today():
        return latest_clusters(user)
    return clusters_of_period(user, period.first, period.last)


def _question_of(told: dict[str, Any]) -> Question:
    last = told.get("last") or clock.today()
    first = min(told.get("first") or last - _SPAN, last)
    region, nature = told.get("region"), told.get("nature")
    natures = (Nature(nature),) if nature else ()
    return Question(Period(first, last), region.pk if region else "", natures)
