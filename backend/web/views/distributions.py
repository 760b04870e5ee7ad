"""What one's offices sent: how far it has come, who has not signed, and sending a paper."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.deliveries.actions import send_paper
from backend.deliveries.models import Delivery, Distribution
from backend.deliveries.posts import may_act_for, sits_in_mailroom
from backend.deliveries.receipts import count_receipts, count_receipts_by_level
from backend.deliveries.urge import urge_receivers
from backend.lib import clock
from backend.lib.problems import Refused
from backend.papers.models import Paper
from backend.web.errors import raise_if_hidden
from backend.web.forms.deliveries import SendForm
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import signed_in_user
from backend.web.pages import SIZE, read_page

_SHOWN = ("distribution__sender", "receiver", "signed_by")


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What was sent, the newest first, with how many of the receivers have not signed."""
    rows = Distribution.objects.visible_to(signed_in_user(request))
    page = read_page(rows.select_related("sender", "paper"), request.GET)
    counts = Distribution.objects.filter(pk__in=[row.pk for row in page.rows]).annotate(
        asked=Count("deliveries"),
        waiting=Count("deliveries", filter=Q(deliveries__state__in=Delivery.WAITING)),
    )
    by_key = {row.pk: row for row in counts}
    lines = [(row, by_key[row.pk]) for row in page.rows]
    context = {"lines": lines, "page": page, "today": clock.today()}
    return render(request, "web/desk/distributions.html", context)


@login_required
@never_cache
@require_safe
def show_distribution(request: HttpRequest, pk: int) -> HttpResponse:
    """One distribution with the tree of its receipts: who has not signed stands first."""
    user = signed_in_user(request)
    rows = Distribution.objects.visible_to(user).select_related("sender", "paper", "sent_by")
    found = rows.select_related("parent__distribution__sender", "sent_for").filter(pk=pk).first()
    if found is None:
        raise Http404
    below = Delivery.objects.descending_from(found).select_related(*_SHOWN)
    context = {
        "distribution": found,
        "receipts": count_receipts(found),
        "levels": count_receipts_by_level(found),
        "waiting": below.waiting().order_by("distribution__path", "receiver__code")[: 10 * SIZE],
        "page": read_page(below.exclude(state__in=Delivery.WAITING), request.GET),
        "sent": may_act_for(user, found.sender),
        "today": clock.today(),
    }
    return render(request, "web/desk/distribution.html", context)


@login_required
@require_POST
def urge_receivers_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Urge who has not signed."""
    try:
        urged = urge_receivers(actor=signed_in_user(request), distribution=pk)
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, force_str(refused.detail))
    else:
        text = ngettext("%(n)d office was urged.", "%(n)d offices were urged.", urged)
        messages.success(request, text % {"n": urged})
    return redirect("web:distribution", pk=pk)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_paper_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a paper to offices: whole levels in one go, or single ones."""
    user = signed_in_user(request)
    if not sits_in_mailroom(user):
        raise PermissionDenied
    paper = (
        Paper.objects.visible_to(user).select_related("template", "office").filter(pk=pk).first()
    )
    if paper is None:
        raise Http404
    form = SendForm(user, request.POST or None)
    if form.is_valid():
        sender = form.cleaned_data["sender_office"]
        with tell_refusals_in(form):
            made, _new = send_paper(
                actor=user,
                paper=pk,
                sender_office=sender.pk,
                receiver_offices=form.receivers_of(sender),
                key=form.cleaned_data["key"],
                **form.content(),
            )
            messages.success(request, _("It is on its way."))
            return redirect("web:distribution", pk=made.pk)
    return render(request, "web/desk/send.html", {"paper": paper, "form": form})
