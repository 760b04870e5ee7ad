"""What an office does with its meetings: call, change, move, cancel, ask further people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.calendars.asked_people import ask_people, staff_today
from backend.calendars.keepers import get_kept_office, require_keeper, require_seat_in
from backend.calendars.models import Meeting, MeetingRoom, Participant
from backend.calendars.news import tell_of_meeting, tell_participants
from backend.lib import clock
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.matters.models import Matter
from backend.notifications.models import Kind
from backend.papers.models import Paper
from backend.papers.words import check_text

LONGEST = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class TimeAndPlace:
    """When and where: a room by its key, a place in words, or both."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    room: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class MeetingWords:
    """What a meeting is about. Papers and matters are told by their keys."""

    title: str
    agenda: str = ""
    papers: Sequence[int] = ()
    matter: int | None = None
    minutes: int | None = None


def call_meeting(
    *,
    actor: User,
    office: int,
    when: TimeAndPlace,
    wording: MeetingWords,
    chair: int | None = None,
    people: Collection[int] = (),
    offices: Collection[int] = (),
) -> Meeting:
    """Call a meeting for an office; all who are asked are told, chair and people by name among them.

    The chair is the actor where nobody is named. Raises Refused: 403; 404 for an office outside the
    actor's line; 409 ``room-taken``; 422 for the time, the place, the words, or whom is asked.
    """
    called_for = get_kept_office(actor, office)
    now, head = clock.now(), chair or actor.pk
    if not staff_today().filter(pk=head).exists():
        raise Refused("person-unknown", _("Choose people who hold a post today."), field="chair")
    with transaction.atomic(), attribute_changes_to(actor):
        meeting = Meeting(
            office=called_for, chair_id=head, called_by=actor, called_at=now, changed_at=now
        )
        _set_time_and_place(actor, meeting, when)
        linked = _set_wording(actor, meeting, wording)
        _save_where_free(actor, meeting)
        meeting.papers.set(linked)
        ask_people(meeting, {*people, head}, offices)
        tell_participants(meeting, Kind.MEETING_CALLED)
    return meeting


def move_meeting(*, actor: User, meeting: int, when: TimeAndPlace, reason: str) -> Meeting:
    """Hold it at another time or place. All are told; at another time each answers anew.

    Raises Refused: 403, 404; 409 ``meeting-cancelled``, ``meeting-over``, ``room-taken``; 422.
    """
    with _lock_meeting_to_change(actor, meeting) as found:
        before = (found.starts_at, found.ends_at)
        _set_time_and_place(actor, found, when)
        found.reason = _check_reason(reason)
        _save_where_free(actor, found)
        tell_participants(found, Kind.MEETING_MOVED)
        if (found.starts_at, found.ends_at) != before:
            found.participants.update(
                answer=Participant.Answer.OPEN, reason="", substitute=None, answered_at=None
            )
    return found


def cancel_meeting(*, actor: User, meeting: int, reason: str) -> Meeting:
    """Do not hold it; all are told, and its room is free. Raises Refused as :func:`move_meeting`."""
    with _lock_meeting_to_change(actor, meeting) as found:
        found.state, found.reason = Meeting.State.CANCELLED, _check_reason(reason)
        found.save(update_fields=["state", "reason", "sequence", "changed_at"])
        tell_participants(found, Kind.MEETING_OFF)
    return found


def reword_meeting(*, actor: User, meeting: int, wording: MeetingWords) -> Meeting:
    """Write other words, papers or links; the minutes of one that is over too. Nobody is told.

    Raises Refused: 403, 404; 409 ``meeting-cancelled``; 422.
    """
    with _lock_meeting_to_change(actor, meeting, over=True) as found:
        linked = _set_wording(actor, found, wording)
        found.save()
        found.papers.set(linked)
    return found


def ask_further(
    *, actor: User, meeting: int, people: Collection[int] = (), offices: Collection[int] = ()
) -> list[Participant]:
    """Ask people and offices besides; returns who is new, who alone is told.

    Raises Refused: 403, 404; 409 ``meeting-cancelled``, ``meeting-over``; 422.
    """
    with _lock_meeting_to_change(actor, meeting) as found:
        fresh = ask_people(found, people, offices)
        found.save(update_fields=["sequence", "changed_at"])
        users = User.objects.filter(pk__in=[row.user_id for row in fresh])
        tell_of_meeting(found, users, Kind.MEETING_CALLED)
    return fresh


@contextmanager
def _lock_meeting_to_change(actor: User, meeting: int, *, over: bool = False) -> Iterator[Meeting]:
    """The meeting, held until it is changed, with the numbers of its next version."""
    require_keeper(actor)
    with transaction.atomic(), attribute_changes_to(actor):
        seen = Meeting.objects.visible_to(actor).select_related("office", "room", "chair")
        found = lock_row(seen, meeting, no_key=True)
        if found is None:
            raise not_found(_("There is no such meeting for you."))
        require_seat_in(actor, found.office)
        if found.state == Meeting.State.CANCELLED:
            raise Refused("meeting-cancelled", _("The meeting was cancelled."), status=409)
        if found.ends_at <= clock.now() and not over:
            raise Refused("meeting-over", _("The meeting is over."), status=409)
        found.sequence += 1
        found.changed_at = clock.now()
        yield found


def _set_time_and_place(actor: User, meeting: Meeting, when: TimeAndPlace) -> None:
    """Write time and place into the row, unsaved. Raises Refused 422."""
    if when.ends_at <= when.starts_at:
        raise Refused("time-invalid", _("It ends before it begins."), field="ends_at")
    if when.starts_at <= clock.now():
        raise Refused("time-invalid", _("Choose a time that is to come."), field="starts_at")
    if when.ends_at - when.starts_at > LONGEST:
        text = _("A meeting lasts %(days)d days at most.") % {"days": LONGEST.days}
        raise Refused("time-invalid", text, field="ends_at")
    room = None
    if when.room is not None:
        # Held, for two who write into one exclusion constraint at once may wait for each other.
        room = lock_row(MeetingRoom.objects.visible_to(actor).open(), when.room, no_key=True)
        if room is None:
            raise Refused("room-unknown", _("Choose a room that can be booked."), field="room")
    place = check_text(when.place, name="place")
    if room is None and not place:
        raise Refused("place-missing", _("Choose a room, or write where it is."), field="room")
    meeting.starts_at, meeting.ends_at = when.starts_at, when.ends_at
    meeting.room, meeting.place = room, place


def _set_wording(actor: User, meeting: Meeting, wording: MeetingWords) -> list[Paper]:
    """Write the words into the row, unsaved; the papers to link. Raises Refused 422."""
    meeting.title = check_text(wording.title, name="title")
    if not meeting.title:
        raise Refused("title-missing", _("Write what the meeting is called."), field="title")
    meeting.agenda = check_text(wording.agenda, name="agenda", breaks=True)
    meeting.matter_id = _find_matter(actor, wording.matter, "matter", meeting.matter_id)
    meeting.minutes_id = _find_matter(actor, wording.minutes, "minutes", meeting.minutes_id)
    papers = list(_papers_to_link(actor, meeting).filter(pk__in=wording.papers))
    if len(papers) != len(set(wording.papers)):
        raise Refused("paper-unknown", _("Choose papers that you may read."), field="papers")
    return papers


def _papers_to_link(actor: User, meeting: Meeting) -> QuerySet[Paper]:
    """What ``actor`` may read, and what somebody else linked before: that stays with the meeting."""
    may_read = Q(pk__in=Paper.objects.visible_to(actor).values("pk"))
    if meeting.pk is not None:
        may_read |= Q(pk__in=meeting.papers.values("pk"))
    return Paper.objects.filter(may_read)


def _find_matter(actor: User, key: int | None, field: str, before: Any) -> int | None:
    if (
        key is not None
        and key != before
        and not Matter.objects.visible_to(actor).filter(pk=key).exists()
    ):
        raise Refused("matter-unknown", _("Choose a matter that you may see."), field=field)
    return key


def _check_reason(reason: str) -> str:
    told = check_text(reason, name="reason")
    if not 1 <= len(told) <= 400:
        raise Refused("reason-missing", _("Say why, in at most 400 characters."), field="reason")
    return told


def _save_where_free(actor: User, meeting: Meeting) -> None:
    """Save it. Raises Refused 409 ``room-taken``, which tells what stands there."""
    try:
        with transaction.atomic():
            meeting.save()
    except IntegrityError as error:
        if "room_taken_once" not in str(error):
            raise
        raise _explain_taken_room(actor, meeting) from None


def _explain_taken_room(actor: User, meeting: Meeting) -> Refused:
    others = Meeting.objects.still_called().filter(
        room=meeting.room, starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at
    )
    other = others.exclude(pk=meeting.pk).select_related("office").order_by("starts_at").first()
    if other is None:  # cancelled since
        return Refused("room-taken", _("The room was taken. Try again."), field="room", status=409)
    seen = Meeting.objects.visible_to(actor).filter(pk=other.pk).exists()
    facts = {
        "room": meeting.room,
        "begins": other.starts_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "ends": other.ends_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "what": f"{other.title} ({other.office})" if seen else other.office,
    }
    text = _(
        "%(room)s is taken from %(begins)s to %(ends)s: %(what)s. Choose another time or room."
    )
    return Refused("room-taken", text % facts, field="room", status=409)
