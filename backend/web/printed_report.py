"""A report on paper: cover and overview of the domain reference 4.5 as far as the register has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.inspections.models import Report
from backend.units.models import Design, Installation, Manufacture, Unit
from backend.units.models.records import FAILED
from backend.units.parameters import Parameter, schema_of
from backend.units.timeline import records_in_force, records_of
from backend.web.answers import AnswerLine, answer_lines, is_english
from backend.web.findings import DefectFinding, load_findings, load_reports
from backend.web.timeline import Photo, load_photos
from backend.web.use_mark import build_full_address

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """What a printed report shows; ``Rows`` are labels with their values."""

    report: Report
    body: str
    approval_no: str
    cover: Rows
    overview: Rows
    parameters: Rows
    lines: list[AnswerLine]
    found: list[DefectFinding]
    closed: list[DefectFinding]
    result: Rows
    photos: list[Photo]


def load_printed_report(user: User, unit: Unit, report: Report) -> PrintedReport:
    """The report as it is printed, which ``user`` may see; a fixed number of queries."""
    record = report.record
    evidence = load_photos(user, record) if record else {}
    every = load_findings(unit, load_reports(unit), evidence)
    body = report.body
    return PrintedReport(
        report=report,
        body=body.name if body else "",
        approval_no=body.inspectionbody.approval_no if body else "",
        cover=_format_rows(_cover_rows(unit, report)),
        overview=_format_rows(_overview_rows(unit)),
        parameters=_parameter_rows(unit),
        lines=answer_lines(report),
        found=[each for each in every if each.report.pk == report.pk],
        closed=[each for each in every if each.defect.closed_by_report_id == report.pk],
        result=_format_rows(_result_rows(unit, report)),
        photos=list(evidence.values()),
    )


def _format_rows(rows: Iterator[tuple[str, Any]]) -> Rows:
    return [(label, _format_value(value)) for label, value in rows]


def _format_value(value: Any) -> str:
    if isinstance(value, dt.date):
        return date_format(value, "Y-m-d")
    return str(value) if value else "—"


def _cover_rows(unit: Unit, report: Report) -> Iterator[tuple[str, Any]]:
    yield _("Report no."), report.report_no
    yield _("Using unit"), unit.using_entity.shown_name if unit.using_entity else ""
    yield _("Unified social credit code"), _credit_code(unit.using_entity)
    yield _("Address of use"), f"{build_full_address(unit)} ({unit.region_id})"
    yield _("Inspection kind"), report.get_kind_display()
    yield _("Day of inspection"), report.happened_on


def _credit_code(entity: LegalEntity | None) -> str:
    """The entity's credit code; a natural person's is his identity number, and on no paper."""
    return (entity.uscc or "") if entity and not entity.natural_person else ""


def _overview_rows(unit: Unit) -> Iterator[tuple[str, Any]]:
    stages = {type(record): record for record in records_in_force(records_of(unit))}
    made, built, designed = (stages.get(stage) for stage in (Manufacture, Installation, Design))
    yield _("Kind"), unit.category.shown_kind
    yield _("Category"), unit.category.shown_type
    yield _("Variety"), unit.category.variety_on_forms
    yield _("Product name"), unit.product_name
    yield _("Model"), unit.model
    yield _("Factory no."), unit.factory_no or getattr(made, "factory_no", "")
    yield _("Device code"), unit.device_code
    yield _("Registration certificate no."), unit.certificate_no
    yield _("Internal no."), unit.internal_no
    yield _("Maker"), getattr(made, "maker", "")
    yield _("Made on"), made.happened_on if made else ""
    yield _("Contractor"), getattr(built, "contractor", "")
    yield _("Licence no."), getattr(built, "licence_no", "")
    yield _("Maintenance unit"), unit.maintainer.shown_name if unit.maintainer else ""
    yield _("First used on"), unit.first_used_on
    yield _("Design life, years"), getattr(designed, "design_life_years", "")


def _parameter_rows(unit: Unit) -> Rows:
    """The parameters that the schema of the kind knows, in its order."""
    schema = schema_of(unit.category_id)
    stated = [(each, unit.parameters.get(name)) for name, each in schema.items()]
    return [
        (each.en if is_english() else each.zh, _format_parameter(each, value))
        for each, value in stated
        if value is not None
    ]


def _format_parameter(parameter: Parameter, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value} {parameter.unit}".strip()


def _result_rows(unit: Unit, report: Report) -> Iterator[tuple[str, Any]]:
    record = report.record
    yield _("Conclusion"), report.get_conclusion_display()
    if report.safety_grade:
        yield _("Safety grade"), report.safety_grade
    if report.monitored_months:
        yield _("Watched use, months"), report.monitored_months
    yield (
        _("Next inspection by"),
        "/" if report.conclusion in FAILED else _next_inspection_day(unit, report),
    )
    if report.opinion_notice_no:
        yield _("Opinion notice no."), report.opinion_notice_no
        yield _("Opinion answered on"), report.opinion_answered_on
    yield _("By the checklist"), f"{report.checklist.title} v{report.checklist.version}"
    source = report.checklist.source
    yield _("Basis"), _(source) if source else ""
    yield _("Inspectors"), record.inspectors if record else report.inspectors
    yield _("Remark"), report.remark


def _next_inspection_day(unit: Unit, report: Report) -> Any:
    """The day as the report states it; else the due day of the clock that this very inspection
    set."""
    if report.stated_next_on:
        return report.stated_next_on
    clocks = unit.clocks.all()
    return next(
        (c.due_on for c in clocks if (c.kind, c.last_on) == (report.kind, report.happened_on)), None
    )
