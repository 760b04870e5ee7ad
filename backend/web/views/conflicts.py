"""What phones sent twice under one id with other content, side by side for staff."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.accounts.rights import Right
from backend.fieldwork.shown_conflicts import Conflict, newest_conflicts
from backend.units.models import Conclusion, InspectionKind
from backend.web.forms.items import member_names
from backend.web.guards import right_required, signed_in_user

_NEWEST = 50


@login_required
@never_cache
@require_safe
@right_required(Right.JUDGE_FIELDWORK)
def page(request: HttpRequest) -> HttpResponse:
    """The newest conflicts, each with what counts on the left and what came beside it."""
    found = [_shown(one) for one in newest_conflicts(signed_in_user(request), _NEWEST)]
    return render(request, "web/conflicts.html", {"conflicts": found})


def _shown(conflict: Conflict) -> dict[str, Any]:
    """In the reader's words where there are any; other members by the names of the protocol."""
    names, values = member_names(), dict(Conclusion.choices) | dict(InspectionKind.choices)
    lines = []
    for name, *texts in conflict.differences:
        first, _dot, rest = name.partition(".")
        said = [
            values.get(text, text) if name in ("conclusion", "kind") else text for text in texts
        ]
        lines.append((f"{names.get(first, first)} {rest}", *said))
    return {"item": conflict.item, "lines": lines}
