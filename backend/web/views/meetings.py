"""Meetings as pages: the list, calling one, answering, and what its office does with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.models import User
from backend.calendars.answers import answer_meeting
from backend.calendars.clash_warnings import list_clashes, list_clashes_of
from backend.calendars.keepers import keeps_calendars, keeps_for
from backend.calendars.meetings import (
    ask_further,
    call_meeting,
    cancel_meeting,
    move_meeting,
    reword_meeting,
)
from backend.calendars.models import Meeting, Participant
from backend.lib import clock
from backend.matters.models import Matter
from backend.papers.models import Paper
from backend.web.form_actions import make_once, try_action
from backend.web.forms.calendars import (
    AnswerForm,
    AskForm,
    CallMeetingForm,
    MoveMeetingForm,
    ReasonForm,
    WordsForm,
)
from backend.web.guards import signed_in_user
from backend.web.pages import read_page


@login_required
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The meetings that the user sees, the newest call first."""
    user = signed_in_user(request)
    rows = Meeting.objects.visible_to(user).select_related("office", "room")
    context = {
        "page": read_page(rows, request.GET),
        "keeps": keeps_calendars(user),
        "now": clock.now(),
    }
    return render(request, "web/desk/meetings.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def call_meeting_view(request: HttpRequest) -> HttpResponse:
    """The form by which a meeting is called; who has something else then is told."""
    user = signed_in_user(request)
    if not keeps_calendars(user):
        raise PermissionDenied
    form = CallMeetingForm(user, request.POST or None)
    made = try_action(
        form,
        lambda facts: make_once(request, form, lambda: call_meeting(actor=user, **facts)),
    )
    if made is None:
        return render(request, "web/desk/meeting_new.html", {"form": form})
    messages.success(request, _("The meeting is called; all who are asked are told."))
    _warn_of_clashes(request, Meeting.objects.get(pk=made))
    return redirect("web:meeting", pk=made)


@login_required
@never_cache
@require_safe
def show_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting with who is asked, and what the reader may do."""
    return _render_meeting(request, _get_meeting(request, pk))


@login_required
@require_POST
def answer_invitation_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether one comes."""
    user, meeting = signed_in_user(request), _get_meeting(request, pk)
    mine = _place_of(user, meeting)
    if mine is None:
        raise Http404
    form = AnswerForm(mine, request.POST)
    done = try_action(form, lambda facts: answer_meeting(actor=user, meeting=pk, **form.facts()))
    return _redirect_or_render(
        request, meeting, _("Your answer is kept."), done, answering=form, mine=mine
    )


@login_required
@require_POST
def move_meeting_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold it at another time or place."""
    user, meeting = signed_in_user(request), _get_kept_meeting(request, pk)
    form = MoveMeetingForm.of(user, meeting, request.POST)
    done = try_action(
        form,
        lambda facts: move_meeting(
            actor=user, meeting=pk, when=form.when(), reason=facts["reason"]
        ),
    )
    if done:
        _warn_of_clashes(request, done)
    return _redirect_or_render(
        request, meeting, _("All who are asked are told."), done, moving=form
    )


@login_required
@require_POST
def cancel_meeting_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not hold it."""
    user, meeting = signed_in_user(request), _get_kept_meeting(request, pk)
    form = ReasonForm(request.POST, auto_id="cancel_%s")
    done = try_action(form, lambda facts: cancel_meeting(actor=user, meeting=pk, **facts))
    told = _("The meeting is cancelled; all who are asked are told.")
    return _redirect_or_render(request, meeting, told, done, cancelling=form)


@login_required
@require_POST
def reword_meeting_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Write other words, or the number of the minutes."""
    user, meeting = signed_in_user(request), _get_kept_meeting(request, pk)
    form = WordsForm.of(user, meeting, request.POST)
    done = try_action(
        form, lambda _facts: reword_meeting(actor=user, meeting=pk, wording=form.wording())
    )
    return _redirect_or_render(request, meeting, _("It is written down."), done, wording=form)


@login_required
@require_POST
def ask_further_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask further people."""
    user, meeting = signed_in_user(request), _get_kept_meeting(request, pk)
    form = AskForm(user, request.POST, office=meeting.office, auto_id="ask_%s")
    fresh = try_action(
        form, lambda _facts: ask_further(actor=user, meeting=pk, **form.people_and_offices())
    )
    told = ngettext("%(n)d is asked besides.", "%(n)d are asked besides.", len(fresh or ()))
    return _redirect_or_render(request, meeting, told % {"n": len(fresh or ())}, fresh, asking=form)


def _get_meeting(request: HttpRequest, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(signed_in_user(request)).select_related(
        "office", "room", "chair", "matter", "minutes", "called_by"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _get_kept_meeting(request: HttpRequest, pk: int) -> Meeting:
    """The same, where the user keeps the calendars of its office. Raises PermissionDenied."""
    found = _get_meeting(request, pk)
    if not keeps_for(signed_in_user(request), found.office):
        raise PermissionDenied
    return found


def _place_of(user: User, meeting: Meeting) -> Participant | None:
    rows = meeting.participants.select_related("user", "meeting", "substitute")
    return rows.filter(user=user).first()


def _render_meeting(request: HttpRequest, meeting: Meeting, **forms: Any) -> HttpResponse:
    user, now = signed_in_user(request), clock.now()
    mine, open_still = _place_of(user, meeting), meeting.state == Meeting.State.CALLED
    answers = dict(meeting.participants.values_list("answer").annotate(Count("pk")))
    labels = Participant.Answer
    context: dict[str, Any] = {
        "meeting": meeting,
        "page": read_page(meeting.participants.select_related("user", "substitute"), request.GET),
        "answers": [(labels(answer).label, count) for answer, count in sorted(answers.items())],
        "papers": Paper.objects.visible_to(user).filter(pk__in=meeting.papers.values("pk")),
        "linked": set(
            Matter.objects.visible_to(user)
            .filter(pk__in=[key for key in (meeting.matter_id, meeting.minutes_id) if key])
            .values_list("pk", flat=True)
        ),
    }
    if open_still and mine is not None and meeting.starts_at > now:
        span = (meeting.starts_at, meeting.ends_at)
        context["mine"] = mine
        context["answering"] = AnswerForm(mine)
        context["clashes"] = list_clashes([user.pk], *span, but=meeting)
    if open_still and keeps_for(user, meeting.office):
        context["wording"] = WordsForm.of(user, meeting)
        if meeting.ends_at > now:
            context["moving"] = MoveMeetingForm.of(user, meeting)
            context["cancelling"] = ReasonForm(auto_id="cancel_%s")
            context["asking"] = AskForm(user, office=meeting.office, auto_id="ask_%s")
    return render(request, "web/desk/meeting.html", context | forms)


def _redirect_or_render(
    request: HttpRequest, meeting: Meeting, told: str, done: Any, **form: Any
) -> HttpResponse:
    """Back to the meeting with ``told``; with the form, what was typed and its faults where nothing was
    done, be it that it can be done no more."""
    if done is None:
        return _render_meeting(request, meeting, **form)
    messages.success(request, told)
    return redirect("web:meeting", pk=meeting.pk)


def _warn_of_clashes(request: HttpRequest, meeting: Meeting) -> None:
    """Say who has something else at that time."""
    names = {clash.name for clash in list_clashes_of(meeting)}
    if names:
        text = _("At that time these have another meeting or are on duty: %(names)s.")
        messages.warning(request, text % {"names": "、".join(sorted(names))})
