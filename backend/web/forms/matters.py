"""The forms on the pages of matters: what a decision must come with, filters, handing over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.flows.definition import Decision, Flow
from backend.flows.moves import Chosen
from backend.matters.choices import offices_for, people_for, people_holding
from backend.matters.exports import FORMS
from backend.matters.kinds import all_kinds, find_detail_form, read_detail_fields
from backend.matters.labels import label_in_language
from backend.matters.lists import CLOSED, OPEN, OVERDUE
from backend.matters.models import Matter
from backend.offices.models import Office, Post
from backend.offices.seats import Seats
from backend.web.forms.keyed_form import KeyedForm


class VersionedForm(KeyedForm):
    """A form about the version of a matter that its reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class DecisionForm(VersionedForm):
    """One decision: the fields that its flow demands, and those of the kind."""

    decision = forms.CharField(widget=forms.HiddenInput, max_length=32)
    remark = forms.CharField(
        label=_("Remark"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    ground = forms.ChoiceField(label=_("Ground"))
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"))
    persons = forms.ModelMultipleChoiceField(
        User.objects.none(), label=pgettext_lazy("decision", "People")
    )

    def __init__(
        self, user: User, matter: Matter, flow: Flow, decision: Decision, data: Any = None
    ) -> None:
        first = {"version": matter.version, "decision": decision.name}
        super().__init__(user, data, initial=first, auto_id=f"{decision.name}-%s")
        self.title = label_in_language(decision.label)
        self.details = find_detail_form(matter, decision.name)
        self._fit_fields_to_decision(matter, flow, decision)

    def _fit_fields_to_decision(self, matter: Matter, flow: Flow, decision: Decision) -> None:
        demands = decision.demands
        self.fields["remark"].required = demands.remark
        self._set_choices_or_drop_field(
            "ground",
            [(n, label_in_language(g)) for n, g in flow.grounds.get(demands.ground, {}).items()],
        )
        self._set_rows_or_drop_field(
            "office", demands.office and offices_for(matter.office, demands.office)
        )
        self._set_rows_or_drop_field("persons", demands.persons and people_for(matter))
        if self.details is not None:
            self.fields |= read_detail_fields(self.details, matter)

    def _set_choices_or_drop_field(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", "—"), *choices]
        if not choices:
            del self.fields[name]

    def _set_rows_or_drop_field(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        if not rows:
            del self.fields[name]

    def chosen(self) -> Chosen:
        """What was chosen with the decision; the form is valid."""
        given = self.cleaned_data
        office = given.get("office")
        return Chosen(
            remark=given["remark"],
            ground=given.get("ground", ""),
            office=office.pk if office else None,
            persons=tuple(person.pk for person in given.get("persons", ())),
        )

    def given_details(self) -> dict[str, Any]:
        """The columns of the kind that came with it."""
        names = () if self.details is None else self.details.base_fields
        return {name: self.cleaned_data[name] for name in names}


class SignerForm(VersionedForm):
    """Who else is asked, before the reader or right after him (加签)."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Whom to ask"))
    before = forms.TypedChoiceField(
        label=pgettext_lazy("signer", "When"),
        choices=[("before", _("before me")), ("after", _("right after me"))],
        coerce=lambda value: value == "before",
    )
    remark = forms.CharField(
        label=_("Remark"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, user: User, matter: Matter, assignment: int, data: Any = None) -> None:
        first = {"version": matter.version}
        super().__init__(user, data, initial=first, auto_id=f"signer{assignment}-%s")
        self.assignment = assignment
        people: Any = self.fields["person"]
        people.queryset = people_for(matter).exclude(pk=user.pk)


class HandOverForm(forms.Form):
    """To whom several assignments go."""

    assignments = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": _("Mark what shall be handed over.")}
    )
    person = forms.ModelChoiceField(User.objects.none(), label=_("Hand over to"))
    remark = forms.CharField(label=_("Remark"), max_length=2000, required=False)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        people: Any = self.fields["person"]
        people.queryset = mates_of(user)
        marked: Any = self.fields["assignments"]
        numbers = [] if data is None else data.getlist("assignments")
        marked.choices = [(n, n) for n in numbers if n.isdecimal() and len(n) < 19]


class FindMattersForm(forms.Form):
    """By what matters are narrowed; wrong values count as not given."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    state = forms.CharField(label=_("State"), required=False, max_length=24)
    office = forms.CharField(label=_("Code of the office"), required=False, max_length=24)
    text = forms.CharField(label=_("Title or number"), required=False, min_length=2, max_length=80)
    open = forms.ChoiceField(
        label=_("Which"), required=False,
        choices=[("", _("all")), (OPEN, _("under way")), (OVERDUE, _("overdue")), (CLOSED, _("finished"))],
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        kinds: Any = self.fields["kind"]
        kinds.choices = [
            ("", _("all")),
            *((kind.name, kind.title) for kind in all_kinds().values()),
        ]

    def read_narrowing(self) -> dict[str, str]:
        """What narrows the list, without what is empty or wrong."""
        self.is_valid()
        names = FindMattersForm.base_fields
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


def say_narrowed(asked: Mapping[str, str]) -> str:
    """By what the list is narrowed, as its form calls it."""
    fields: dict[str, Any] = FindMattersForm().fields
    said = (dict(getattr(fields[n], "choices", ())).get(asked[n], asked[n]) for n in asked)
    return " · ".join(map(str, said))


class _AboutListForm(FindMattersForm):
    """A form about the list as it is narrowed now."""

    key = forms.UUIDField()


class ExportForm(_AboutListForm):
    """As what the list is taken away."""

    form = forms.ChoiceField(choices=[(form, form) for form in FORMS])


class FilterNameForm(forms.Form):
    """What a filter is called."""

    name = forms.CharField(
        label=pgettext_lazy("filter", "Name"),
        max_length=40,
        error_messages=dict.fromkeys(
            ("required", "max_length"), _("Give the filter a name of at most 40 characters.")
        ),
    )


class SaveFilterForm(_AboutListForm, FilterNameForm):
    """The name under which the list as it is narrowed now is kept."""


def mates_of(user: User) -> QuerySet[User]:
    """Who else sits in an office where ``user`` does."""
    offices = {seat.office for seat in Seats.of(user).seats}
    return people_holding(Post.objects.filter(office__in=offices)).exclude(pk=user.pk)
