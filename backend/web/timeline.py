"""The timeline of a unit as people read it: each record with its own details and its evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.evidence.access import record_photo_url
from backend.evidence.models import File, Rendition
from backend.inspections.models import Report
from backend.units.accidents import effective_grade, is_stated_otherwise
from backend.units.models import Accident, Inspection, Record, Stage, Unit
from backend.units.models.records import FAILED
from backend.units.timeline import LATEST_FIRST
from backend.units.warnings import Doubt, list_warnings, with_comparisons
from backend.web.answers import AnswerLine, answer_lines

_FIELDS_BY_STAGE: dict[str, tuple[tuple[Any, str], ...]] = {
    Stage.DESIGN: (
        (gettext_lazy("Designer"), "designer"),
        (gettext_lazy("Licence no."), "licence_no"),
        (gettext_lazy("Drawing no."), "drawing_no"),
        (gettext_lazy("Appraised by"), "appraisal_body"),
        (gettext_lazy("Appraisal no."), "appraisal_no"),
        (gettext_lazy("Design life, years"), "design_life_years"),
    ),
    Stage.MANUFACTURE: (
        (gettext_lazy("Maker"), "maker"),
        (gettext_lazy("Licence no."), "licence_no"),
        (gettext_lazy("Factory no."), "factory_no"),
        (gettext_lazy("Product certificate no."), "product_certificate_no"),
        (gettext_lazy("Supervised inspection certificate no."), "supervision_certificate_no"),
        (gettext_lazy("Type test certificate no."), "type_test_certificate_no"),
        (gettext_lazy("Imported"), "imported"),
    ),
    Stage.INSTALLATION: (
        (gettext_lazy("Contractor"), "contractor"),
        (gettext_lazy("Licence no."), "licence_no"),
        (gettext_lazy("Notice no."), "notice_no"),
        (gettext_lazy("Notice given on"), "notice_on"),
        (gettext_lazy("Work began on"), "started_on"),
        (gettext_lazy("Work ended on"), "finished_on"),
    ),
    Stage.REGISTRATION: (
        (gettext_lazy("Registration for"), "get_kind_display"),
        (gettext_lazy("Certificate no."), "certificate_no"),
        (gettext_lazy("Authority"), "authority"),
        (gettext_lazy("Using unit"), "using_entity"),
        (gettext_lazy("Evidence of the older register"), "legacy_basis"),
    ),
    Stage.INSPECTION: (
        (gettext_lazy("Inspection kind"), "get_kind_display"),
        (gettext_lazy("Conclusion"), "get_conclusion_display"),
        (gettext_lazy("Inspection body"), "inspection_body"),
        (gettext_lazy("Report no."), "report_no"),
        (gettext_lazy("Inspectors"), "inspectors"),
        (gettext_lazy("Safety grade"), "safety_grade"),
        (gettext_lazy("Watched use, months"), "monitored_months"),
        (gettext_lazy("Opinion notice no."), "opinion_notice_no"),
        (gettext_lazy("Opinion answered on"), "opinion_answered_on"),
        (gettext_lazy("Next date stated in the report"), "stated_next_on"),
    ),
    Stage.REPAIR: (
        (gettext_lazy("Work"), "get_work_display"),
        (gettext_lazy("Contractor"), "contractor"),
        (gettext_lazy("Licence no."), "licence_no"),
        (gettext_lazy("Notice no."), "notice_no"),
        (gettext_lazy("Notice given on"), "notice_on"),
        (gettext_lazy("Work ended on"), "finished_on"),
        (gettext_lazy("Description"), "description"),
    ),
    Stage.ACCIDENT: (
        (gettext_lazy("Class"), "class"),
        (gettext_lazy("Class as stated"), "stated_class"),
        (gettext_lazy("Deaths"), "deaths"),
        (gettext_lazy("Seriously injured"), "serious_injuries"),
        (gettext_lazy("Direct loss"), "direct_loss"),
        (gettext_lazy("Damage"), "damage"),
        (gettext_lazy("Moved away from a leak"), "moved_people"),
        (gettext_lazy("Trapped in the car, minutes"), "trapped_minutes"),
        (gettext_lazy("Stranded at height, minutes"), "stranded_minutes"),
        (gettext_lazy("Stranded at height, persons"), "stranded_people"),
        (gettext_lazy("Outage, hours"), "outage_hours"),
        (gettext_lazy("Capacity, MW"), "capacity_mw"),
        (gettext_lazy("Cause"), "cause"),
        (gettext_lazy("Description"), "description"),
    ),
    Stage.TRANSFER: (
        (gettext_lazy("Change"), "get_kind_display"),
        (gettext_lazy("From"), "from_entity"),
        (gettext_lazy("To"), "to_entity"),
        (gettext_lazy("From region"), "from_region"),
        (gettext_lazy("To region"), "to_region"),
        (gettext_lazy("From address"), "from_address"),
        (gettext_lazy("To address"), "to_address"),
    ),
    Stage.STOP: (
        (gettext_lazy("Restart"), "restart"),
        (gettext_lazy("Notified on"), "notified_on"),
        (gettext_lazy("Reason"), "reason"),
    ),
    Stage.SCRAP: (
        (gettext_lazy("Kind"), "get_kind_display"),
        (gettext_lazy("Reason"), "reason"),
    ),
    Stage.WITHDRAWAL: ((gettext_lazy("Reason"), "reason"),),
}
_HIDDEN_IF_ZERO = frozenset(
    {
        "moved_people",
        "trapped_minutes",
        "stranded_minutes",
        "stranded_people",
        "outage_hours",
        "capacity_mw",
    }
)
_RELATED_ROWS = (
    "registration__authority",
    "registration__using_entity",
    "inspection__body",
    "transfer__from_entity",
    "transfer__from_region",
    "transfer__to_entity",
    "transfer__to_region",
)


@dataclass(frozen=True, slots=True)
class Photo:
    """A thumbnail and the larger picture; no addresses while it is on its way to storage."""

    sha256: str
    caption: str
    thumbnail: str | None
    screen: str | None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One record of the timeline.

    ``withdrawn`` is the reason for which it was taken back, and ``report`` what it came from.
    """

    record: Record
    title: str
    bad: bool
    superseded_by: int | None
    withdrawn: str
    report: Report | None
    lines: list[AnswerLine]
    details: list[tuple[str, str]]
    photos: list[Photo]
    warnings: list[Doubt]


def load_timeline(user: User, unit: Unit, reports: Sequence[Report]) -> list[TimelineEntry]:
    """Every record of ``unit``, newest first, in three queries. ``unit`` is visible to ``user``.

    ``reports`` are those of the unit.
    """
    issued = {report.record_id: report for report in reports}
    rows = (
        with_comparisons(Record.objects.filter(unit=unit))
        .select_related("filed_by", "superseded_by__withdrawal", *Stage.values, *_RELATED_ROWS)
        .prefetch_related("evidence__file__renditions")
        .order_by(*LATEST_FIRST, "-pk")
    )
    return [_build_entry(user, row, issued.get(row.pk)) for row in rows]


def field_labels(stage: str) -> dict[str, Any]:
    """By column of ``stage`` what a reader calls it."""
    named = ((name.removeprefix("get_").removesuffix("_display"), label)
             for label, name in _FIELDS_BY_STAGE[stage])  # fmt: skip
    return dict(named)


def load_photos(user: User, record: Record) -> dict[str, Photo]:
    """The photos of a record by their SHA-256 sums, in three queries."""
    proofs = record.evidence.select_related("file").prefetch_related("file__renditions")
    rows = proofs.order_by("pk")
    return {proof.file.sha256: show_photo(user, proof.file, proof.caption) for proof in rows}


def _build_entry(user: User, row: Record, report: Report | None) -> TimelineEntry:
    typed: Record = getattr(row, row.stage)
    later: Record | None = getattr(row, "superseded_by", None)
    return TimelineEntry(
        record=row,
        title=_record_title(typed, row.stage),
        bad=row.stage == Stage.ACCIDENT or getattr(typed, "conclusion", "") in FAILED,
        superseded_by=later.pk if later else None,
        withdrawn=later.withdrawal.reason if later and later.stage == Stage.WITHDRAWAL else "",
        report=report,
        lines=answer_lines(report) if report else [],
        details=list(_detail_rows(typed, row.stage)),
        photos=[show_photo(user, proof.file, proof.caption) for proof in row.evidence.all()],
        warnings=list_warnings(row),
    )


def _record_title(typed: Any, stage: str) -> str:
    if stage == Stage.INSPECTION:
        return f"{typed.get_kind_display()} · {typed.get_conclusion_display()}"
    if stage == Stage.STOP:
        return _("Back in use") if typed.restart else _("Stopped")
    if stage == Stage.ACCIDENT:
        return _accident_class(typed)
    for naming in ("get_kind_display", "get_work_display"):
        if hasattr(typed, naming):
            return str(getattr(typed, naming)())
    return ""


def _accident_class(accident: Accident) -> str:
    grade = effective_grade(accident)
    return str(grade.label) if grade else ""


def _detail_rows(typed: Record, stage: str) -> Iterator[tuple[str, str]]:
    for label, name in _FIELDS_BY_STAGE[stage]:
        text = _detail_text(typed, name)
        if text:
            yield str(label), text


def _detail_text(typed: Any, name: str) -> str:
    if name in _COMPUTED_TEXTS:
        return str(_COMPUTED_TEXTS[name](typed))
    value = getattr(typed, name)
    if value == 0 and name in _HIDDEN_IF_ZERO:
        return ""
    return _format_value(value() if callable(value) else value)


def _inspection_body_name(inspection: Inspection) -> str:
    return inspection.body_name or (inspection.body.name if inspection.body else "")


def _direct_loss_text(accident: Accident) -> str:
    fen = accident.direct_loss_fen
    return f"{fen / 100:,.2f} {_('yuan')}" if fen else ""


def _stated_class_text(accident: Accident) -> str:
    return accident.get_grade_display() if is_stated_otherwise(accident) else ""


def _damage_text(accident: Accident) -> str:
    return accident.get_damage_display() if accident.damage else ""


_COMPUTED_TEXTS: dict[str, Callable[[Any], str]] = {
    "inspection_body": _inspection_body_name,
    "direct_loss": _direct_loss_text,
    "class": _accident_class,
    "stated_class": _stated_class_text,
    "damage": _damage_text,
}


def _format_value(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return _("yes")
    if isinstance(value, dt.date):
        return date_format(value, "Y-m-d")
    if isinstance(value, LegalEntity):
        return value.shown_name
    return str(value.name if isinstance(value, Model) and hasattr(value, "name") else value)


def show_photo(user: User, file: File, caption: str) -> Photo:
    """A photo of ``file`` for ``user``, who may read what it belongs to."""
    return Photo(
        sha256=file.sha256,
        caption=caption or file.original_name,
        thumbnail=record_photo_url(user=user, file=file, kind=Rendition.Kind.THUMBNAIL),
        screen=record_photo_url(user=user, file=file, kind=Rendition.Kind.SCREEN),
    )
