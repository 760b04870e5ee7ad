"""What stands in somebody's calendar feed, as iCalendar (RFC 5545, RFC 7986).

Every event says when it was changed, and not when it was read: the same events are the same text.
Of what waits for somebody only its kind and number leave the house: titles may hold names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from backend.accounts.models import User
from backend.calendars.models import Duty, Meeting, Participant
from backend.lib import clock
from backend.matters.inbox import assignments_to_do
from backend.matters.kinds import get_kind
from backend.matters.models import Assignment

KEPT = dt.timedelta(days=90)
"""How long what is over or cancelled stays."""
_DOMAIN = "calendars.jinzhi.invalid"
_MEDIA_VERSION = "2.0"


def write_feed(user: User) -> bytes:
    """The whole feed of ``user``, as it is sent."""
    calendar = Calendar()
    calendar.add("prodid", "-//Jinzhi//Calendars 1//ZH")
    calendar.add("version", _MEDIA_VERSION)
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Meetings, duties and due days"))
    calendar.add("refresh-interval", dt.timedelta(minutes=15), parameters={"VALUE": "DURATION"})
    since = clock.now() - KEPT
    for event in (
        *_events_of_meetings(user, since),
        *_events_of_duties(user, since),
        *_due_days(user),
    ):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events_of_meetings(user: User, since: dt.datetime) -> Iterator[Event]:
    """Those that he is asked to and did not stay away from, and those to which he is sent."""
    asked = Participant.objects.filter(
        Q(user=user, answer__in=(Participant.Answer.OPEN, Participant.Answer.COMES))
        | Q(substitute=user)
    )
    rows = Meeting.objects.filter(pk__in=asked.values("meeting")).filter(
        Q(state=Meeting.State.CALLED, ends_at__gt=since)
        | Q(state=Meeting.State.CANCELLED, changed_at__gt=since)
    )
    for meeting in rows.select_related("room", "office", "chair").order_by("starts_at", "pk"):
        event = _new_event(f"meeting-{meeting.uid}", meeting.title, meeting.changed_at)
        _put_span(event, meeting.starts_at, meeting.ends_at)
        event.add("sequence", meeting.sequence)
        cancelled = meeting.state == Meeting.State.CANCELLED
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        event.add("location", meeting.where)
        told = [f"{meeting.office} · {meeting.chair}", meeting.reason, meeting.agenda]
        event.add("description", "\n".join(filter(None, told)))
        event.add("url", f"{settings.PUBLIC_BASE_URL}/desk/meetings/{meeting.pk}/")
        yield event


def _events_of_duties(user: User, since: dt.datetime) -> Iterator[Event]:
    rows = Duty.objects.filter(person=user, roster__published_at__isnull=False).filter(
        Q(ended_at=None, ends_at__gt=since) | Q(ended_at__gt=since)
    )
    for duty in rows.select_related("roster__office", "shift").order_by("starts_at", "pk"):
        changed = duty.ended_at or max(duty.made_at, duty.roster.published_at or duty.made_at)
        role = _("Leader on duty") if duty.leads else _("On duty")
        event = _new_event(f"duty-{duty.uid}", f"{role} · {duty.shift}", changed)
        _put_span(event, duty.starts_at, duty.ends_at)
        event.add("sequence", 0 if duty.ended_at is None else 1)
        event.add("status", "CONFIRMED" if duty.ended_at is None else "CANCELLED")
        event.add("location", duty.roster.office.name)
        event.add("url", f"{settings.PUBLIC_BASE_URL}/desk/duty/?day={duty.day}")
        yield event


def _due_days(user: User) -> Iterator[Event]:
    """The days by which his open assignments are due; one that is done is due no more."""
    rows = assignments_to_do(user).exclude(due_on=None).select_related("matter")
    for assignment in rows.order_by("due_on", "pk"):
        yield _due_day(assignment)


def _due_day(assignment: Assignment) -> Event:
    matter, due_on = assignment.matter, assignment.due_on
    assert due_on is not None
    what = matter.number or str(get_kind(matter.kind).title)
    text = _("Due: %(what)s") % {"what": what}
    event = _new_event(f"assignment-{assignment.pk}", text, assignment.opened_at)
    event.add("dtstart", due_on)
    event.add("dtend", due_on + dt.timedelta(days=1))
    # A day is counted anew with a step of the matter, whose version grows with each.
    event.add("sequence", matter.version)
    event.add("transp", "TRANSPARENT")
    event.add("url", f"{settings.PUBLIC_BASE_URL}/desk/matters/{matter.pk}/")
    return event


def _new_event(key: str, summary: Any, changed: dt.datetime) -> Event:
    """An event with what each has; ``key`` never changes."""
    event = Event()
    event.add("uid", f"{key}@{_DOMAIN}")
    event.add("summary", str(summary))
    instant = changed.astimezone(dt.UTC).replace(microsecond=0)
    event.add("dtstamp", instant)
    event.add("last-modified", instant)
    return event


def _put_span(event: Event, starts_at: dt.datetime, ends_at: dt.datetime) -> None:
    """In UTC, which every reader shows in its own time, without a zone to be sent along."""
    event.add("dtstart", starts_at.astimezone(dt.UTC))
    event.add("dtend", ends_at.astimezone(dt.UTC))
