"""Entering a unit in the register: first its kind, then all the rest."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.rights import Right
from backend.units.actions import register_unit
from backend.units.models import Category
from backend.web.forms.chosen import list_categories
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.units import UnitForm
from backend.web.guards import right_required, signed_in_user


@right_required(Right.REGISTER_UNIT)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The search for a kind; with ``category`` the form; then a redirect to what must be filed next."""
    code = request.GET.get("category", "").replace("\0", "")
    if not code:
        return _render_category_choice(request)
    actor, category = signed_in_user(request), _category(code)
    form = UnitForm(actor, category, request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            unit = register_unit(actor=actor, client_id=form.cleaned_data["key"], **form.facts())
            messages.success(request, _("The unit is in the register."))
            return redirect("web:record-new", pk=unit.pk)
    return render(request, "web/desk/unit_new.html", {"form": form, "category": category})


def _render_category_choice(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = list_categories(text) if text else []
    return render(request, "web/desk/category.html", {"text": text, "found": found})


def _category(code: str) -> Category:
    found = Category.objects.filter(pk=code, leaf=True, registered_for_use=True).first()
    if found is None:
        raise Http404
    return found
