"""The forms of meetings, rooms and rosters."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.calendars.answers import fit_to_be_sent
from backend.calendars.asked_people import colleagues_of
from backend.calendars.keepers import offices_kept_by
from backend.calendars.meetings import MeetingWords, TimeAndPlace
from backend.calendars.models import Duty, Meeting, MeetingRoom, Participant, Roster, Shift
from backend.calendars.roster_checks import days_of
from backend.lib import clock
from backend.matters.models import Matter
from backend.offices.models import Office
from backend.papers.models import Paper
from backend.web.forms.keyed_form import KeyedForm
from backend.web.forms.month import MonthInput

_MINUTE = "%Y-%m-%dT%H:%M"


class _MinuteField(forms.DateTimeField):
    """A minute, chosen in the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE)
        super().__init__(widget=widget, input_formats=[_MINUTE, "%Y-%m-%dT%H:%M:%S"], **options)


class _PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several people out of a list."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), **options)
        self.widget.attrs["size"] = 8


class TimeForm(KeyedForm):
    """When and where a meeting is held."""

    starts_at = _MinuteField(label=pgettext_lazy("time", "From"))
    ends_at = _MinuteField(label=pgettext_lazy("time", "To"))
    room = forms.ModelChoiceField(MeetingRoom.objects.none(), label=_("Room"), required=False)
    place = forms.CharField(label=_("Place"), max_length=120, required=False)

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        rooms = MeetingRoom.objects.visible_to(user).open().order_by("office__code", "name")
        self.fields["room"].queryset = rooms  # type: ignore[attr-defined]

    def when(self) -> TimeAndPlace:
        """What was filled in; the form is valid."""
        facts, room = self.cleaned_data, self.cleaned_data["room"]
        return TimeAndPlace(facts["starts_at"], facts["ends_at"], room and room.pk, facts["place"])


class MoveMeetingForm(TimeForm):
    """When and where from now on, and why."""

    reason = forms.CharField(label=_("Reason"), max_length=400)

    @classmethod
    def of(cls, user: User, meeting: Meeting, *args: Any) -> MoveMeetingForm:
        """The form with the time and place of ``meeting`` in it."""
        names = ("starts_at", "ends_at", "room", "place")
        kept = {name: getattr(meeting, name) for name in names}
        return cls(user, *args, initial=kept, auto_id="move_%s")


class WordsForm(KeyedForm):
    """What a meeting is about. Matters and papers are named by their numbers.

    What is linked already stays, be it out of the user's sight, for somebody else linked it, or
    without a number by which the form could name it.
    """

    title = forms.CharField(label=_("Title"), max_length=120)
    agenda = forms.CharField(
        label=_("Agenda"), max_length=4000, required=False, widget=forms.Textarea({"rows": 5})
    )
    papers = forms.CharField(
        label=_("Papers to read"), required=False, max_length=2000,
        widget=forms.Textarea({"rows": 2}), help_text=_("Their numbers, one on each line"),
    )  # fmt: skip
    matter = forms.CharField(
        label=_("Matter that it is about"), required=False, max_length=40, help_text=_("Its number")
    )
    minutes = forms.CharField(
        label=_("Minutes"), required=False, max_length=40, help_text=_("Number of the document")
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self._user = user
        self._meeting: Meeting | None = None

    @classmethod
    def of(cls, user: User, meeting: Meeting, *args: Any) -> WordsForm:
        """The form with the words of ``meeting`` in it."""
        words: dict[str, Any] = {"title": meeting.title, "agenda": meeting.agenda}
        words["papers"] = "\n".join(paper.number or "" for paper in meeting.papers.all())
        for name in ("matter", "minutes"):
            named = getattr(meeting, name)
            words[name] = (named and named.number) or ""
        form = cls(user, *args, initial=words, auto_id="words_%s")
        form._meeting = meeting
        return form

    def clean_papers(self) -> list[int]:
        """The papers of these numbers. Raises ValidationError."""
        numbers = {line.strip() for line in self.cleaned_data["papers"].splitlines()} - {""}
        found = Paper.objects.visible_to(self._user).filter(number__in=numbers)
        rows = dict(found.values_list("number", "pk"))
        kept = list(self._meeting.papers.all()) if self._meeting else []
        rows |= {paper.number: paper.pk for paper in kept if paper.number in numbers}
        if missing := sorted(numbers - set(rows)):
            text = gettext("There is no such paper for you: %(numbers)s.")
            raise forms.ValidationError(text % {"numbers": "、".join(missing)})
        return sorted({*rows.values(), *(paper.pk for paper in kept if not paper.number)})

    def clean_matter(self) -> int | None:
        """The matter of this number. Raises ValidationError."""
        return self._find_matter("matter")

    def clean_minutes(self) -> int | None:
        """The document of this number. Raises ValidationError."""
        return self._find_matter("minutes")

    def wording(self) -> MeetingWords:
        """What was filled in; the form is valid."""
        named = ("title", "agenda", "papers", "matter", "minutes")
        return MeetingWords(**{name: self.cleaned_data.get(name) for name in named})  # type: ignore[arg-type]

    def _find_matter(self, name: str) -> int | None:
        number = self.cleaned_data[name].strip()
        linked = self._meeting and getattr(self._meeting, name)
        if linked and (linked.number or "") == number:
            return int(linked.pk)
        if not number:
            return None
        found = Matter.objects.visible_to(self._user).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(gettext("There is no such matter for you."))
        return int(found.pk)


class AskForm(KeyedForm):
    """Who is asked: people of the own authority by name, whole offices."""

    people = _PeopleField(label=pgettext_lazy("meeting", "People"), required=False)
    offices = forms.ModelMultipleChoiceField(
        Office.objects.none(), label=_("Whole offices"), required=False
    )

    def __init__(self, user: User, *args: Any, office: Office | None, **options: Any) -> None:
        super().__init__(user, *args, **options)
        people, offices = self.fields["people"], self.fields["offices"]
        if office is not None:
            people.queryset = colleagues_of(office)  # type: ignore[attr-defined]
        offices.queryset = Office.objects.in_force(clock.today()).order_by("code")  # type: ignore[attr-defined]
        offices.widget.attrs["size"] = 8

    def people_and_offices(self) -> dict[str, list[int]]:
        """The keys of who is asked; the form is valid."""
        return {name: [row.pk for row in self.cleaned_data[name]] for name in ("people", "offices")}


class CallMeetingForm(AskForm, WordsForm, TimeForm):
    """A meeting to call."""

    minutes = None  # type: ignore[assignment]  # there are none yet
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"))
    chair = forms.ModelChoiceField(User.objects.none(), label=_("Chair"), required=False)
    field_order = ("office", "title", "starts_at", "ends_at", "room", "place", "chair", "people",
                   "offices", "agenda", "papers", "matter")  # fmt: skip

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        kept = offices_kept_by(user)
        super().__init__(user, *args, office=kept.first(), **options)
        offices, chair, people = (self.fields[n] for n in ("office", "chair", "people"))
        offices.queryset, offices.initial = kept, kept.first()  # type: ignore[attr-defined]
        chair.queryset = people.queryset  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the action takes it; the form is valid."""
        chair = self.cleaned_data["chair"]
        told = {"office": self.cleaned_data["office"].pk, "chair": chair and chair.pk}
        return told | self.people_and_offices() | {"when": self.when(), "wording": self.wording()}


class ReasonForm(forms.Form):
    """Why a meeting is not held."""

    reason = forms.CharField(label=_("Reason"), max_length=400)

    def facts(self) -> dict[str, str]:
        """What was filled in, as the action takes it; the form is valid."""
        return dict(self.cleaned_data)


class AnswerForm(forms.Form):
    """Whether one comes, and else why not and who does."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=[one for one in Participant.Answer.choices if one[0] != "open"]
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False,
        help_text=_("Needed by who does not come himself"),
    )  # fmt: skip
    substitute = forms.ModelChoiceField(User.objects.none(), label=_("Substitute"), required=False)

    def __init__(self, mine: Participant, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"answer": mine.answer, "reason": mine.reason}
        rows = fit_to_be_sent(mine).order_by("display_name", "username")
        self.fields["substitute"].queryset = rows  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What was filled in; the form is valid."""
        substitute = self.cleaned_data["substitute"]
        return {**self.cleaned_data, "substitute": substitute and substitute.pk}


class KeptOfficeForm(forms.Form):
    """Something for an office that ``user`` keeps the calendars of."""

    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"))

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = offices_kept_by(user)
        self.fields["office"].queryset = kept  # type: ignore[attr-defined]
        self.fields["office"].initial = kept.first()

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the actions take it; the form is valid."""
        return {**self.cleaned_data, "office": self.cleaned_data["office"].pk}


class RoomForm(KeptOfficeForm):
    """A room to open."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    place = forms.CharField(label=_("Where it is"), max_length=120, required=False)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=10_000, required=False)


class ShiftForm(KeptOfficeForm):
    """A shift to open."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=20)
    begins = forms.TimeField(
        label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=24, initial=24)
    people = forms.IntegerField(
        label=_("People beside the leader"), min_value=1, max_value=20, initial=1
    )

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(user, *args, auto_id="shift_%s")


class DutyPhoneForm(KeptOfficeForm):
    """The phone of an office's duty."""

    phone = forms.CharField(label=_("Duty phone"), max_length=40)

    def __init__(self, user: User, *args: Any) -> None:
        super().__init__(user, *args, auto_id="phone_%s")


class BeginRosterForm(KeptOfficeForm):
    """The month to make a roster for."""

    month = forms.DateField(
        label=_("Month"), input_formats=["%Y-%m"], widget=MonthInput(format="%Y-%m")
    )


class TurnsForm(forms.Form):
    """Who leads and who is on duty, by turns in the order of the list."""

    leaders = _PeopleField(label=_("Leaders on duty"), required=False)
    people = _PeopleField(label=_("People on duty"), required=False)

    def __init__(self, roster: Roster, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("leaders", "people"):
            self.fields[name].queryset = colleagues_of(roster.office)  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """The keys of the people; the form is valid."""
        return {name: [row.pk for row in self.cleaned_data[name]] for name in ("leaders", "people")}


class SetDutiesForm(TurnsForm):
    """Who is on duty for one shift of one day."""

    day = forms.TypedChoiceField(
        label=pgettext_lazy("calendar", "Day"), coerce=dt.date.fromisoformat
    )
    shift = forms.ModelChoiceField(Shift.objects.none(), label=_("Shift"))
    field_order = ("day", "shift")

    def __init__(self, roster: Roster, *args: Any) -> None:
        super().__init__(roster, *args, auto_id="set_%s")
        days = [(day.isoformat(), day.isoformat()) for day in days_of(roster)]
        self.fields["day"].choices = days  # type: ignore[attr-defined]
        self.fields["shift"].queryset = roster.shifts.order_by("begins")  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What was filled in, as the action takes it; the form is valid."""
        told = {"day": self.cleaned_data["day"], "shift": self.cleaned_data["shift"].pk}
        return super().facts() | told


class _DutyField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A duty, told by its day, shift and person."""

    def label_from_instance(self, duty: Duty) -> str:
        """What it is called in the list."""
        return f"{duty.day} {duty.shift} {duty.person}"


class SwapForm(forms.Form):
    """The duty that one would rather have."""

    other = _DutyField(Duty.objects.none(), label=_("For which duty"))

    def __init__(self, duty: Duty, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Duty.objects.standing().filter(
            roster__office=duty.roster.office_id, leads=duty.leads, starts_at__gt=clock.now()
        )
        rows = rows.exclude(person=duty.person_id).select_related("shift", "person")
        self.fields["other"].queryset = rows.order_by("day", "pk")  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """The key of the duty; the form is valid."""
        return {"other": self.cleaned_data["other"].pk}
