"""What is written down with a decision: corrections, a change of substance, the series, how it is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from backend.documents.freeze import take_signature_back
from backend.documents.models import Document, Retention
from backend.documents.wording import Wording, write_wording
from backend.lib.problems import Refused
from backend.matters.kinds import Details
from backend.matters.models import Matter
from backend.papers.models import Series
from backend.papers.series import series_open_to


class CorrectForm(forms.Form):
    """What may be put right without a new signature: nothing of substance."""

    note = forms.CharField(label=_lazy("Note (附注)"), max_length=200, required=False)
    retention = forms.ChoiceField(
        label=_lazy("Kept for"), choices=Retention.choices, required=False
    )

    @staticmethod
    def prepare(fields: dict[str, forms.Field], matter: Matter) -> None:
        """Fill in what the document says now."""
        _fill_in(fields, matter.document)


class ChangeForm(forms.Form):
    """A change of substance: it goes back to be signed anew."""

    title = forms.CharField(label=_lazy("Title"), max_length=180, required=False)
    body = forms.CharField(
        label=pgettext_lazy("document", "Text"),
        max_length=60000,
        required=False,
        widget=forms.Textarea({"rows": 12}),
    )

    @staticmethod
    def prepare(fields: dict[str, forms.Field], matter: Matter) -> None:
        """Fill in what the document says now."""
        _fill_in(fields, matter.document)


class RegisterForm(forms.Form):
    """Out of which series its number comes."""

    series = forms.ModelChoiceField(Series.objects.all(), label=_lazy("Series of numbers"))

    @staticmethod
    def prepare(fields: dict[str, Any], matter: Matter) -> None:
        """Offer the series of the office."""
        fields["series"].queryset = series_open_to(matter.office)
        if len(fields["series"].queryset) == 1:
            fields["series"].initial = fields["series"].queryset[0]


class PrintForm(forms.Form):
    """How many are printed."""

    print_copies = forms.IntegerField(label=_lazy("Copies printed"), min_value=1, max_value=9999)


class ArchiveForm(forms.Form):
    """How long its file is kept."""

    retention = forms.ChoiceField(label=_lazy("Kept for"), choices=Retention.choices)

    @staticmethod
    def prepare(fields: dict[str, forms.Field], matter: Matter) -> None:
        """Fill in what the document says now."""
        _fill_in(fields, matter.document)


def _fill_in(fields: dict[str, forms.Field], document: Document) -> None:
    for name, field in fields.items():
        field.initial = getattr(document, name)


DETAIL_FORMS: dict[str, type[forms.Form]] = {
    "correct": CorrectForm,
    "change": ChangeForm,
    "register": RegisterForm,
    "print": PrintForm,
    "archive": ArchiveForm,
}
"""By decision, the form of what comes with it."""


def record_details(matter: Matter, decision: str, details: Details) -> dict[str, str]:
    """Write what came with ``decision``; returns it as its step keeps it.

    A change of substance takes the signature back first. Raises Refused 422 ``detail-unfit`` for
    what does not belong to it, is missing or wrong.
    """
    document = Document.objects.select_related("kind").get(pk=matter.pk)
    values = _clean_details(decision, dict(details))
    _refuse_emptied(document, values)
    if decision == "change":
        changed = {n: value for n, value in values.items() if value != getattr(document, n)}
        return _change_substance(matter, document, changed)
    for name, value in values.items():
        setattr(document, name, value)
    if values:
        document.save(update_fields=list(values))
    return {name: str(value) for name, value in values.items()}


def _change_substance(matter: Matter, document: Document, values: dict[str, Any]) -> dict[str, str]:
    if not values:
        raise _unfit_refusal("body", _("Write the title or the text as it shall be."))
    if document.is_frozen:
        take_signature_back(document)
    write_wording(document, Wording(columns=values))
    document.save(update_fields=list(values))
    matter.title = document.title
    matter.save(update_fields=["title"])
    return {"changed": ", ".join(values)}


def _clean_details(decision: str, details: dict[str, Any]) -> dict[str, Any]:
    """The values as columns take them; of the form only those that were given."""
    form = DETAIL_FORMS.get(decision, forms.Form)(details)
    for name in details:
        if name not in form.fields:
            raise _unfit_refusal(name, _("This does not belong to the decision."))
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise _unfit_refusal(name, str(errors[0]))
    return {name: value for name, value in form.cleaned_data.items() if name in details}


def _refuse_emptied(document: Document, values: dict[str, Any]) -> None:
    """Refuse to empty what a document must say: it could be meant, or a slip."""
    for name, value in values.items():
        if value == "" and name != "note" and getattr(document, name):
            raise _unfit_refusal(name, _("This cannot be emptied. Write it as it shall be."))


def _unfit_refusal(name: str, text: str) -> Refused:
    return Refused("detail-unfit", text, field=name)
