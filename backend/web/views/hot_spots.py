"""Where the hotline is called about what, and where more than chance would bring."""

from __future__ import annotations

import datetime as dt
from operator import itemgetter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.hotline.clusters.latest import latest_clusters
from backend.hotline.hot_spots import (
    GROUPS,
    Period,
    Question,
    count_matters,
)
from backend.hotline.models import Nature
from backend.lib import clock
from backend.web.forms.hot_spots import HotSpotForm
from backend.web.guards import signed_in_user

_SPAN = dt.timedelta(days=90)


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Counts and money of a period, and the clusters that were found last."""
    form = HotSpotForm(request.GET)
    form.is_valid()
    question, user = _question(form.cleaned_data), signed_in_user(request)
    total, rows = count_matters(user, question, [*GROUPS, "nature", "month"])
    context = {
        "form": form,
        "period": question.period,
        "total": total,
        "natures": rows["nature"],
        "tables": [(group, rows[group]) for group in GROUPS],
        "months": sorted(rows["month"], key=itemgetter("value")),
        "clusters": latest_clusters(user),
    }
    return render(request, "web/hotline/hot_spots.html", context)


def _question(told: dict[str, Any]) -> Question:
    last = told.get("last") or clock.today()
    first = min(told.get("first") or last - _SPAN, last)
    region, nature = told.get("region"), told.get("nature")
    natures = (Nature(nature),) if nature else ()
    return Question(Period(first, last), region.pk if region else "", natures)
