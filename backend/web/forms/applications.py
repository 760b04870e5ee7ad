"""The forms of online approval: what is asked for, made of the data of its kind, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.approvals.attachments import Enclosed, receive_documents
from backend.approvals.kinds import ApplicationKind, FormField
from backend.approvals.models import Application, Certificate
from backend.approvals.named_things import Named, entities_of, people_of, units_of
from backend.approvals.petitions import Petition
from backend.directory.models import LegalEntity, Person
from backend.units.models import Unit
from backend.web.forms.keyed_form import DayInput, KeyedForm
from backend.web.forms.matters import VersionedForm

_IN_FORM = "form."
_FILES = "files-"


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit by what its owner calls it."""

    def label_from_instance(self, obj: Any) -> str:
        """Variety, the entity's own number, and one that tells it from others."""
        number = obj.certificate_no or obj.device_code or obj.factory_no or f"#{obj.pk}"
        return " ".join(filter(None, (obj.category.shown_name, obj.internal_no, number)))


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody whom the entity employs, by name: it is his employer who asks."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj.name)


class AboutForm(forms.Form):
    """Who applies, and about what: asked first, for the register fills in the rest by it."""

    applicant = forms.ModelChoiceField(LegalEntity.objects.none(), label=_("Applicant"))
    unit = UnitChoice(Unit.objects.none(), label=_("Unit"), required=False)
    person = PersonChoice(Person.objects.none(), label=_("Person"))
    purpose = forms.ChoiceField(label=_("What for"), choices=Application.Purpose.choices)
    certificate = forms.ModelChoiceField(
        Certificate.objects.none(), label=_("Certificate to be renewed or changed"), required=False
    )

    def __init__(self, user: User, kind: ApplicationKind, data: Any = None) -> None:
        super().__init__(data)
        entities = entities_of(user)
        self._set_rows_or_drop_field("applicant", entities, offered=True)
        about_unit = kind.about in ("unit", "maybe-unit")
        self._set_rows_or_drop_field("unit", units_of(user), offered=about_unit)
        self.fields.get("unit", forms.Field()).required = kind.about == "unit"
        self._set_rows_or_drop_field("person", people_of(user), offered=kind.about == "person")
        if about_unit:
            del self.fields["purpose"]
        held = Certificate.objects.filter(
            holder__in=entities.order_by().values("pk"), kind=kind.name, ending=""
        )
        self._set_rows_or_drop_field("certificate", held, offered=not about_unit)

    def _set_rows_or_drop_field(self, name: str, rows: Any, *, offered: bool) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        if not offered:
            del self.fields[name]

    def things_named(self) -> Named:
        """The things that were chosen; the form is valid."""
        told = self.cleaned_data
        return Named(
            told["applicant"], told.get("unit"), told.get("person"), told.get("certificate")
        )

    def purpose_told(self) -> str:
        """For the first time where nothing else can be."""
        return str(self.cleaned_data.get("purpose", Application.Purpose.NEW))


class FieldsMixin:
    """The fields of a kind's form."""

    kind: ApplicationKind

    def add_fields(self, fields: dict[str, forms.Field], known: Mapping[str, str]) -> None:
        """Add those of the kind, with what is known of them."""
        for field in self.kind.fields:
            fields[_IN_FORM + field.name] = build_field(field, known.get(field.name, ""))

    def told(self, cleaned: Mapping[str, Any]) -> dict[str, str]:
        """The texts that were filled in, by the names of the kind."""
        names = [field.name for field in self.kind.fields]
        return {name: str(cleaned[_IN_FORM + name] or "") for name in names}


class ApplicationForm(KeyedForm, FieldsMixin):
    """The form of one kind, prefilled from the register."""

    def __init__(
        self, user: User, kind: ApplicationKind, known: Mapping[str, str], data: Any = None
    ) -> None:
        super().__init__(user, data)
        self.kind = kind
        self.add_fields(self.fields, known)

    def petition(self, about: AboutForm, enclosed: list[Enclosed]) -> Petition:
        """What is asked for; both forms are valid."""
        named = about.things_named()
        return Petition(
            key=self.cleaned_data["key"],
            kind=self.kind,
            purpose=about.purpose_told(),
            form=self.told(self.cleaned_data),
            applicant=named.applicant,
            unit=named.unit,
            person=named.person,
            certificate=named.certificate,
            enclosed=enclosed,
        )


class SupplementForm(VersionedForm, FieldsMixin):
    """What lacked: the form again as it stands, and documents."""

    def __init__(self, user: User, application: Application, data: Any = None) -> None:
        super().__init__(user, data, initial={"version": application.matter.version})
        self.kind = application.kind_row
        self.add_fields(self.fields, application.form)


class WithdrawalForm(VersionedForm):
    """Why it is taken back, where there is something to say."""

    remark = forms.CharField(label=_("Remark"), max_length=2000, required=False)


def build_field(field: FormField, known: str) -> forms.Field:
    """The field of a page for one of a form."""
    facts: dict[str, Any] = {"label": field.label, "required": field.required, "initial": known}
    if field.kind == "choice":
        offered = [(one.value, one.label) for one in field.choices]
        return forms.ChoiceField(choices=[("", "—"), *offered], **facts)
    widgets: dict[str, forms.Widget] = {
        "day": DayInput(),
        "lines": forms.Textarea({"rows": 4}),
        "text": forms.TextInput(),
    }
    return forms.CharField(max_length=field.most, widget=widgets[field.kind], **facts)


def receive_enclosed(
    user: User, kind: ApplicationKind, files: MultiValueDict[str, UploadedFile]
) -> list[Enclosed]:
    """The PDFs and pictures that came with a form, kept as evidence, each with its document.

    Raises Refused as ``receive_documents`` does.
    """
    sent = [(one, files.getlist(_FILES + one.name)) for one in kind.documents]
    return receive_documents(user, sent)
