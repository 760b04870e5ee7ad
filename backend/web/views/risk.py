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
from backend.web.risk import column_heads, filter_chips, month_slider
from backend.web.risk.legend import load_class_labels
from backend.web.risk.panel import load_panel
from backend.web.risk.script_config import build_script_config
from backend.web.risk.search import search_context, search_map
from backend.web.risk.state import MapState


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page with the figures of the region that the address names; the scripts draw the map
    from it."""
    assert isinstance(request.user, User)  # login_required saw to it
    asked = MapState.from_query_string(request.GET, request.user)
    panel = load_panel(request.user, asked)
    context: dict[str, Any] = {
        "asked": asked,
        "panel": panel,
        "shown": panel.as_json(),
        "measure": panel.measure,
        "classes": load_class_labels(clock.today()),
        "chips": filter_chips.build_chip_groups(asked),
        "clear": filter_chips.query_without_filters(asked),
        "heads": column_heads.build_column_heads(asked),
        "kept": asked.search_params,
        "may_plan": may(request.user, Right.PLAN_WORK),
        "config": build_script_config(request.user, asked),
        **month_slider.build_slider_context(asked),
        **search_context(search_map(request.user, asked), asked),
    }
    return render(request, "web/risk/page.html", context)
