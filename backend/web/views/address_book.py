"""The address book: colleagues by office or by what is looked for, one of them, and one's own entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.models import Role, User
from backend.accounts.rights import Right, may_over
from backend.address_book.actions import change_contact, disclose_mobile
from backend.address_book.entries import contact_of, filter_entries, list_entries, mask_mobile
from backend.address_book.vcards import MEDIA_TYPE, write_cards
from backend.lib import clock
from backend.offices.models import Office, Post
from backend.offices.seats import Seats
from backend.web.form_actions import try_action
from backend.web.forms.contacts import ContactForm, FindEntriesForm, LookForm
from backend.web.guards import signed_in_user
from backend.web.pages import read_page


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who was looked for; else the people of one office, with the offices above and below it."""
    user, form = signed_in_user(request), FindEntriesForm(request.GET)
    form.is_valid()
    asked, rows = form.cleaned_data, list_entries(user)
    office = None if any(asked.values()) else _find_office(request, user)
    if asked.get("q"):
        rows = filter_entries(rows, asked["q"])
    if asked.get("role"):
        rows = rows.filter(role=asked["role"])
    if office is not None:
        rows = rows.filter(office=office)
    page = read_page(rows, request.GET)
    context = {"form": form, "entries": page.rows, "page": page, "office": office}
    return render(request, "web/address_book/list.html", context | _list_around(office))


@login_required
@never_cache
@require_safe
def show_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry, with what may be seen of it."""
    return _render_entry(request, _get_post(request, pk), LookForm())


@login_required
@never_cache
@require_POST
def show_mobile(request: HttpRequest, pk: int) -> HttpResponse:
    """The entry with its holder's own number, after the look was kept."""
    user, found, form = signed_in_user(request), _get_post(request, pk), LookForm(request.POST)
    if not may_over(user, Right.SEE_PERSONAL_DATA, found.office.region_id):
        raise PermissionDenied
    shown = try_action(form, lambda facts: disclose_mobile(actor=user, entry=pk, **facts))
    return _render_entry(request, found, form, shown=shown)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit_own_contact(request: HttpRequest) -> HttpResponse:
    """How the reader is reached, to be changed by himself."""
    user = signed_in_user(request)
    if user.role == Role.ENTERPRISE:
        raise PermissionDenied
    known = contact_of(user)
    initial = {name: getattr(known, name) for name in ContactForm.base_fields}
    form = ContactForm(request.POST or None, initial=initial)
    if try_action(form, lambda facts: change_contact(actor=user, **facts)):
        messages.success(request, _("Kept."))
        return redirect("web:contact")
    return render(request, "web/address_book/contact.html", {"form": form})


@login_required
@require_safe
def download_vcard(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry as a card."""
    return _vcard_response([_get_post(request, pk)], f"entry-{pk}")


@login_required
@require_safe
def download_vcards(request: HttpRequest, pk: int) -> HttpResponse:
    """The people of an office as cards."""
    posts = list_entries(signed_in_user(request)).filter(office=pk).order_by("pk")
    return _vcard_response(posts, f"office-{pk}")


def _find_office(request: HttpRequest, user: User) -> Office | None:
    """The office that is asked for, else the reader's own, else the first of all."""
    rows = Office.objects.visible_to(user).in_force(clock.today())
    asked = request.GET.get("office", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 18:
        return get_object_or_404(rows, pk=asked)
    mine = [seat.office for seat in Seats.of(user).seats]
    return rows.filter(pk__in=mine).order_by("path").first() or rows.order_by("path").first()


def _list_around(office: Office | None) -> dict[str, Any]:
    if office is None:
        return {}
    above = Office.objects.filter(pk__in=office.line[:-1]).order_by("path")
    below = office.children.in_force(clock.today()).order_by("code")
    return {"path": above, "departments": below}


def _get_post(request: HttpRequest, pk: int) -> Post:
    return get_object_or_404(list_entries(signed_in_user(request)), pk=pk)


def _render_entry(
    request: HttpRequest, found: Post, form: LookForm, shown: str | None = None
) -> HttpResponse:
    known = contact_of(found.user)
    context = {
        "entry": found,
        "contact": known,
        "masked": mask_mobile(known),
        "shown": shown,
        "form": form,
        "discloses": may_over(
            signed_in_user(request), Right.SEE_PERSONAL_DATA, found.office.region_id
        ),
    }
    return render(request, "web/address_book/entry.html", context)


def _vcard_response(posts: Any, name: str) -> HttpResponse:
    named = {"Content-Disposition": f'attachment; filename="{name}.vcf"'}
    return HttpResponse(write_cards(posts), content_type=MEDIA_TYPE, headers=named)
