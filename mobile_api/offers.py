"""What somebody may decide now, with all that a phone must ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.flows.definition import Decision, Flow
from backend.matters.asked import offers_for
from backend.matters.choices import offices_for, people_for
from backend.matters.kinds import find_detail_form, read_detail_fields
from backend.matters.labels import label_in_language
from backend.matters.models import Matter
from mobile_api.people import near_people
from mobile_api.prefilled import NO, YES, read_prefilled

MOST_CHOICES = 500
"""So many offices or values can be chosen from on a phone; where there are more, a desk is needed."""

_KINDS: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.NullBooleanField, "choice"),
    (forms.BooleanField, "yes"),
    (forms.DateField, "day"),
    (forms.IntegerField, "number"),
    (forms.DecimalField, "number"),
    (forms.ModelMultipleChoiceField, ""),
    (forms.ModelChoiceField, "choice"),
    (forms.MultipleChoiceField, ""),
    (forms.ChoiceField, "choice"),
    (forms.RegexField, "text"),
)
"""How a phone asks for a field; not at all where the name is empty, or the field none of these."""


def describe_offers(user: User, matter: Matter, flow: Flow) -> list[dict[str, Any]]:
    """The decisions that ``user`` may take now."""
    return [_describe_offer(matter, flow, offer) for offer in offers_for(user, matter)]


def describe_choices(user: User, matter: Matter, offers: list[dict[str, Any]]) -> dict[str, Any]:
    """The offices that ``offers`` choose from, each list once, and who is near of the people."""
    lines = {offer["office"] for offer in offers} - {""}
    people = any(offer["persons"] for offer in offers)
    return {
        "offices": {line: _offices_in_line(matter, line) for line in sorted(lines)},
        "people": near_people(user, people_for(matter)) if people else [],
    }


def _offices_in_line(matter: Matter, line: str) -> list[list[str]]:
    rows = offices_for(matter.office, line).order_by("code")[:MOST_CHOICES]
    return [[office.code, office.name] for office in rows]


def _describe_offer(matter: Matter, flow: Flow, offer: Decision) -> dict[str, Any]:
    demands = offer.demands
    form = find_detail_form(matter, offer.name)
    fields = list(_describe_fields(read_detail_fields(form, matter))) if form else []
    return {
        "decision": offer.name,
        "label": label_in_language(offer.label),
        "remark": demands.remark,
        "grounds": [
            [n, label_in_language(g)] for n, g in flow.grounds.get(demands.ground, {}).items()
        ],
        "office": demands.office or "",
        "persons": demands.persons,
        "fields": [field for field in fields if field["kind"]],
        "at_desk": any(not one["kind"] and (one["required"] or one["value"]) for one in fields),
    }


def _describe_fields(fields: Mapping[str, forms.Field]) -> Iterator[dict[str, Any]]:
    for name, field in fields.items():
        choices = _choices_of(field)
        fits = len(choices) <= MOST_CHOICES
        yield {
            "name": name,
            "label": str(field.label or name),
            "kind": _kind_of(field) if fits else "",
            "required": field.required,
            "most": getattr(field, "max_length", None),
            "choices": choices if fits else [],
            "value": read_prefilled(field),
        }


def _kind_of(field: forms.Field) -> str:
    for one, kind in _KINDS:
        if isinstance(field, one):
            return kind
    if type(field) is not forms.CharField:
        return ""
    return "lines" if isinstance(field.widget, forms.Textarea) else "text"


def _choices_of(field: forms.Field) -> list[list[str]]:
    """The values with their names, one more than a phone takes at most; without the empty one."""
    if isinstance(field, forms.ModelChoiceField):
        rows = field.queryset[: MOST_CHOICES + 1] if field.queryset is not None else []
        return [[str(row.pk), str(row)] for row in rows]
    if isinstance(field, forms.ChoiceField):
        pairs: Any = field.choices
        return [[str(value), str(name)] for value, name in pairs if value != ""]
    if isinstance(field, forms.NullBooleanField):
        return [[YES, _("yes")], [NO, _("no")]]
    return []
