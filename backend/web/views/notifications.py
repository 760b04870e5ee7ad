"""What was said to the signed-in user, and his wishes."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.problems import Refused
from backend.notifications.actions import change_wishes, mark_all_read, mark_read, wishes_of
from backend.notifications.models import Notification
from backend.notifications.texts import say_notification
from backend.web.guards import signed_in_user
from backend.web.wishesform import WishesForm

_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The newest notifications, and the form of wishes."""
    actor = signed_in_user(request)
    form = WishesForm(wishes_of(actor), request.POST or None)
    if form.is_valid():
        change_wishes(
            actor=actor, language=form.cleaned_data["language"], stopped=form.stopped_kinds()
        )
        messages.success(request, _("Your wishes are kept."))
        return redirect("web:notifications")
    newest = Notification.objects.visible_to(actor).order_by("-pk")[:_PAGE]
    rows = [(each, say_notification(each)) for each in newest]
    return render(request, "web/notifications.html", {"rows": rows, "form": form})


@login_required
@require_POST
def mark_all_read_view(request: HttpRequest) -> HttpResponse:
    """Note that all were read."""
    mark_all_read(actor=signed_in_user(request))
    return redirect("web:notifications")


@login_required
@require_POST
def mark_read_and_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that one was read and go to what it is about, or 404."""
    try:
        found = mark_read(actor=signed_in_user(request), notification=pk)
    except Refused as refused:
        raise Http404 from refused
    return redirect(found.path or "web:notifications")
