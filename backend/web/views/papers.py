"""The papers of one's offices and those below them, as a list that can be narrowed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.matters.links import matters_of
from backend.papers.models import Paper
from backend.web.guards import signed_in_user
from backend.web.pages import read_page
from backend.web.paperforms import FindPapersForm


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Newest first; the address keeps what they are narrowed by."""
    form = FindPapersForm(request.GET)
    form.is_valid()
    user = signed_in_user(request)
    rows = Paper.objects.visible_to(user).select_related("template", "office")
    page = read_page(_narrow(rows, form.cleaned_data), request.GET)
    made_in = matters_of(user, page.rows)
    lines = [(paper, made_in.get(paper.pk)) for paper in page.rows]
    context = {"form": form, "page": page, "lines": lines}
    return render(request, "web/desk/papers.html", context)


def _narrow(rows: QuerySet[Paper], asked: dict[str, Any]) -> QuerySet[Paper]:
    columns = {
        "state": "state", "template": "template__code", "office": "office__code",
        "since": "registered_on__gte", "until": "registered_on__lte",
    }  # fmt: skip
    rows = rows.filter(**{columns[name]: asked[name] for name in columns if asked.get(name)})
    if text := asked.get("text"):
        rows = rows.filter(Q(number__startswith=text) | Q(addressee__contains=text))
    return rows
