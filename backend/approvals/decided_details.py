"""What is written down with a decision: a field that is put right on the spot, the documents that lack."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.approvals.filled_form import check_field
from backend.approvals.kinds import all_application_kinds
from backend.approvals.models import Application
from backend.lib.problems import Refused
from backend.matters.kinds import Details
from backend.matters.models import Matter

CORRECT, ASK_SUPPLEMENT = "correct", "ask-supplement"


def _choose_fields() -> list[tuple[str, str]]:
    """The fields of all forms; which of them this one has is asked when it is written."""
    fields = {f.name: f.label for kind in all_application_kinds().values() for f in kind.fields}
    return list(fields.items())


class CorrectionForm(forms.Form):
    """One field that is put right while the applicant is there (Licensing Law art. 32 (3))."""

    field = forms.ChoiceField(label=_lazy("Field to be put right"), choices=_choose_fields)
    value = forms.CharField(
        label=_lazy("What it says then"), max_length=2000, widget=forms.Textarea({"rows": 2})
    )


class SupplementRequestForm(forms.Form):
    """Which documents lack; what else is wrong is said in the remark."""

    documents = forms.MultipleChoiceField(
        label=_lazy("Documents that lack or cannot be used"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @staticmethod
    def prepare(fields: dict[str, Any], matter: Matter) -> None:
        """Offer the documents of the kind."""
        offered = Application.objects.get(pk=matter.pk).kind_row.documents
        fields["documents"].choices = [(one.name, one.label) for one in offered]


def record_details(matter: Matter, decision: str, details: Details) -> dict[str, Any]:
    """Write what came with ``decision``; returns it as its step keeps it.

    Raises Refused: 409 ``supplement-asked-already`` for a second request for supplements (rule 20);
    422 ``detail-unfit`` for what does not belong to it, is missing or wrong.
    """
    application = Application.objects.get(pk=matter.pk)
    if decision == ASK_SUPPLEMENT:
        return _ask_supplement(application, details)
    if decision == CORRECT:
        return _correct_and_save_field(application, details)
    if details:
        raise Refused("detail-unfit", _("Nothing more can be said here."), field="details")
    return {}


def _ask_supplement(application: Application, details: Details) -> dict[str, Any]:
    """Write down which documents lack."""
    if application.supplement_asked_at is not None:
        detail = _("Supplements are asked for once. Accept it, or do not accept it and say why.")
        raise Refused("supplement-asked-already", detail, status=409)
    asked = details.get("documents", [])
    known = [one.name for one in application.kind_row.documents]
    unfit = not isinstance(asked, list) or any(one not in known for one in asked)
    if unfit or set(details) - {"documents"}:
        detail = _("Name documents of the kind: %(names)s.") % {"names": ", ".join(known)}
        raise Refused("detail-unfit", detail, field="documents")
    application.lacking = asked
    application.save(update_fields=["lacking"])
    return {"documents": asked} if asked else {}


def _correct_and_save_field(application: Application, details: Details) -> dict[str, Any]:
    if set(details) != {"field", "value"}:
        detail = _("Say which field says what then.")
        raise Refused("detail-unfit", detail, field="details")
    fields = {field.name: field for field in application.kind_row.fields}
    name = str(details["field"])
    if name not in fields:
        raise Refused("detail-unfit", _("The form has no such field."), field="field")
    before = application.form[name]
    application.form[name] = check_field(fields[name], details["value"])
    application.save(update_fields=["form"])
    return {"field": name, "before": before}
