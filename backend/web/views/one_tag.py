"""One tag: on which unit it is, how it comes there, and how it is made void."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.units.models import Unit
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.tags import PutOnForm, ReplaceForm, RetireForm
from backend.web.guards import right_required, signed_in_user
from tagging.actions import bind_tag, replace_tag, retire_tag
from tagging.codes import CodeError, group_code, normalise_code
from tagging.models import Binding, Tag

_keepers = right_required(Right.MANAGE_TAGS)
_form = require_http_methods(["GET", "HEAD", "POST"])


@_keepers
@_form
def show_tag(request: HttpRequest, code: str) -> HttpResponse:
    """The tag, with the form that makes it void; 404 for one outside the jurisdiction."""
    actor = signed_in_user(request)
    tags = Tag.objects.visible_to(actor).with_unit().select_related("batch")
    if (tag := tags.filter(pk=code.replace("\0", "")).first()) is None:
        raise Http404
    form = RetireForm(request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            retire_tag(actor=actor, code=tag.code, **form.cleaned_data)
            messages.success(request, _("The tag is void from now on."))
            return redirect("web:one-tag", code=tag.code)
    context = {"tag": tag, "grouped": group_code(tag.code), "form": form}
    return render(request, "web/desk/tag.html", context)


@_keepers
@_form
def put_tag_on_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a tag on a unit, or another in the place of its present one; then back to its card."""
    actor, unit = signed_in_user(request), _visible_unit(signed_in_user(request), pk)
    present = Binding.objects.filter(unit=unit, unbound_at=None).first()
    if present and _names_tag(request.POST.get("code", ""), present.tag_id):  # a second click
        return redirect("web:unit", pk=pk)
    form = (ReplaceForm if present else PutOnForm)(actor, request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            facts: dict[str, Any] = form.facts()
            (replace_tag if present else bind_tag)(actor=actor, unit=unit, **facts)
            messages.success(request, _("The tag is on the unit."))
            return redirect("web:unit", pk=pk)
    context = {"unit": unit, "form": form, "present": group_code(present.tag_id) if present else ""}
    return render(request, "web/desk/unit_tag.html", context)


def _names_tag(typed: str, code: str) -> bool:
    try:
        return normalise_code(typed) == code
    except CodeError:
        return False


def _visible_unit(actor: User, pk: int) -> Unit:
    units = Unit.objects.visible_to(actor).select_related("category", "region", "using_entity")
    if (found := units.filter(pk=pk).first()) is None:
        raise Http404
    return found
