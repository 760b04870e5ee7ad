"""The forms by which announcements are published, corrected and withdrawn."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.announcements.audience import Audience, list_line, posts_in_line
from backend.announcements.models import Announcement, Receipt
from backend.announcements.posts import offices_to_publish_for
from backend.announcements.wording import LONGEST_BODY, LONGEST_REASON, LONGEST_TITLE, Wording
from backend.lib import clock
from backend.offices.models import Office
from backend.web.forms.deliveries import BELOW
from backend.web.forms.keyed_form import DayInput, KeyedForm

_USUAL_DAYS = 30


class FilesInput(forms.FileInput):
    """The browser's own choice of several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All that were chosen."""
        return files.getlist(name)


class FilesField(forms.FileField):
    """Several files, or none."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each of them as one file is cleaned."""
        files: list[UploadedFile] = []
        for one in data or ():
            files.append(super().clean(one, initial))
        return files


class WordingForm(KeyedForm):
    """What is said, until when it matters, by when it is to be confirmed."""

    title = forms.CharField(label=_lazy("Title"), max_length=LONGEST_TITLE)
    body = forms.CharField(
        label=_lazy("Text"), max_length=LONGEST_BODY, widget=forms.Textarea({"rows": 12})
    )
    importance = forms.ChoiceField(
        label=_lazy("Importance"), choices=Announcement.Importance.choices
    )
    matters_until = forms.DateField(label=_lazy("Matters until"), widget=DayInput())
    confirm_by = forms.DateField(
        label=_lazy("To be confirmed by"),
        required=False,
        widget=DayInput(),
        help_text=_lazy("Left empty, nobody needs to confirm that he has read it."),
    )
    attachments = FilesField(
        label=_lazy("Attachments: PDF or DOCX"),
        required=False,
        widget=FilesInput({"accept": ".pdf,.docx"}),
    )

    also_called = {"files": "attachments"}

    def wording(self) -> Wording:
        """What was filled in; the form is valid."""
        return Wording(**{name: self.cleaned_data[name] for name in Wording._fields})


class PublishForm(WordingForm):
    """The same, with who publishes it and for whom it is."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label=pgettext_lazy("announcement", "Published by")
    )
    levels = forms.MultipleChoiceField(
        label=_lazy("All at once"),
        choices=list(BELOW.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    offices = forms.ModelMultipleChoiceField(
        Office.objects.none(),
        label=_lazy("Whole offices"),
        required=False,
        help_text=_lazy("Each with its departments, and who joins it while this matters."),
    )
    people = forms.CharField(
        label=_lazy("People by name"),
        required=False,
        max_length=20000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_lazy("One a line."),
    )
    field_order = (
        "office", "title", "body", "importance", "matters_until", "confirm_by", "levels",
        "offices", "people", "attachments",
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        fields: Any = self.fields
        mine = Office.objects.filter(pk__in=offices_to_publish_for(user)).order_by("code")
        fields["office"].queryset = mine
        fields["office"].initial = mine.first()
        line = {one.pk for office in mine for one in list_line(office)}
        fields["offices"].queryset = Office.objects.filter(pk__in=line).order_by("code")
        fields["offices"].widget.attrs["size"] = 8
        fields["matters_until"].initial = clock.today() + dt.timedelta(days=_USUAL_DAYS)

    def clean(self) -> dict[str, Any]:
        """The values, with ``people`` as the keys of their accounts."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("office") and "people" in told:
            names = {line.strip() for line in told["people"].splitlines() if line.strip()}
            told["people"] = self._list_people(told["office"], names)
        return told

    def audience(self) -> Audience:
        """For whom it is; the form is valid."""
        told = self.cleaned_data
        offices = [office.pk for office in told["offices"]]
        return Audience(offices=offices, levels=told["levels"], people=told["people"])

    def _list_people(self, office: Office, names: set[str]) -> list[int]:
        called = Q(user__display_name__in=names) | Q(user__username__in=names)
        posts = posts_in_line(office).filter(called).select_related("user")
        found: dict[str, set[int]] = {name: set() for name in names}
        for post in posts:
            for name in names & {post.user.display_name, post.user.username}:
                found[name].add(post.user_id)
        unknown = sorted(name for name, people in found.items() if not people)
        several = sorted(name for name, people in found.items() if len(people) > 1)
        if unknown:
            told = _("Nobody with a post in your line is called: %(names)s.")
            self.add_error("people", told % {"names": "、".join(unknown)})
        if several:
            told = _("Several are called: %(names)s. Write the names that they sign in with.")
            self.add_error("people", told % {"names": "、".join(several)})
        return sorted(set().union(*found.values()))


class CorrectForm(WordingForm):
    """A new version, which attachments come with it again, and why it is needed."""

    kept = forms.MultipleChoiceField(
        label=_lazy("Attachments that stay"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(label=_lazy("What is corrected"), max_length=LONGEST_REASON)
    field_order = (
        "reason", "title", "body", "importance", "matters_until", "confirm_by", "kept", "attachments",
    )  # fmt: skip

    def __init__(self, user: User, announcement: Announcement, *args: Any, **options: Any) -> None:
        options["initial"] = {name: getattr(announcement, name) for name in Wording._fields}
        super().__init__(user, *args, **options)
        kept: Any = self.fields["kept"]
        kept.choices = [(str(one.pk), one.title) for one in announcement.attachments.all()]
        kept.initial = [key for key, _title in kept.choices]
        if not kept.choices:
            del self.fields["kept"]


class WithdrawForm(forms.Form):
    """Why it is withdrawn."""

    reason = forms.CharField(label=_lazy("Reason"), max_length=LONGEST_REASON)


class FindReceiptsForm(forms.Form):
    """What the list of receipts is narrowed to; wrong values count as not given."""

    standing = forms.ChoiceField(
        label=_lazy("Which"),
        choices=[("", _lazy("all")), *Receipt.Standing.choices],
        required=False,
    )
    office = forms.ModelChoiceField(
        Office.objects.all(), label=_lazy("Office"), required=False, widget=forms.HiddenInput
    )
