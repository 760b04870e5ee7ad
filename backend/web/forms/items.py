"""The form by which staff put a held item of field work right: one field for each value of its body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.fieldwork.models import Item
from backend.inspections.answers import FAIL, NA, PASS
from backend.inspections.models import Severity
from backend.lib import clock
from backend.units.models import Conclusion, InspectionKind
from geo.regions import Gazetteer

MOST_VALUES = 400
_LONG = 60
_BODY = "/body"
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_CHOICES: Mapping[str, Any] = {
    "conclusion": Conclusion.choices,
    "kind": InspectionKind.choices,
    "severity": Severity.choices,
}
_ANSWERS = ((PASS, gettext_lazy("passed")), (FAIL, gettext_lazy("failed")),
            (NA, gettext_lazy("not applicable")))  # fmt: skip


class FindItemsForm(forms.Form):
    """By what held items are narrowed; wrong values count as not given."""

    code = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Came"), required=False, coerce=int, empty_value=None,
        choices=[("", gettext_lazy("all")), ("1", gettext_lazy("more than a day ago")),
                 ("7", gettext_lazy("more than a week ago"))],
    )  # fmt: skip

    def __init__(self, user: User, rows: QuerySet[Item], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        codes = rows.exclude(code="").order_by("code").values_list("code", flat=True).distinct()
        named = _reason_names()
        self._set_choices_or_all("code", [(code, named.get(code, code)) for code in codes])
        below = (
            Gazetteer.load().children_of(user.region_id, clock.today()) if user.region_id else []
        )
        self._set_choices_or_all("region", [(region.code, region.name) for region in below])
        if not below:
            del self.fields["region"]

    def _set_choices_or_all(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all")), *choices]


def _reason_names() -> dict[str, str]:
    """What a reader calls the codes for which most items are held."""
    return {
        "invalid": _("a value that cannot be"), "not-found": _("not the sender's unit"),
        "not-allowed": _("not the sender's to file"), "photos-missing": _("photos lack"),
        "predecessor-missing": _("an earlier item lacks"), "unsettled": _("not tried yet"),
        "predecessor-held": _("an earlier item is held"), "unknown-member": _("an unknown member"),
    }  # fmt: skip


class ItemForm(forms.Form):
    """The values of the body, by their JSON pointers, and what is not waited for any longer.

    A field that is emptied leaves its member out. What the register found wrong stands at its field,
    also for a member that did not come.
    """

    without_photos = forms.BooleanField(
        label=gettext_lazy("Accept it without the photos that never came"), required=False
    )
    without_predecessor = forms.BooleanField(
        label=gettext_lazy("Accept it without the earlier item that is not in the register"),
        required=False,
    )

    def __init__(self, item: Item, *args: Any, may_mend: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        body = item.mended if item.mended is not None else item.sent_document.get("body")
        self.body: dict[str, Any] = body if isinstance(body, dict) else {}
        leaves = dict(_walk_leaves(self.body, _BODY))
        told = {error["pointer"]: error["detail"] for error in item.errors}
        told = {name: text for name, text in told.items() if name.startswith(f"{_BODY}/")}
        missing = {name for name in told if not any(leaf.startswith(name) for leaf in leaves)}
        self.values = leaves | dict.fromkeys(sorted(missing))
        if may_mend and len(self.values) <= MOST_VALUES:
            self.fields |= {
                name: _value_field(name, value, told.get(name, ""))
                for name, value in self.values.items()
            }

    @property
    def value_fields(self) -> list[forms.BoundField]:
        """The fields of the values."""
        return [self[name] for name in self.fields if name.startswith(_BODY)]

    @property
    def waiver_fields(self) -> list[forms.BoundField]:
        """The fields that say what is not waited for."""
        return [self["without_photos"], self["without_predecessor"]]

    def clean(self) -> None:
        """A number stays one."""
        for name, value in self.values.items():
            text = self.cleaned_data.get(name)
            if _is_number(value) and text and not _NUMBER.fullmatch(text):
                self.add_error(name, _("Give a number."))

    def mended_body(self) -> dict[str, Any] | None:
        """The body with what was changed; None where nothing was. The form is valid."""
        said = {
            name: self.cleaned_data[name].replace("\r\n", "\n")
            for name in self.values
            if name in self.fields
        }
        if all(text == _as_text(self.values[name]) for name, text in said.items()):
            return None
        body: dict[str, Any] = json.loads(json.dumps(self.body))
        # From the end, so that places in lists stay what they are while others are left out.
        for name in reversed(said):
            if said[name] != _as_text(self.values[name]):
                _set_at_path(body, name.split("/")[2:], _as_value(said[name], self.values[name]))
        return body


def _walk_leaves(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    """The plain values within, each by its JSON pointer."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if "/" not in name:  # which no member of ours has, and no pointer could tell
                yield from _walk_leaves(inner, f"{pointer}/{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _walk_leaves(inner, f"{pointer}/{place}")
    else:
        yield pointer, value


def _set_at_path(body: dict[str, Any], path: list[str], value: Any) -> None:
    """Set what stands at ``path`` in ``body``; None leaves it out. What is not there is made."""
    place: Any = body
    for name in path[:-1]:
        place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
    key: Any = int(path[-1]) if isinstance(place, list) else path[-1]
    if value is not None:
        place[key] = value
    elif isinstance(place, list) or key in place:
        del place[key]


def _value_field(name: str, value: Any, wrong: str) -> forms.Field:
    """The field of one value; ``wrong`` is what the register told of it."""
    last, label = name.rpartition("/")[2], _label_of_member(name)
    shown: dict[str, Any] = {"label": label, "required": False, "help_text": wrong}
    shown["initial"] = _as_text(value)
    if isinstance(value, bool):
        return forms.ChoiceField(choices=[("true", _("yes")), ("false", _("no"))], **shown)
    choices = _ANSWERS if value in (PASS, FAIL, NA) else _CHOICES.get(last, ())
    if choices:
        known = [("", "—"), *choices]
        other = [] if shown["initial"] in dict(known) else [(shown["initial"], shown["initial"])]
        return forms.ChoiceField(choices=[*known, *other], **shown)
    long = isinstance(value, str) and (len(value) > _LONG or "\n" in value)
    widget = forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput()
    return forms.CharField(strip=False, widget=widget, **shown)


def _label_of_member(name: str) -> str:
    """The member in the reader's words where there are any, with its place; places count from 1."""
    names = member_names()
    parts = name.split("/")[2:]
    return " ".join(
        str(int(part) + 1) if part.isdecimal() and parts[0] in _LISTS else names.get(part, part)
        for part in parts
    )


_LISTS = ("photos", "defects", "closes")


def member_names() -> dict[str, str]:
    """What a reader calls the members of a body."""
    return {
        "unit": _("Unit"), "kind": _("Kind of inspection"), "happened_on": _("Day of the inspection"),
        "answers": _("Item"), "conclusion": _("Conclusion"), "defects": _("Problems found"),
        "photos": _("Photos"), "remark": _("Remark"), "position": _("Position"),
        "checklist": _("Checklist"), "checklist_version": _("Version of the checklist"),
        "device_time": _("Time"), "report_no": _("Report no."), "lng": _("Longitude, degrees"),
        "lat": _("Latitude, degrees"), "datum": _("Coordinates are"), "accuracy": _("Accuracy, m"),
        "tag_code": _("Tag code"), "safety_grade": _("Safety grade"), "item": _("Item"),
        "monitored_months": _("Watched use, months"), "reason": _("Reason"), "text": _("Text"),
        "opinion_notice_no": _("Opinion notice no."), "raw": _("What the camera read"),
        "opinion_answered_on": _("Opinion answered on"), "severity": _("Severity"),
        "stated_next_on": _("Next date stated in the report"), "mock": _("Made-up position"),
        "conclusion_reason": _("Reason given"), "second_inspector": _("Second inspector"),
        "closes": _("Defects put right"), "scanned_at": _("Time"),
        "supersedes": _("Report that it corrects"),
    }  # fmt: skip


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)


def _as_value(text: str, before: Any) -> Any:
    """What ``text`` says where ``before`` stood: a number, a truth or a text; None for nothing."""
    if not text:
        return None
    if isinstance(before, bool) or _is_number(before):
        return json.loads(text)
    if before is None and _NUMBER.fullmatch(text):
        return json.loads(text)
    return text
