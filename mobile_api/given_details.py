"""What came with a decision from a phone, checked by the form that its page has."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from backend.matters.kinds import find_detail_form, read_detail_fields
from backend.matters.models import Matter
from mobile_api.prefilled import read_prefilled


def clean_details(matter: Matter, decision: str, given: dict[str, Any]) -> dict[str, Any]:
    """The values as the kind takes them. Raises Refused 422 ``detail-unfit``, ``detail-missing``.

    A field that the form fills in must come, be it empty: left out it could mean that it stays as
    it is, and that it is emptied.
    """
    form_class = find_detail_form(matter, decision)
    if form_class is None:
        return given
    form = form_class(given)
    form.fields = read_detail_fields(form_class, matter)
    for name in given.keys() - form.fields.keys():
        text = _("This does not belong to the decision.")
        raise Refused("detail-unfit", text, field=name)
    _refuse_left_out(form, given)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise Refused("detail-unfit", f"{label or name}: {errors[0]}", field=name)
    return {name: form.cleaned_data[name] for name in form.fields}


def _refuse_left_out(form: forms.Form, given: dict[str, Any]) -> None:
    for name, field in form.fields.items():
        if name not in given and read_prefilled(field):
            text = _("%(field)s did not come with it. Read the matter again and decide anew.")
            told = text % {"field": field.label or name}
            raise Refused("detail-missing", told, field=name)
