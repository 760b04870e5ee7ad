"""The form of one lifecycle record, made of the columns that its stage has.

A new stage is filed by its table alone: its labels are those of the timeline, or else the names of
its columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.rights import Right, may
from backend.directory.models import Authority, LegalEntity
from backend.evidence.models import File
from backend.inspections.actions import withdraw_record
from backend.lib import clock
from backend.units.filing import file_record
from backend.units.models import Inspection, Record, Stage, Unit
from backend.units.models.records import STAGE_OF
from backend.units.stage_constraints import find_broken_constraint
from backend.units.timeline import records_in_force, records_of
from backend.web.forms.chosen import EntityField
from backend.web.forms.keyed_form import DayInput, KeyedForm
from backend.web.timeline import field_labels
from geo.models import Region

MODEL_BY_STAGE: Mapping[str, type[Record]] = {stage: model for model, stage in STAGE_OF.items()}


_LABELS = {
    "body": _("Inspection body of the directory"),
    "body_name": _("Inspection body as the report writes it"),
    "relies_on": _("Inspection that it rests on"),
    "repeats": _("Inspection that it repeats"),
    "direct_loss_fen": _("Direct loss, in fen"),
    "grade": _("Class as stated"),
}
"""What columns are called that the timeline does not show by themselves."""


def stages_filed_by(user: User) -> list[Stage]:
    """The stages of which ``user`` may file records, in the order of a life."""
    rights = dict.fromkeys(Stage, Right.FILE_RECORD) | {Stage.WITHDRAWAL: Right.WITHDRAW_RECORD}
    return [stage for stage, right in rights.items() if may(user, right)]


class _RecordChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in stubs alone
    """One of the records of a unit, by its day and what it says."""

    def label_from_instance(self, row: Any) -> str:
        """Its day and its stage; of an inspection its kind and what came of it."""
        if isinstance(row, Inspection):
            return f"{row.happened_on} {row.get_kind_display()} · {row.get_conclusion_display()}"
        return f"{row.happened_on} {row.get_stage_display()}"


class RecordForm(KeyedForm):
    """One record of ``stage`` of ``unit``; ``supersedes`` is the record that it corrects."""

    also_called: ClassVar[Mapping[str, str]] = {"record": "supersedes"}

    happened_on = forms.DateField(label=_("Day"))
    supersedes = _RecordChoice(
        Record.objects.none(), label=_("In place of the record"), required=False, empty_label="—"
    )
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    evidence = forms.CharField(required=False, widget=forms.HiddenInput, max_length=65 * 50)

    def __init__(self, user: User, unit: Unit, stage: Stage, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.user, self.unit, self.stage = user, unit, stage
        withdraws = stage == Stage.WITHDRAWAL
        day = self.fields["happened_on"]
        day.widget, day.required = DayInput(latest=clock.today()), not withdraws
        self._offer_records(needed=withdraws)
        own = _own_fields(MODEL_BY_STAGE[stage], unit)
        for field in own.values():
            if isinstance(field, EntityField):
                field.user = user
        self.own = list(own)
        last = {name: self.fields.pop(name) for name in ("supersedes", "remark", "evidence")}
        self.fields |= own | last

    def _offer_records(self, *, needed: bool) -> None:
        """The records that may be corrected or withdrawn: those in force."""
        mine = [record.pk for record in records_in_force(records_of(self.unit))]
        rows = Record.objects.filter(pk__in=mine)
        if not needed:
            rows = rows.filter(stage=self.stage)
        field = self.fields["supersedes"]
        assert isinstance(field, _RecordChoice)
        field.queryset, field.required = rows.order_by("-happened_on", "-pk"), needed

    def clean_evidence(self) -> list[File]:
        """The papers and photos that ``user`` has sent and the form names."""
        named = self.cleaned_data["evidence"].split()
        return list(File.objects.sent_by([self.user.pk]).filter(sha256__in=named))

    def clean(self) -> None:
        """What the table of the stage would refuse is told before."""
        if not self.errors and self.stage != Stage.WITHDRAWAL:
            text = find_broken_constraint(self._build_record())
            if text is not None:
                raise forms.ValidationError(text)

    def file(self) -> Record:
        """File the record that the form, which is valid, describes; raises Refused as filing does."""
        said = self.cleaned_data
        common = {
            "actor": self.user, "unit": self.unit, "evidence": said["evidence"],
            "client_id": said["key"],
        }  # fmt: skip
        if self.stage == Stage.WITHDRAWAL:
            filed, _new = withdraw_record(
                withdrawn=said["supersedes"],
                reason=said["reason"],
                happened_on=said["happened_on"],
                remark=said["remark"],
                **common,
            )
        else:
            filed, _new = file_record(
                record=self._build_record(), supersedes=said["supersedes"], **common
            )
        return filed

    def _build_record(self) -> Record:
        said = self.cleaned_data
        own = {name: said[name] for name in self.own if said[name] is not None}
        return MODEL_BY_STAGE[self.stage](
            stage=self.stage, happened_on=said["happened_on"], remark=said["remark"], **own
        )


def _own_fields(model: type[Record], unit: Unit) -> dict[str, forms.Field]:
    """The fields of what a stage adds to the common part."""
    labels = _LABELS | field_labels(STAGE_OF[model])
    return {
        column.name: _field_of(column, unit, labels.get(column.name, capfirst(column.verbose_name)))
        for column in _own_columns(model)
    }


def _own_columns(model: type[Record]) -> Iterator[models.Field[Any, Any]]:
    """The columns of what a stage adds, without what the server writes."""
    for column in model._meta.local_fields:
        if column.editable and not column.primary_key:
            yield column


def _field_of(column: models.Field[Any, Any], unit: Unit, label: Any) -> forms.Field:
    required = not (column.null or column.blank)
    related = column.related_model
    if related is LegalEntity:
        return EntityField(required=required, label=label)
    if related is Inspection:
        inspections = Inspection.objects.filter(unit=unit).order_by("-happened_on", "-pk")
        return _RecordChoice(inspections, required=required, label=label, empty_label="—")
    if related is Region:
        counties = Region.objects.filter(level=Region.Level.COUNTY, valid_to=None)
        rows: Any = counties.defer("boundary", "label_point")
        return forms.ModelChoiceField(rows, required=required, label=label)
    if related is Authority:
        return forms.ModelChoiceField(
            Authority.objects.order_by("code"), required=required, label=label
        )
    options: dict[str, Any] = {"label": label, "help_text": ""}
    if isinstance(column, models.DateField):
        options["widget"] = DayInput()
    if isinstance(column, models.BooleanField):
        options["label_suffix"] = ""
    made = column.formfield(**options)
    assert made is not None  # a column that is edited has one
    return made


def values_of(record: Record) -> dict[str, Any]:
    """What stands in ``record``, to begin its correction with."""
    typed = getattr(record, record.stage)
    values = {column.name: getattr(typed, column.name) for column in _own_columns(type(typed))}
    return values | {"happened_on": record.happened_on, "supersedes": record.pk}
