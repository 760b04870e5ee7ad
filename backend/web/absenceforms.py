"""The forms by which absences are entered, and by which their list is narrowed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.absences.models import Absence
from backend.absences.reasons import all_reasons
from backend.absences.stand_ins import find_usual_substitute, posts_during
from backend.accounts.models import User
from backend.lib import clock
from backend.offices.models import Office, Post, post_in_force
from backend.offices.seats import Seats, fit_substitutes
from backend.web.postforms import DayField


def _reason_choices() -> list[tuple[str, str]]:
    return [(reason.code, reason.label) for reason in all_reasons().values()]


class AbsenceForm(forms.Form):
    """From when to when, why, and who stands in for each post of ``person``."""

    starts_on = DayField(label=pgettext_lazy("day", "From"))
    ends_on = DayField(label=_("Last day"))
    reason = forms.ChoiceField(label=_("Reason"), choices=_reason_choices)

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(data, initial={"starts_on": clock.today()})
        self.posts = list(posts_during(person.pk, clock.today(), dt.date.max))
        for post in self.posts:
            self.fields[_name_of_field(post)] = forms.ModelChoiceField(
                fit_substitutes(post, max(post.starts_on, clock.today())).order_by("display_name"),
                label=_("Stands in: %(post)s")
                % {"post": f"{post.office} {post.get_role_display()}"},
                required=False,
                empty_label=_("— nobody —"),
                initial=find_usual_substitute(post),
            )

    def facts(self) -> dict[str, Any]:
        """The values, as the action takes them; posts that are not held in these days count not."""
        given = self.cleaned_data
        first, last = given["starts_on"], given["ends_on"]
        chosen = {
            post: given[_name_of_field(post)]
            for post in self.posts
            if _overlaps_days(post, first, last)
        }
        return {
            "starts_on": first,
            "ends_on": last,
            "reason": given["reason"],
            "substitutes": {post.pk: user and user.pk for post, user in chosen.items()},
        }


class FindAbsencesForm(forms.Form):
    """The week and by what its absences are narrowed; what is wrong counts as not given."""

    day = DayField(label=_("Week of"), required=False)
    office = forms.ModelChoiceField(Office.objects.none(), label=_("Office"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), required=False)

    def __init__(self, user: User, asked: Any) -> None:
        super().__init__(asked)
        office: Any = self.fields["office"]
        office.queryset = Office.objects.filter(pk__in=Seats.of(user).offices_and_descendants())
        reason: Any = self.fields["reason"]
        reason.choices = [("", _("all")), *_reason_choices()]
        self.is_valid()
        given = self.cleaned_data.get("day") or clock.today()
        self.monday = given - dt.timedelta(days=given.weekday())
        self.sunday = self.monday + dt.timedelta(days=6)

    def narrow(self, rows: QuerySet[Absence]) -> QuerySet[Absence]:
        """Those of ``rows`` that touch the week, of the office, for the reason."""
        rows = rows.filter(starts_on__lte=self.sunday, ends_on__gte=self.monday)
        if office := self.cleaned_data.get("office"):
            held = Post.objects.filter(post_in_force(clock.today()), office=office)
            rows = rows.filter(person__in=held.values("user"))
        if reason := self.cleaned_data.get("reason"):
            rows = rows.filter(reason=reason)
        return rows


def _name_of_field(post: Post) -> str:
    return f"post-{post.pk}"


def _overlaps_days(post: Post, first: dt.date, last: dt.date) -> bool:
    return post.starts_on <= last and (post.ends_on is None or post.ends_on >= first)
