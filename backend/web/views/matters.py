"""Matters as pages: the list that can be narrowed, and one with all that may be done in it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.flows.versions import read_version
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.asked import offers_for
from backend.matters.decisions import decide, take_back
from backend.matters.hand_overs import add_signer, claim_assignment, release_assignment
from backend.matters.lists import narrow_matters
from backend.matters.models import Assignment, Matter, SavedFilter
from backend.matters.steps import Sending
from backend.web.forms.keyed_form import tell_refusals_in, tell_refusals_unless_hidden
from backend.web.forms.matters import DecisionForm, FindMattersForm, SignerForm, VersionedForm
from backend.web.guards import signed_in_user
from backend.web.matter_page import describe_matter
from backend.web.pages import read_page


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The matters that the reader sees, newest first; the address keeps what they are narrowed by."""
    user, form = signed_in_user(request), FindMattersForm(request.GET)
    asked = form.read_narrowing()
    rows = narrow_matters(user, asked).select_related("office")
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "key": uuid.uuid4(),
        "kept": [(one, urlencode(one.asked)) for one in SavedFilter.objects.visible_to(user)],
        "page": read_page(rows, request.GET),
        "today": clock.today(),
    }
    return render(request, "web/desk/matters.html", context)


@login_required
@never_cache
@require_safe
def show_matter(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter: facts, trail, clocks with their reasons, links, the flow, and what he may do."""
    return _render_matter(request, _get_matter(request, pk))


@login_required
@require_POST
def take_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of the decisions that the reader is offered."""
    user, matter = signed_in_user(request), _get_matter(request, pk)
    flow = read_version(matter.flow_id)
    named = request.POST.get("decision")
    offer = next((one for one in offers_for(user, matter) if one.name == named), None)
    if offer is None:
        messages.error(request, _("This cannot be decided here now. Look at it anew."))
        return redirect("web:matter", pk=pk)
    form = DecisionForm(user, matter, flow, offer, request.POST)
    if form.is_valid():
        with tell_refusals_in(form):
            decide(
                actor=user,
                matter=pk,
                version=form.cleaned_data["version"],
                decision=offer.name,
                chosen=form.chosen(),
                details=form.given_details(),
                sending=Sending(form.cleaned_data["key"], [pk, offer.name]),
            )
            messages.success(request, _("Done: %(what)s.") % {"what": form.title})
            return redirect("web:matter", pk=pk)
    return _render_matter(request, matter, refused=form)


@login_required
@require_POST
def undo_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one's last decision."""
    return _change_matter(request, pk, take_back, matter=pk)


@login_required
@require_POST
def claim_assignment_view(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Take what all with the role may take."""
    return _change_matter(request, pk, claim_assignment, assignment=_of_matter(pk, assignment))


@login_required
@require_POST
def release_assignment_view(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Let all with the role take it again."""
    return _change_matter(request, pk, release_assignment, assignment=_of_matter(pk, assignment))


@login_required
@require_POST
def ask_signer(request: HttpRequest, pk: int, assignment: int) -> HttpResponse:
    """Have one more asked, before the reader or right after him."""
    user, matter = signed_in_user(request), _get_matter(request, pk)
    form = SignerForm(user, matter, _of_matter(pk, assignment), request.POST)
    if form.is_valid():
        facts = {
            name: form.cleaned_data[name] for name in ("person", "before", "remark", "version")
        }
        sending = Sending(form.cleaned_data["key"], [pk, "add-signer"])
        with tell_refusals_unless_hidden(form):
            add_signer(actor=user, assignment=assignment, sending=sending, **facts)
            messages.success(request, _("%(who)s is asked.") % {"who": facts["person"]})
            return redirect("web:matter", pk=pk)
    return _render_matter(request, matter, refused=form)


def _change_matter(
    request: HttpRequest, pk: int, change: Callable[..., Any], **named: int
) -> HttpResponse:
    """Change the version of the matter that the reader saw; a refusal is told on its page."""
    _get_matter(request, pk)
    user = signed_in_user(request)
    form = VersionedForm(user, request.POST)
    if form.is_valid():
        try:
            change(actor=user, version=form.cleaned_data["version"], **named)
        except Refused as refused:
            messages.error(request, refused.detail)
    return redirect("web:matter", pk=pk)


def _of_matter(pk: int, assignment: int) -> int:
    if not Assignment.objects.filter(pk=assignment, matter=pk).exists():
        raise Http404
    return assignment


def _get_matter(request: HttpRequest, pk: int) -> Matter:
    rows = Matter.objects.visible_to(signed_in_user(request)).select_related("office")
    found: Matter | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _render_matter(
    request: HttpRequest, matter: Matter, refused: DecisionForm | SignerForm | None = None
) -> HttpResponse:
    context = describe_matter(signed_in_user(request), matter, refused)
    return render(request, "web/desk/matter.html", context)
