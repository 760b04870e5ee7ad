"""The forms on the page of a paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.lib import clock
from backend.papers.models import Paper, Series, Service, Template
from backend.papers.series import series_open_to

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

_WIDGETS: dict[str, Any] = {
    "lines": lambda: forms.Textarea({"rows": 4}),
    "day": lambda: forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
}


class WordsForm(forms.Form):
    """The words of a draft: its addressee, and a field for each of its template."""

    addressee = forms.CharField(label=_("Addressee"), max_length=120, required=False)

    def __init__(self, paper: Paper, *args: Any, **options: Any) -> None:
        first = {"addressee": paper.addressee} | paper.fields
        super().__init__(*args, **({"initial": first, "auto_id": "words-%s"} | options))
        for field in paper.template.fields:
            self.fields[field["name"]] = forms.CharField(
                label=field["label"],
                max_length=field["most"],
                required=field["required"],
                widget=_WIDGETS.get(field["kind"], forms.TextInput)(),
            )

    def words(self) -> dict[str, Any]:
        """What was written; the form is valid."""
        fields = dict(self.cleaned_data)
        return {"addressee": fields.pop("addressee"), "fields": fields}


class RegisterForm(forms.Form):
    """Which series of the paper's office gives the number."""

    series = forms.ModelChoiceField(label=_("Number series"), queryset=Series.objects.none())

    def __init__(self, paper: Paper, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        series: Any = self.fields["series"]
        series.queryset = series_open_to(paper.office)


class WithdrawForm(forms.Form):
    """Why a paper is withdrawn."""

    reason = forms.CharField(label=_("Reason"), max_length=400)


class ServeForm(forms.Form):
    """How a paper is sent to whom."""

    kind = forms.ChoiceField(label=_("Kind of service"), choices=Service.Kind.choices)
    recipient = forms.CharField(label=_("Recipient"), max_length=120)
    sent_on = forms.DateField(label=_("Sent on"), widget=_DAY, initial=clock.today)
    consented = forms.BooleanField(
        label=_("The recipient agreed to electronic service"), required=False
    )
    remark = forms.CharField(label=_("Remark"), max_length=400, required=False)


class SettleForm(forms.Form):
    """What came of a service, and the photo that proves it."""

    state = forms.ChoiceField(label=_("Outcome"), choices=Service.ENDS)
    served_on = forms.DateField(label=_("Served on"), widget=_DAY, required=False)
    photo = forms.FileField(label=_("Photo of the proof"), required=False)
    remark = forms.CharField(label=_("Remark"), max_length=400, required=False)


class FindPapersForm(forms.Form):
    """By what papers are narrowed; wrong values count as not given."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("all")), *Paper.State.choices]
    )
    template = forms.ChoiceField(label=_("Kind"), required=False)
    office = forms.CharField(label=_("Code of the office"), required=False, max_length=24)
    text = forms.CharField(
        label=_("Addressee or number"), required=False, min_length=2, max_length=80
    )
    since = forms.DateField(label=pgettext_lazy("day", "From"), required=False, widget=_DAY)
    until = forms.DateField(label=_("Until"), required=False, widget=_DAY)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        kinds: Any = self.fields["template"]
        newest = Template.objects.order_by("code", "-version").distinct("code")
        kinds.choices = [("", _("all")), *newest.values_list("code", "title")]
