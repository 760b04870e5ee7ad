"""The rooms in which meetings are held: listed, opened, closed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.calendars.keepers import keeps_calendars, offices_kept_by
from backend.calendars.meeting_rooms import close_room, open_room
from backend.calendars.models import MeetingRoom
from backend.web.form_actions import act_and_say, try_action
from backend.web.forms.calendars import RoomForm
from backend.web.guards import signed_in_user


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The rooms that can be booked, and a form for another."""
    user = signed_in_user(request)
    keeps = keeps_calendars(user)
    if request.method == "POST" and not keeps:
        raise PermissionDenied
    form = RoomForm(user, request.POST or None)
    if try_action(form, lambda facts: open_room(actor=user, **facts)):
        messages.success(request, _("The room can be booked."))
        return redirect("web:meeting-rooms")
    rooms = MeetingRoom.objects.visible_to(user).open().select_related("office")
    context = {
        "rooms": rooms.order_by("office__code", "name"),
        "form": form,
        "keeps": keeps,
        "kept": set(offices_kept_by(user).values_list("pk", flat=True)),
    }
    return render(request, "web/desk/meeting_rooms.html", context)


@login_required
@require_POST
def close_room_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nobody book it any more."""
    user = signed_in_user(request)
    act_and_say(request, lambda: close_room(actor=user, room=pk), _("The room is closed."))
    return redirect("web:meeting-rooms")
