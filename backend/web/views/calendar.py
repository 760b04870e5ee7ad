"""What somebody has before him; the feed by which his calendar program reads it."""

from __future__ import annotations

import hashlib

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.calendars.feed_events import write_feed
from backend.calendars.feeds import end_feed, find_reader, renew_feed, write_address
from backend.calendars.models import CalendarFeed, Duty, DutySwap, Meeting, Participant
from backend.lib import clock
from backend.lib.etags import client_has_etag
from backend.lib.problems import Refused
from backend.web.errors import raise_if_hidden, too_many_requests
from backend.web.form_actions import act_and_say
from backend.web.guards import signed_in_user
from backend.web.throttling import seconds_to_wait

MOST = 100


@login_required
@never_cache
@require_safe
def show_own_calendar(request: HttpRequest) -> HttpResponse:
    """The user's meetings, duties and open swaps from now on."""
    user, now = signed_in_user(request), clock.now()
    asked = Participant.objects.of(user).filter(
        meeting__state=Meeting.State.CALLED, meeting__ends_at__gt=now
    )
    duties = Duty.objects.standing().filter(person=user, ends_at__gt=now)
    swaps = DutySwap.objects.visible_to(user).filter(state=DutySwap.State.ASKED)
    shown = ("given__shift", "given__person", "taken__shift", "taken__person")
    context = {
        "asked": asked.select_related("meeting__room", "meeting__office", "user", "substitute")
        .order_by("meeting__starts_at", "pk")[:MOST],
        "duties": duties.select_related("roster__office", "shift").order_by("starts_at")[:MOST],
        "swaps": swaps.select_related(*shown).order_by("pk")[:MOST],
        "has_feed": CalendarFeed.objects.filter(user=user).exists(),
    }  # fmt: skip
    return render(request, "web/desk/calendar.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_own_feed(request: HttpRequest) -> HttpResponse:
    """Whether the user's feed has an address; a new one, shown once, by the button."""
    user, address = signed_in_user(request), ""
    if request.method == "POST":
        try:
            _feed, token = renew_feed(actor=user)
        except Refused as refused:
            raise_if_hidden(refused)
            raise
        address = write_address(token)
    found = CalendarFeed.objects.filter(user=user).first()
    context = {"feed": found, "address": address}
    return render(request, "web/desk/calendar_feed.html", context)


@login_required
@require_POST
def end_own_feed(request: HttpRequest) -> HttpResponse:
    """Let the address of the user's feed lead nowhere."""
    user = signed_in_user(request)
    act_and_say(request, lambda: end_feed(actor=user), _("The address leads nowhere now."))
    return redirect("web:calendar-feed")


@require_safe
def answer_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed with this token as iCalendar, or 304; 404 for one that ended, or whose owner left."""
    wait = seconds_to_wait(request)
    if wait is not None:
        return too_many_requests(request, wait)
    user = find_reader(token)
    if user is None:
        raise Http404
    body = write_feed(user)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    fresh = client_has_etag(request, etag)
    answer = (
        HttpResponseNotModified() if fresh else HttpResponse(body, "text/calendar; charset=utf-8")
    )
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
