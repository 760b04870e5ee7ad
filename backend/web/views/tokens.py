"""The tokens that somebody gave to programs: made, listed and ended by him."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.models import ProgramToken, User
from backend.accounts.programs import end_program_token, make_program_token
from backend.accounts.token_scopes import SCOPES
from backend.lib import clock
from backend.lib.problems import Refused

NAMES = {
    "units": _("Units"),
    "categories": _("Categories"),
    "regions": _("Regions"),
    "authorities": _("Authorities"),
    "entities": _("Entities"),
    "inspection-bodies": _("Inspection bodies"),
    "tags": _("Tags"),
    "label-jobs": _("Printing of labels"),
    "imports": _("Imports"),
    "import-mappings": _("Mappings of imports"),
    "checklists": _("Checklists"),
    "reports": _("Reports"),
    "defects": _("Defects"),
    "tasks": _("Planned checks"),
    "cases": _("Cases"),
    "risk": _("Risk"),
    "nearby": _("Units nearby"),
    "public-places": _("Public places"),
    "jobs": _("Long work"),
    "tiles": _("Tiles of the map"),
    "ogc": _("Maps by OGC API"),
    "open311": _("Letters to the hotline by Open311"),
}
"""What a person calls the resources of ``SCOPES``."""


class TokenForm(forms.Form):
    """A token to make."""

    name = forms.CharField(label=_("Which program has it"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("For which resources"),
        choices=[(scope, format_lazy("{} {}", NAMES[scope], scope)) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )
    read_only = forms.BooleanField(label=_("May only read"), required=False, initial=True)
    ends_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The tokens, and a form for another, whose text is shown once."""
    assert isinstance(request.user, User)  # login_required saw to it
    form = TokenForm(request.POST or None, initial={"ends_on": clock.today() + dt.timedelta(90)})
    text = _make_token_or_tell_form(request.user, form) if form.is_valid() else ""
    tokens = ProgramToken.objects.filter(user=request.user).order_by("name")
    return render(request, "web/tokens.html", {"form": form, "tokens": tokens, "text": text})


@login_required
@require_POST
def end_token_view(request: HttpRequest) -> HttpResponse:
    """End the token that is named, or 404."""
    assert isinstance(request.user, User)  # login_required saw to it
    try:
        end_program_token(actor=request.user, name=request.POST.get("name", "").replace("\0", ""))
    except Refused as refused:
        raise Http404 from refused
    return redirect("web:tokens")


def _make_token_or_tell_form(user: User, form: TokenForm) -> str:
    """The text of a new token; empty, with the reason in the form, where it was refused."""
    try:
        _row, text = make_program_token(actor=user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(refusal.field, force_str(refusal.detail))
        return ""
    return text
