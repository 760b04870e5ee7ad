"""What is written down with a decision: money recovered, consent, what the citizen is told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.hotline.models import HotlineMatter, Nature
from backend.hotline.product_categories import product_category_choices
from backend.hotline.redaction import redact
from backend.hotline.reporters import read_reporter_to_redact
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.kinds import Details
from backend.matters.models import Matter, Step
from backend.offices.models import Office

_CALL_BACKS = {
    "satisfied": True,
    "unsatisfied": False,
    "unsatisfied-closed": False,
    "unreachable": None,
}


_WITHDRAWN = "settled"
"""The ground of ending a mediation: withdrawn, or settled between the two."""


class MoneyField(forms.DecimalField):
    """An amount in yuan, to the fen."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, min_value=0, max_digits=14, decimal_places=2, required=False)


class AcceptForm(forms.Form):
    """What is made clear when a matter is accepted."""

    product_category = forms.ChoiceField(
        label=_lazy("Product category"),
        choices=lambda: [("", "—"), *product_category_choices()],
        required=False,
    )
    important = forms.BooleanField(label=_lazy("Important or urgent"), required=False)
    against_office = forms.ModelChoiceField(
        Office.objects.all(), label=_lazy("Office complained of, of conduct alone"), required=False
    )


class AnswerForm(forms.Form):
    """What the citizen is told. It cannot be left out."""

    answer = forms.CharField(
        label=_lazy("What the citizen is told"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


class ConsentForm(forms.Form):
    """Nobody is mediated without the consent of both (order 20, articles 16 and 17)."""

    complainant_consents = forms.BooleanField(
        label=_lazy("The complainant agrees to mediation"), required=False
    )
    respondent_consents = forms.BooleanField(
        label=_lazy("The one complained of agrees to mediation"), required=False
    )


class MediationForm(forms.Form):
    """What a mediation brought."""

    recovered = MoneyField(_lazy("Recovered, yuan"))
    substantiated = forms.NullBooleanField(label=_lazy("What was told is true"), required=False)


class FeedbackForm(MediationForm):
    """What handling it brought."""

    fined = MoneyField(_lazy("Fined, yuan"))


class CallBackForm(forms.Form):
    """What a call-back found."""

    recovered_on_revisit = MoneyField(_lazy("Recovered since, yuan"))


DETAIL_FORMS: dict[str, type[forms.Form]] = {
    "accept": AcceptForm,
    "refuse": AnswerForm,
    "transfer": AnswerForm,
    "answer": AnswerForm,
    "note-consent": ConsentForm,
    "end-mediation": MediationForm,
    "feed-back": FeedbackForm,
    "satisfied": CallBackForm,
    "unsatisfied-closed": CallBackForm,
    "close": AnswerForm,
}
"""By decision, the form of what comes with it."""


def record_details(matter: Matter, decision: str, details: Details) -> dict[str, str]:
    """Write what came with ``decision``; returns it as its step keeps it.

    Raises Refused 422 ``detail-unfit`` for what does not belong to it, is missing or wrong.
    """
    child = matter.hotline
    values = _clean_details(child, decision, dict(details))
    for name, value in values.items():
        setattr(child, name, value)
    if decision in _CALL_BACKS:
        child.revisited_at, child.satisfied = clock.now(), _CALL_BACKS[decision]
    if decision == "close":
        child.substantiated_on = clock.today() if _is_found_true(child) else None
    child.spam |= decision == "discard"
    child.save()
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _is_found_true(child: HotlineMatter) -> bool:
    """Whether handling found true what was told of goods or equipment, and its citizen did not withdraw it."""
    if not child.substantiated or child.nature not in (Nature.REPORT, Nature.COMPLAINT):
        return False
    endings = Step.objects.filter(matter=child.matter_id, action="end-mediation")
    last = endings.order_by("-version").values_list("facts__ground", flat=True).first()
    return last != _WITHDRAWN


def _clean_details(child: HotlineMatter, decision: str, details: dict[str, Any]) -> dict[str, Any]:
    """The values as columns take them; of the form only those that were given."""
    form = DETAIL_FORMS.get(decision, forms.Form)(details)
    for name in details:
        if name not in form.fields:
            raise _unfit_refusal(name, _("This does not belong to the decision."))
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise _unfit_refusal(name, str(errors[0]))
    values = {name: value for name, value in form.cleaned_data.items() if name in details}
    if child.nature != Nature.CONDUCT and values.pop("against_office", None):
        raise _unfit_refusal(
            "against_office", _("Only a complaint about conduct is against an office.")
        )
    if "answer" in values:
        values["answer"] = redact(values["answer"], read_reporter_to_redact(child))
    return values


def _unfit_refusal(name: str, text: str) -> Refused:
    return Refused("detail-unfit", text, field=name)
