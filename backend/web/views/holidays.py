"""The holidays of the years: which are published, and a form for the next."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.rights import Right
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import right_required, signed_in_user
from backend.web.holidayform import HolidayYearForm
from backend.workdays.actions import load_year
from backend.workdays.models import PublishedYear


@right_required(Right.LOAD_HOLIDAYS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The published years, newest first, and a form that loads one."""
    form = HolidayYearForm(request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            row = load_year(actor=signed_in_user(request), table=form.table())
            messages.success(request, _("The holidays of %(year)s hold now.") % {"year": row.year})
            return redirect("web:holidays")
    years = PublishedYear.objects.in_force().order_by("-year")
    return render(request, "web/holidays.html", {"form": form, "years": years})
