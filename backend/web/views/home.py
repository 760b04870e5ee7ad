"""The landing page; for people who signed in, the list of their units."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.lib import clock
from backend.units.models import Category, UnitStatus
from backend.units.standing import standing_of
from backend.web.contacts import HOTLINE
from backend.web.risk.unit_list_links import describe_narrowing
from backend.web.unit_list import UnitListQuery, load_unit_page, regions_to_choose


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """The landing page with a field for a code; the list of units to whoever signed in."""
    if not isinstance(request.user, User):
        return render(request, "web/home.html", {"hotline": HOTLINE})
    query = UnitListQuery.from_query_string(request.GET)
    page = load_unit_page(request.user, query)
    today = clock.today()
    context = {
        "query": query,
        "page": page,
        "narrowed": describe_narrowing(query),
        "rows": [(unit, standing_of(unit, today)) for unit in page.units],
        "kinds": Category.objects.filter(level="kind", registered_for_use=True),
        "statuses": UnitStatus.choices,
        "regions": regions_to_choose(request.user, query),
    }
    return render(request, "web/units.html", context)
