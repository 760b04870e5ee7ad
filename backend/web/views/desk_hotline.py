"""The hotline's desk: an operator writes down what a caller tells, and sees meanwhile what is like it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.rights import Right
from backend.evidence.form_photos import receive_form_photos
from backend.hotline.intake import receive_letter
from backend.hotline.likeness import list_like_matters, list_matters_of_caller, list_units_near
from backend.hotline.models import Channel, HotlineMatter
from backend.hotline.papers import draft_letter_paper
from backend.hotline.reporters import reveal_reporter
from backend.hotline.visits import plan_visit
from backend.lib.problems import Refused
from backend.matters.models import Link
from backend.matters.parts import join_matters
from backend.matters.steps import Sending
from backend.web.forms.drafts import DraftForm
from backend.web.forms.joins import JoinForm
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.letters import HintForm, OperatorForm
from backend.web.forms.visits import VisitForm
from backend.web.guards import right_required, signed_in_user

_operators = right_required(Right.RECEIVE_HOTLINE)


@_operators
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def enter_letter(request: HttpRequest) -> HttpResponse:
    """The form of an operator; once sent, the first of the matters that it opened."""
    form = OperatorForm(request.POST or None)
    if not form.is_valid():
        return _render_form(request, form)
    actor = signed_in_user(request)
    with tell_refusals_in(form):
        photos = receive_form_photos(request.FILES.getlist("photos"), actor=actor)
        letter = form.letter(Channel(form.cleaned_data["channel"]), photos)
        return _redirect_to_received(request, receive_letter(actor=actor, letter=letter))
    return _render_form(request, form)


def _redirect_to_received(request: HttpRequest, received: list[HotlineMatter]) -> HttpResponse:
    numbers = ", ".join(child.matter.number or "" for child in received)
    messages.success(request, _("Registered: %(numbers)s") % {"numbers": numbers})
    return redirect("web:matter", received[0].pk)


def _render_form(request: HttpRequest, form: OperatorForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "web/hotline/desk.html", {"form": form}, status=status)


@_operators
@require_POST
@sensitive_post_parameters()
def show_hints(request: HttpRequest) -> HttpResponse:
    """What is like the matter that is being written: a piece of the page.

    Asked by POST, for addresses stand in logs and a phone number must not.
    """
    form = HintForm(request.POST)
    form.is_valid()
    user, told = signed_in_user(request), form.told()
    context = {
        "calls": list_matters_of_caller(user, form.cleaned_data.get("phone", "")),
        "like": list_like_matters(user, told),
        "units": list_units_near(user, told.position),
    }
    return render(request, "web/hotline/hints.html", context)


@right_required(Right.PLAN_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_visit_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that sends an inspector to the unit of a matter, then a redirect to the matter."""
    user = signed_in_user(request)
    child = get_object_or_404(HotlineMatter.objects.visible_to(user), pk=pk)
    link = child.matter.links.filter(kind=Link.Kind.ABOUT, unit__isnull=False).first()
    if link is None or link.unit is None:
        messages.error(request, _("Link the unit that is to be looked at first."))
        return redirect("web:matter", pk)
    form = VisitForm(link.unit, request.POST or None, initial={"version": child.matter.version})
    if form.is_valid():
        with tell_refusals_in(form):
            planned = plan_visit(actor=user, matter=pk, **form.cleaned_data)
            messages.success(request, _("Planned: %(who)s.") % {"who": planned.task.assignee})
            return redirect("web:matter", pk)
    return render(request, "web/hotline/visit.html", {"child": child, "form": form})


@_operators
@require_POST
def join_matters_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Join a matter with one that is like it; what is refused is told on its page."""
    user = signed_in_user(request)
    child = get_object_or_404(
        HotlineMatter.objects.visible_to(user).select_related("matter"), pk=pk
    )
    form = JoinForm(user, child, request.POST)
    if form.is_valid():
        facts = form.cleaned_data
        sending = Sending(facts.pop("key"), [pk, facts["lead"]])
        with tell_refusals_in(form):
            join_matters(actor=user, matter=pk, sending=sending, **facts)
            messages.success(request, _("Joined."))
    for told in form.errors.values():
        messages.error(request, str(told[0]))
    return redirect("web:matter", pk)


@right_required(Right.WRITE_PAPERS)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_paper_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The form that drafts a paper of a matter, then a redirect to the matter."""
    user = signed_in_user(request)
    child = get_object_or_404(HotlineMatter.objects.visible_to(user), pk=pk)
    form = DraftForm(user, child, request.POST or None)
    if form.is_valid():
        with tell_refusals_in(form):
            facts = form.cleaned_data
            sending = Sending(facts.pop("key"), [pk, facts["template"]])
            draft_letter_paper(actor=user, matter=pk, sending=sending, **facts)
            messages.success(request, _("The paper is drafted."))
            return redirect("web:matter", pk)
    return render(request, "web/hotline/draft.html", {"child": child, "form": form})


@login_required
@require_POST
@sensitive_variables("identity")
def show_reporter(request: HttpRequest, pk: int) -> HttpResponse:
    """Who told the matter, for who has the right and says why; the look is logged."""
    user = signed_in_user(request)
    child = get_object_or_404(HotlineMatter.objects.visible_to(user), pk=pk)
    try:
        identity = reveal_reporter(actor=user, matter=child, reason=request.POST.get("reason", ""))
    except Refused as refused:
        messages.error(request, str(refused.detail))
        return redirect("web:matter", pk)
    return render(request, "web/hotline/reporter.html", {"child": child, "identity": identity})
