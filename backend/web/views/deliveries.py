"""What came to one's offices: unsigned first; one of them, with what may be done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.accounts.models import User
from backend.deliveries.actions import (
    open_delivery,
    recall_delivery,
    redistribute_delivery,
    sign_for_delivery,
)
from backend.deliveries.models import Delivery
from backend.deliveries.posts import may_act_for, sits_in_mailroom
from backend.incoming.models import IncomingDocument
from backend.incoming.registration import return_unregistered
from backend.lib import clock
from backend.lib.problems import Refused
from backend.web.errors import raise_if_hidden
from backend.web.forms.deliveries import PassOnForm, ReturnForm
from backend.web.forms.keyed_form import tell_refusals_unless_hidden
from backend.web.guards import signed_in_user
from backend.web.pages import SIZE, read_page

_SHOWN = ("distribution__sender", "paper", "receiver", "signed_by")


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits to be signed for, the oldest first, and then what came besides, the newest first."""
    rows = Delivery.objects.received_by(signed_in_user(request)).select_related(*_SHOWN)
    first_page = "after" not in request.GET
    waiting = rows.waiting().order_by("pk")[: 4 * SIZE] if first_page else []
    page = read_page(rows.exclude(state__in=Delivery.WAITING), request.GET)
    context = {
        "waiting": waiting,
        "page": page,
        "today": clock.today(),
        "registers": sits_in_mailroom(signed_in_user(request)),
    }
    return render(request, "web/desk/deliveries.html", context)


@login_required
@never_cache
@require_safe
def show_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: from whom, how it stands, the paper once it is opened, and the buttons."""
    return _render_delivery(request, _get_delivery(request, pk))


@login_required
@require_POST
def open_delivery_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Open it and go to the paper."""
    return _change_delivery(
        request, pk, open_delivery, _("It is opened. Its sender cannot recall it now.")
    )


@login_required
@require_POST
def sign_for_delivery_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign for it."""
    return _change_delivery(request, pk, sign_for_delivery, _("You have signed for it."))


@login_required
@require_POST
def recall_delivery_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it back before it is opened."""
    return _change_delivery(request, pk, recall_delivery, _("It is recalled."))


@login_required
@require_POST
def return_delivery_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Return it with a reason."""
    user, delivery = signed_in_user(request), _get_received_delivery(request, pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        with tell_refusals_unless_hidden(form):
            return_unregistered(actor=user, delivery=pk, **form.cleaned_data)
            messages.success(request, _("It goes back to its sender."))
            return redirect("web:delivery", pk=pk)
    return _render_delivery(request, delivery, returning=form)


@login_required
@require_POST
def pass_delivery_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass it on to further offices."""
    user, delivery = signed_in_user(request), _get_received_delivery(request, pk)
    form = PassOnForm(user, request.POST)
    if form.is_valid():
        with tell_refusals_unless_hidden(form):
            made, _new = redistribute_delivery(
                actor=user,
                delivery=pk,
                receiver_offices=form.receivers_of(delivery.receiver),
                key=form.cleaned_data["key"],
                **form.content(),
            )
            messages.success(request, _("It is on its way."))
            return redirect("web:distribution", pk=made.pk)
    return _render_delivery(request, delivery, passing_on=form)


def _get_delivery(request: HttpRequest, pk: int) -> Delivery:
    rows = Delivery.objects.visible_to(signed_in_user(request))
    found = (
        rows.select_related(*_SHOWN, "paper__ended_by", "opened_by", "signed_for", "ended_by")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _get_received_delivery(request: HttpRequest, pk: int) -> Delivery:
    """One whose receiver the reader acts for; 403 for another that he sees, whatever he sends."""
    delivery = _get_delivery(request, pk)
    if not may_act_for(signed_in_user(request), delivery.receiver):
        raise PermissionDenied
    return delivery


def _render_delivery(request: HttpRequest, delivery: Delivery, **forms: Any) -> HttpResponse:
    user = signed_in_user(request)
    context = {
        "delivery": delivery,
        "received": may_act_for(user, delivery.receiver),
        "sent": may_act_for(user, delivery.distribution.sender),
        "registered": IncomingDocument.objects.filter(delivery=delivery).first(),
        "onward": delivery.distributions.order_by("pk"),
        "returning": ReturnForm(),
        "passing_on": PassOnForm(user) if delivery.state == Delivery.State.SIGNED else None,
    }
    return render(request, "web/desk/delivery.html", context | forms)


def _change_delivery(
    request: HttpRequest, pk: int, change: Callable[..., Delivery], done: str
) -> HttpResponse:
    """Change it and say so, or say on its page why not; 404 and 403 stay what they are."""
    user: User = signed_in_user(request)
    try:
        change(actor=user, delivery=pk)
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, force_str(refused.detail))
    else:
        messages.success(request, done)
    return redirect("web:delivery", pk=pk)
