"""Supervised tasks at the desk: the board of leaders, ordering, handing in proofs."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.lib import clock
from backend.matters.models import Matter
from backend.matters.steps import Sending
from backend.supervised_tasks.board import list_tasks, read_board
from backend.supervised_tasks.models import SupervisedTask
from backend.supervised_tasks.orderers import may_order
from backend.supervised_tasks.orders import KIND, order_task
from backend.supervised_tasks.proofs import hand_in_proof, sign_proof
from backend.units.models import Unit
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.forms.supervised import BoardForm, OrderForm, ProofForm
from backend.web.guards import signed_in_user
from backend.web.pages import read_page


@login_required
@never_cache
@require_safe
def show_board(request: HttpRequest) -> HttpResponse:
    """By lead office how its tasks stand, with totals; below it the tasks behind one figure."""
    user, form = signed_in_user(request), BoardForm(request.GET)
    if not may_order(user):
        raise PermissionDenied
    asked = form.read_asked()
    which = form.which_tasks()
    rows = list_tasks(user, asked, which).select_related("matter__office")
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "which": which,
        "board": read_board(user, asked, request.GET.get("behind", "")[:120]),
        "narrowed": urlencode(_narrowed_by(form)),
        "page": read_page(rows, request.GET),
        "today": clock.today(),
        "kind": KIND,
        "key": uuid.uuid4(),
    }
    return render(request, "web/supervised/board.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def order_task_view(request: HttpRequest) -> HttpResponse:
    """The form of an order, filled in by what it comes from; once sent, the page of its matter."""
    user = signed_in_user(request)
    if not may_order(user):
        raise PermissionDenied
    cause, unit = _find_named_row(request, "cause", Matter), _find_named_row(request, "unit", Unit)
    first = {"cause": cause, "unit": unit, "title": _title_from(cause)}
    form = OrderForm(user, request.POST or None, initial=first)
    if form.is_valid():
        with tell_refusals_in(form):
            office = form.cleaned_data["office"].pk
            key = form.cleaned_data["key"]
            task, _made = order_task(actor=user, office=office, order=form.order(), key=key)
            messages.success(request, _("Ordered as %(number)s.") % {"number": task.matter.number})
            return redirect("web:matter", pk=task.pk)
    context = {"form": form, "cause": cause, "unit": unit}
    status = 422 if form.is_bound else 200
    return render(request, "web/supervised/new.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_proof_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a proof; once sent, the page of the matter."""
    user, task = signed_in_user(request), _get_task(request, pk)
    first = {"version": task.matter.version}
    form = ProofForm(user, request.POST or None, request.FILES or None, initial=first)
    if form.is_valid():
        with tell_refusals_in(form):
            hand_in_proof(
                actor=user,
                task=pk,
                version=form.cleaned_data["version"],
                title=form.cleaned_data["title"],
                sent=form.cleaned_data["file"],
                sending=Sending(form.cleaned_data["key"], [pk, "proof"]),
            )
            messages.success(request, _("The proof is handed in."))
            return redirect("web:matter", pk=pk)
    status = 422 if form.is_bound else 200
    return render(request, "web/supervised/proof.html", {"form": form, "task": task}, status=status)


@login_required
@require_safe
def download_proof(request: HttpRequest, pk: int, proof: Any) -> HttpResponse:
    """A redirect to a proof; 404 while a photo is on its way."""
    found = get_object_or_404(_get_task(request, pk).proofs.select_related("file"), pk=proof)
    if (place := sign_proof(found)) is None:
        raise Http404
    return redirect(place)


def _get_task(request: HttpRequest, pk: int) -> SupervisedTask:
    rows = SupervisedTask.objects.visible_to(signed_in_user(request))
    return get_object_or_404(rows.select_related("matter"), pk=pk)


def _find_named_row(request: HttpRequest, name: str, model: Any) -> Any | None:
    """What the address or the form names; raises Http404 for what the reader does not see."""
    number = request.POST.get(name) or request.GET.get(name, "")
    if not number:
        return None
    if not number.isdecimal() or len(number) > 18:
        raise Http404
    return get_object_or_404(model.objects.visible_to(signed_in_user(request)), pk=number)


def _title_from(cause: Matter | None) -> str:
    """That of the matter it comes from; of one that named people alone see its number."""
    if cause is None:
        return ""
    return cause.title if cause.secrecy == Matter.Secrecy.OPEN else cause.number or ""


def _narrowed_by(form: BoardForm) -> dict[str, str]:
    """The period and the urgency as the address has them, for the links of the figures."""
    names = ("since", "until", "urgency")
    return {name: form.data[name] for name in names if form.data.get(name)}
