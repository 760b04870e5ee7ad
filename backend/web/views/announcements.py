"""Announcements at the desk: what is addressed to the reader, one of them, what his offices published."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.announcements.actions import (
    correct_announcement,
    publish_announcement,
    withdraw_announcement,
)
from backend.announcements.models import Announcement
from backend.announcements.posts import may_publish_for, offices_to_publish_for
from backend.announcements.receipts import (
    confirm_announcement,
    count_by_office,
    count_receipts,
    note_seen,
)
from backend.announcements.urge import urge_missing
from backend.lib.problems import Refused
from backend.web.errors import raise_if_hidden
from backend.web.forms.announcements import (
    CorrectForm,
    FindReceiptsForm,
    PublishForm,
    WithdrawForm,
)
from backend.web.forms.keyed_form import tell_refusals_in, tell_refusals_unless_hidden
from backend.web.guards import signed_in_user
from backend.web.pages import SIZE, read_page

_form = require_http_methods(["GET", "HEAD", "POST"])


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the reader has to read or to confirm, and then what was addressed to him besides."""
    user = signed_in_user(request)
    waiting = Announcement.objects.waiting_for(user).select_related("office")
    mine = Announcement.objects.addressed_to(user).select_related("office")
    context = {
        "waiting": waiting.order_by("-pk")[: 4 * SIZE] if "after" not in request.GET else [],
        "page": read_page(mine.exclude(pk__in=waiting.values("pk")), request.GET),
        "publishes": bool(offices_to_publish_for(user)),
    }
    return render(request, "web/announcements/list.html", context)


@login_required
@never_cache
@require_safe
def index_published(request: HttpRequest) -> HttpResponse:
    """What the offices of the reader and those below published, with how many have read it."""
    user = signed_in_user(request)
    rows = Announcement.objects.published_in_line_of(user).select_related("office")
    page = read_page(rows, request.GET)
    counted = Announcement.objects.filter(pk__in=[row.pk for row in page.rows]).annotate(
        addressed=Count("receipts"),
        seen=Count("receipts__seen_at"),
        confirmed=Count("receipts__confirmed_at"),
    )
    by_key = {row.pk: row for row in counted}
    context = {
        "lines": [(row, by_key[row.pk]) for row in page.rows],
        "page": page,
        "publishes": bool(offices_to_publish_for(user)),
    }
    return render(request, "web/announcements/published.html", context)


@login_required
@never_cache
@_form
def publish_announcement_view(request: HttpRequest) -> HttpResponse:
    """The form by which one is published; once sent, its page."""
    user = signed_in_user(request)
    if not offices_to_publish_for(user):
        raise PermissionDenied
    form = PublishForm(user, request.POST or None, request.FILES or None)
    if form.is_valid():
        with tell_refusals_in(form):
            made, _new = publish_announcement(
                actor=user,
                office=form.cleaned_data["office"].pk,
                wording=form.wording(),
                audience=form.audience(),
                files=form.cleaned_data["attachments"],
                key=form.cleaned_data["key"],
            )
            messages.success(request, _("It is published."))
            return redirect("web:announcement", pk=made.pk)
    return render(request, "web/announcements/new.html", {"form": form})


@login_required
@never_cache
@require_safe
def show_announcement(request: HttpRequest, pk: int) -> HttpResponse:
    """One announcement. Whoever it is addressed to has seen it from then on."""
    found = _get_announcement(request, pk)
    if request.method == "GET":
        note_seen(actor=signed_in_user(request), announcement=pk)
    return _render_announcement(request, found)


@login_required
@require_POST
def confirm_announcement_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that one has read it."""
    return _change_announcement(
        request, pk, confirm_announcement, lambda _row: _("You have confirmed it.")
    )


@login_required
@require_POST
def urge_addressees(request: HttpRequest, pk: int) -> HttpResponse:
    """Urge who has not read or not confirmed it."""
    return _change_announcement(request, pk, urge_missing, _say_urged)


@login_required
@require_POST
def withdraw_announcement_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw it with a reason, which stays in the form where that is refused."""
    user, form = signed_in_user(request), WithdrawForm(request.POST)
    if form.is_valid():
        with tell_refusals_unless_hidden(form):
            withdraw_announcement(actor=user, announcement=pk, **form.cleaned_data)
            messages.success(request, _("It is withdrawn. Whoever had opened it is told."))
            return redirect("web:announcement", pk=pk)
    return _render_announcement(request, _get_announcement(request, pk), withdrawing=form)


@login_required
@never_cache
@_form
def correct_announcement_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a new version; once sent, the page of that."""
    user, old = signed_in_user(request), _get_announcement(request, pk)
    if not may_publish_for(user, old.office):
        raise PermissionDenied
    form = CorrectForm(user, old, request.POST or None, request.FILES or None)
    if form.is_valid():
        with tell_refusals_in(form):
            made, _new = correct_announcement(
                actor=user,
                announcement=pk,
                wording=form.wording(),
                reason=form.cleaned_data["reason"],
                files=form.cleaned_data["attachments"],
                kept=form.cleaned_data.get("kept", ()),
                key=form.cleaned_data["key"],
            )
            messages.success(request, _("The new version is published."))
            return redirect("web:announcement", pk=made.pk)
    return render(request, "web/announcements/correct.html", {"form": form, "announcement": old})


@login_required
@require_safe
def download_attachment(request: HttpRequest, pk: int, attachment: str) -> HttpResponse:
    """A redirect to an attachment, as a download."""
    return redirect(
        get_object_or_404(_get_announcement(request, pk).attachments, pk=attachment).file.url
    )


@login_required
@never_cache
@require_safe
def show_receipts(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was addressed, and who has read and confirmed it: all, or who has not."""
    found, form = _get_published_announcement(request, pk), FindReceiptsForm(request.GET)
    form.is_valid()
    asked, rows = form.cleaned_data, found.receipts.all()
    if asked.get("standing"):
        rows = rows.standing_at(asked["standing"])
    if asked.get("office"):
        rows = rows.filter(office=asked["office"])
    context = {
        "announcement": found,
        "form": form,
        "office": asked.get("office"),
        "counts": count_receipts(found),
        "page": read_page(rows.select_related("addressee", "office"), request.GET),
    }
    return render(request, "web/announcements/receipts.html", context)


@login_required
@never_cache
@require_safe
def show_receipts_by_office(request: HttpRequest, pk: int) -> HttpResponse:
    """The same by office."""
    found = _get_published_announcement(request, pk)
    page = read_page(count_by_office(found), request.GET)
    context = {"announcement": found, "counts": count_receipts(found), "page": page}
    return render(request, "web/announcements/by_office.html", context)


def _get_announcement(request: HttpRequest, pk: int) -> Announcement:
    rows = Announcement.objects.visible_to(signed_in_user(request))
    shown = rows.select_related("office", "published_by", "published_for", "corrects")
    return get_object_or_404(shown, pk=pk)


def _get_published_announcement(request: HttpRequest, pk: int) -> Announcement:
    rows = Announcement.objects.published_in_line_of(signed_in_user(request))
    return get_object_or_404(rows, pk=pk)


def _render_announcement(request: HttpRequest, found: Announcement, **forms: Any) -> HttpResponse:
    user = signed_in_user(request)
    follows = Announcement.objects.published_in_line_of(user).filter(pk=found.pk).exists()
    context = {
        "announcement": found,
        "attachments": found.attachments.all(),
        "receipt": found.receipts.filter(addressee=user).first(),
        "correction": Announcement.objects.filter(corrects=found).first(),
        "counts": count_receipts(found) if follows else None,
        "publishes": may_publish_for(user, found.office),
        "withdrawing": WithdrawForm(),
    }
    return render(request, "web/announcements/one.html", context | forms)


def _change_announcement(
    request: HttpRequest,
    pk: int,
    change: Callable[..., Any],
    say_done: Callable[[Any], str],
) -> HttpResponse:
    """Change it and say so, or say on its page why not; 404 and 403 stay what they are."""
    try:
        done = change(actor=signed_in_user(request), announcement=pk)
    except Refused as refused:
        raise_if_hidden(refused)
        messages.error(request, force_str(refused.detail))
    else:
        messages.success(request, say_done(done))
    return redirect("web:announcement", pk=pk)


def _say_urged(people: int) -> str:
    text = ngettext("%(n)d person was urged.", "%(n)d people were urged.", people)
    return text % {"n": people}
