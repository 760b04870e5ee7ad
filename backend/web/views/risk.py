"""The map of risk: server-made figures of a region, beside them the map."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.accounts.rights import Right, may
from backend.lib import clock
from backend.web.risk import filtering, ordering, timing
from backend.web.risk.asked import Asked
from backend.web.risk.configuring import config
from backend.web.risk.finding import find, spots
from backend.web.risk.legend import classes
from backend.web.risk.panel import panel_of


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The figures of the region that the address names; the scripts draw the map from it."""
    assert isinstance(request.user, User)  # login_required saw to it
    asked = Asked.of(request.GET, request.user)
    panel = panel_of(request.user, asked)
    context: dict[str, Any] = {
        "asked": asked,
        "panel": panel,
        "shown": panel.as_json(),
        "measure": panel.measure,
        "classes": classes(clock.today()),
        "chips": filtering.groups(asked),
        "clear": filtering.clear(asked),
        "heads": ordering.heads(asked),
        "kept": asked.kept,
        "may_plan": may(request.user, Right.PLAN_WORK),
        "config": config(request.user, asked),
        **timing.steps(asked),
        **spots(find(request.user, asked), asked),
    }
    return render(request, "web/risk/page.html", context)
