"""What somebody answers who is asked to a meeting."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.models import Meeting, Participant
from backend.calendars.news import tell_of_meeting
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.notifications.models import Kind
from backend.offices.models import Post, post_in_force
from backend.papers.words import check_text

Answer = Participant.Answer


def answer_meeting(
    *, actor: User, meeting: int, answer: str, reason: str = "", substitute: int | None = None
) -> Participant:
    """Say whether one comes; who sends a substitute names him, and he is told.

    Another answer replaces the one before, until the meeting begins. Raises Refused: 404 for who is
    not asked himself; 409 ``meeting-cancelled``, ``meeting-over``; 422 ``reason-missing``,
    ``substitute-unfit``.
    """
    told = check_text(reason, name="reason")
    if answer in (Answer.ABSENT, Answer.SENDS) and not told:
        raise Refused("reason-missing", _("Say why you do not come yourself."), field="reason")
    with transaction.atomic():
        mine = _lock_own_invitation(actor, meeting)
        _refuse_late(mine.meeting)
        before = mine.substitute_id
        mine.substitute = _get_fit_substitute(mine, substitute) if answer == Answer.SENDS else None
        mine.answer, mine.answered_at = Answer(answer), clock.now()
        mine.reason = told if answer in (Answer.ABSENT, Answer.SENDS) else ""
        mine.save(update_fields=["answer", "reason", "substitute", "answered_at"])
        _tell_substitutes(mine, before)
    return mine


def fit_to_be_sent(participant: Participant) -> QuerySet[User]:
    """Who may come for a participant: others with a post on that day in one of his authorities or
    bodies, who are not asked themselves."""
    day = participant.meeting.starts_at.astimezone(clock.SHANGHAI).date()
    his = Post.objects.filter(post_in_force(day), user=participant.user)
    same = Q(office__authority__in=his.exclude(office__authority=None).values("office__authority"))
    same |= Q(office__body__in=his.exclude(office__body=None).values("office__body"))
    others = Post.objects.filter(same, post_in_force(day))
    asked = Participant.objects.filter(meeting=participant.meeting)
    sent = asked.exclude(substitute=None).exclude(pk=participant.pk)
    free = User.objects.filter(is_active=True, pk__in=others.values("user"))
    return free.exclude(pk__in=asked.values("user")).exclude(pk__in=sent.values("substitute"))


def _lock_own_invitation(actor: User, meeting: int) -> Participant:
    seen = Meeting.objects.visible_to(actor).filter(pk=meeting)
    held = Meeting.objects.select_for_update(no_key=True).filter(pk__in=seen.values("pk"))
    list(held.values_list("pk"))
    rows = Participant.objects.select_related("meeting", "user")
    found = rows.filter(meeting__in=seen, user=actor).first()
    if found is None:
        raise not_found(_("You are not asked to this meeting."))
    return found


def _refuse_late(meeting: Meeting) -> None:
    if meeting.state == Meeting.State.CANCELLED:
        raise Refused("meeting-cancelled", _("The meeting was cancelled."), status=409)
    if meeting.starts_at <= clock.now():
        raise Refused("meeting-over", _("The meeting has begun already."), status=409)


def _get_fit_substitute(participant: Participant, substitute: int | None) -> User:
    fit = fit_to_be_sent(participant)
    found = None if substitute is None else fit.filter(pk=substitute).first()
    if found is None:
        text = _(
            "A substitute is somebody else with a post in your authority or body on that day, who is"
            " not asked himself."
        )
        raise Refused("substitute-unfit", text, field="substitute")
    return found


def _tell_substitutes(participant: Participant, before: int | None) -> None:
    """Notify who is sent now, and who was before and is not any more."""
    now = participant.substitute_id
    if now == before:
        return
    meeting = participant.meeting
    if before is not None:
        tell_of_meeting(meeting, User.objects.filter(pk=before), Kind.MEETING_OFF)
    if now is not None:
        tell_of_meeting(meeting, User.objects.filter(pk=now), Kind.MEETING_CALLED)
