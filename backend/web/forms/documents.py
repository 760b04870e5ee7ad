"""The forms by which official documents are drafted, attached to and looked for."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Role, User
from backend.documents.models import (
    Direction,
    Document,
    DocumentKind,
    Ending,
    Party,
    Retention,
    Secrecy,
)
from backend.documents.wording import COLUMNS, Wording
from backend.lib import clock
from backend.matters.models import Matter
from backend.offices.models import Office, Post, post_in_force
from backend.offices.seats import Seats
from backend.web.forms.keyed_form import KeyedForm
from backend.web.forms.matters import VersionedForm

_WITH_DRAFT = {"form": "draft"}
"""Makes a field outside of the form of a draft one of its fields."""
_LINES = _("One a line: an office by its name or code, or somebody else in words.")


class PartiesField(forms.CharField):
    """Offices and names, one a line; a line that is no office is kept as the words that it is."""

    def __init__(self, *, label: Any, help_text: Any = "") -> None:
        super().__init__(
            label=label, help_text=help_text, required=False, max_length=20000,
            widget=forms.Textarea({"rows": 2}),
        )  # fmt: skip

    def clean(self, value: Any) -> list[Office | str]:
        """The offices and names, in the order in which they stand."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        today = Office.objects.in_force(clock.today())
        by_name = {office.name: office for office in today.filter(name__in=lines)}
        by_code = {office.code: office for office in today.filter(code__in=lines)}
        return [by_name.get(line) or by_code.get(line) or line for line in lines]


class BelowField(forms.ChoiceField):
    """Whether all offices below get it too."""

    def __init__(self) -> None:
        super().__init__(
            label=_("And to the authorities below"),
            required=False,
            choices=[("", "—"), ("right", _("those right below")), ("all", _("all below"))],
        )


class DocumentForm(VersionedForm):
    """All that a draft says."""

    kind = forms.ModelChoiceField(
        DocumentKind.objects.none(), label=_("Kind of document"), to_field_name="code"
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Matter.Urgency.choices)
    title = forms.CharField(label=_("Title"), max_length=180)
    main = PartiesField(label=_("Main recipients (主送)"), help_text=_LINES)
    below = BelowField()
    body = forms.CharField(
        label=pgettext_lazy("document", "Text"),
        max_length=60000,
        required=False,
        widget=forms.Textarea({"rows": 18}),
        help_text=_("A paragraph a line. 一、（一）1.（1） at the beginning make headings."),
    )
    note = forms.CharField(label=_("Note (附注)"), max_length=200, required=False)
    ends = forms.CharField(
        label=_("Number of a document that it ends"),
        max_length=60,
        required=False,
        help_text=_("Of this authority, or of one below it; as 鲁质监发〔2006〕12号."),
    )
    ending = forms.ChoiceField(
        label=_("And how"), required=False, choices=[("", "—"), *Ending.choices]
    )
    copy = PartiesField(label=_("Copies to (抄送)"))
    joint = PartiesField(label=_("Offices that issue it too (联合行文)"))
    signer = forms.ModelChoiceField(
        User.objects.none(), label=_("Signer (签发人), on what goes up"), required=False
    )
    retention = forms.ChoiceField(
        label=_("Kept for"), choices=Retention.choices, initial=Retention.TEN
    )
    secrecy = forms.ChoiceField(label=_("Secrecy"), choices=Secrecy.choices)
    secret_years = forms.IntegerField(
        label=_("Secret for years"), min_value=1, max_value=30, required=False
    )

    groups: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_("What it is"), ("kind", "direction", "urgency", "title")),
        (_("To whom"), ("main", "below", "copy")),
        (_("What it says"), ("body", "note", "ends", "ending")),
        (_("Who answers for it"), ("signer", "joint", "retention", "secrecy", "secret_years")),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(user, *args, **options)
        self.user = user
        fields: Any = self.fields
        fields["kind"].queryset = DocumentKind.objects.in_force(clock.today()).order_by("place")
        offices = {seat.office for seat in Seats.of(user).seats}
        leaders = Post.objects.filter(
            post_in_force(clock.today()), office__in=offices, role=Role.LEADER
        )
        fields["signer"].queryset = User.objects.filter(pk__in=leaders.values("user"))

    def is_written(self) -> bool:
        """Whether it says anything else than the draft that it was filled in with."""
        return bool(set(self.changed_data) - {"key", "version"})

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by their groups, in the order in which they are filled in."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    def wording(self) -> Wording:
        """What was filled in; the form is valid."""
        told = self.cleaned_data
        parties = {part: told[part] for part in ("main", "copy", "joint")}
        parties["main"] = [*told["main"], *self._offices_below(told["below"], told["main"])]
        return Wording(
            kind=told["kind"].code,
            columns={name: told[name] for name in COLUMNS},
            parties=parties,
            urgency=told["urgency"],
            ends=told["ends"],
        )

    def _offices_below(self, which: str, named: list[Any]) -> list[Office]:
        """The authorities below the reader's first office, without those that are named already."""
        if not which:
            return []
        above = Office.objects.filter(pk__in=[seat.office for seat in Seats.of(self.user).seats])
        here = above.order_by("path").first()
        if here is None:
            return []
        below = Office.objects.of_authorities().in_force(clock.today()).descending_from(here)
        if which == "right":
            below = below.filter(authority__parent=here.authority_id)
        known = {office.pk for office in named if isinstance(office, Office)}
        return [office for office in below.exclude(pk=here.pk) if office.pk not in known]


def fill_in(document: Document) -> dict[str, Any]:
    """The values of a draft as its form shows them."""
    lines: dict[str, list[str]] = {part: [] for part in Party.Part}
    for part, name in document.parties.values_list("part", "name"):
        lines[part].append(name)
    columns = {name: getattr(document, name) for name in COLUMNS}
    return (
        columns
        | {part: "\n".join(names) for part, names in lines.items()}
        | {
            "kind": document.kind.code,
            "ends": document.ends.number if document.ends else "",
            "urgency": document.matter.urgency,
            "version": document.matter.version,
        }
    )


class AttachForm(KeyedForm):
    """A PDF or DOCX, and what it is called below the text; sent with the form of the draft.

    A file sent alone would throw away what was written meanwhile.
    """

    key = forms.UUIDField(widget=forms.HiddenInput(_WITH_DRAFT), initial=uuid.uuid4)
    title = forms.CharField(
        label=_("What it is called"),
        max_length=120,
        required=False,
        widget=forms.TextInput(_WITH_DRAFT),
    )
    file = forms.FileField(
        label=_("PDF or DOCX"),
        widget=forms.FileInput({"accept": ".pdf,.docx"} | _WITH_DRAFT),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, prefix="attach", **options)


class SearchForm(forms.Form):
    """What is looked for."""

    text = forms.CharField(
        label=_("Number, title or text"), required=False, min_length=2, max_length=80
    )
