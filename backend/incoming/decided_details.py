"""What is written down with a decision: the document that answers, how long the file is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.documents.models import Retention
from backend.lib.problems import Refused
from backend.matters.kinds import Details
from backend.matters.models import Matter


class AnswerForm(forms.Form):
    """By which document of one's own it was answered."""

    answer_number = forms.CharField(label=_lazy("Number of the answer"), max_length=60)


class ArchiveForm(forms.Form):
    """How long its file is kept."""

    retention = forms.ChoiceField(label=_lazy("Kept for"), choices=Retention.choices)


DETAIL_FORMS: dict[str, type[forms.Form]] = {"answer": AnswerForm, "archive": ArchiveForm}
"""By decision, the form of what comes with it."""


def record_details(matter: Matter, decision: str, details: Details) -> dict[str, Any]:
    """Write what came with ``decision``; returns it as its step keeps it.

    Raises Refused 422 ``detail-unfit`` for what does not belong to it, is missing or wrong.
    """
    form = DETAIL_FORMS.get(decision, forms.Form)(dict(details))
    for name in details:
        if name not in form.fields:
            text = _("This does not belong to the decision.")
            raise Refused("detail-unfit", text, field=name)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Refused("detail-unfit", str(errors[0]), field=name)
    child = matter.incoming
    for name, value in form.cleaned_data.items():
        setattr(child, name, value)
    if form.cleaned_data:
        child.save(update_fields=list(form.cleaned_data))
    return dict(form.cleaned_data)
