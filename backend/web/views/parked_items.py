"""Field work that the register could not take: found, read as it came, put right."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.accounts.models import User
from backend.accounts.rights import Right, may
from backend.evidence.models import File
from backend.fieldwork.actions import settle_parked_item
from backend.fieldwork.item_regions import parse_unit_id
from backend.fieldwork.models import Item
from backend.lib import clock
from backend.units.models import Unit
from backend.web.forms.items import FindItemsForm, ItemForm
from backend.web.forms.keyed_form import tell_refusals_in
from backend.web.guards import right_required, signed_in_user
from backend.web.pages import read_page
from backend.web.timeline import Photo, show_photo
from geo.models import within_region

_judges = right_required(Right.JUDGE_FIELDWORK)


@_judges
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The items that staff must look at, newest first."""
    actor = signed_in_user(request)
    rows = _items_judged_by(actor)
    form = FindItemsForm(actor, rows, request.GET)
    form.is_valid()
    found = _narrow_items(rows, form.cleaned_data)
    page = read_page(found.select_related("user", "region").defer(*_UNSHOWN), request.GET)
    return render(request, "web/desk/parked_items.html", {"form": form, "page": page})


_UNSHOWN = ("raw", "mended", "region__boundary", "region__label_point")


@_judges
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item word for word as it came, with its photos, and the form that settles it."""
    actor = signed_in_user(request)
    rows = _items_judged_by(actor).with_missing_photos().select_related("user", "region")
    if (item := rows.filter(pk=pk).first()) is None:
        return _redirect_from_settled(request, pk)
    form = ItemForm(item, request.POST or None, may_mend=may(actor, Right.FILE_REPORT))
    if form.is_valid():
        with tell_refusals_in(form):
            settled = settle_parked_item(actor=actor, item=pk, **_decision_of(form))
            return _redirect_after(request, settled)
    context: dict[str, Any] = {
        "item": item,
        "form": form,
        "unit": _find_named_unit(actor, form.body),
        "photos": _photos_of(actor, item),
        "raw": json.dumps(item.sent_document, ensure_ascii=False, indent=2),
    }
    return render(request, "web/desk/parked_item.html", context)


def _items_judged_by(actor: User) -> Any:
    return Item.objects.judged_by(actor).for_staff()


def _narrow_items(rows: QuerySet[Item], asked: dict[str, Any]) -> QuerySet[Item]:
    if asked.get("code"):
        rows = rows.filter(code=asked["code"])
    if asked.get("region"):
        rows = rows.filter(within_region("region_id", asked["region"]))
    if asked.get("days"):
        rows = rows.filter(received_at__lt=clock.now() - dt.timedelta(days=asked["days"]))
    return rows


def _decision_of(form: ItemForm) -> dict[str, Any]:
    waived = {name: form.cleaned_data[name] for name in ("without_photos", "without_predecessor")}
    return {"body": form.mended_body(), **waived}


def _redirect_from_settled(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the list from an item that is no matter for staff any more; 404 for a foreign one."""
    if not Item.objects.judged_by(signed_in_user(request)).filter(pk=pk).exists():
        raise Http404
    messages.info(request, _("This item has been settled."))
    return redirect("web:held-items")


def _redirect_after(request: HttpRequest, settled: Item) -> HttpResponse:
    """To the list once the item is accepted; else back to what is still wrong with it."""
    if settled.state == Item.State.ACCEPTED:
        messages.success(request, _("The item is in the register."))
        return redirect("web:held-items")
    messages.error(request, settled.detail or _("The item is still held."))
    still = settled.state in (Item.State.PARKED, Item.State.WAITING)
    return redirect("web:held-item", pk=settled.pk) if still else redirect("web:held-items")


def _find_named_unit(actor: User, body: dict[str, Any]) -> Unit | None:
    """The unit that the body names, if the user sees it."""
    units = Unit.objects.visible_to(actor).select_related("category", "region")
    named = parse_unit_id(body)
    return units.filter(pk=named).first() if named is not None else None


def _photos_of(actor: User, item: Item) -> list[Photo]:
    """The photos of the item that came: whoever judges an item sees what it shows."""
    senders = [pk for pk in (item.user_id, item.stated_by_id) if pk is not None]
    files = File.objects.sent_by(senders).filter(sha256__in=item.photos)
    return [show_photo(actor, file, "") for file in files.prefetch_related("renditions")]
