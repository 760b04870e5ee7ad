"""What looks wrong with a record without being a reason to refuse it.

Those who file it and those who read the unit's life are told; the register keeps it as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from backend.units.accidents import effective_grade, is_stated_otherwise
from backend.units.certificate_checks import is_borne_by_another_unit, list_misfits
from backend.units.models import Accident, Installation, Record, Registration, Repair, Unit
from backend.units.timeline import as_typed_record

_NOTIFIED = frozenset({Repair.Work.MODIFICATION, Repair.Work.MAJOR_REPAIR})
"""Works of which the law wants a notice before they begin, as of each installation (art. 23)."""


class Doubt(NamedTuple):
    """One thing that looks wrong: a stable code, and a text for people."""

    code: str
    text: str


def with_comparisons(rows: QuerySet[Record]) -> QuerySet[Record]:
    """Records with what ``list_warnings`` compares them with, in the same query."""
    return (
        rows.select_related("region", "superseded_by")
        .defer("region__boundary", "region__label_point")
        .annotate(
            of_category=F("unit__category_id"),
            number_elsewhere=is_borne_by_another_unit("registration__certificate_no", "unit_id"),
        )
    )


def list_warnings(row: Record) -> list[Doubt]:
    """What looks wrong with a record read by ``with_comparisons``; nothing once it was replaced."""
    if getattr(row, "superseded_by", None) is not None:
        return []
    return list(_list_doubts(row))


def list_warnings_of_unit(unit: Unit) -> list[Doubt]:
    """What looks wrong with the certificate number that ``unit`` bears today.

    ``number_elsewhere`` was read with it, by ``borne_elsewhere("certificate_no", "pk")``.
    """
    if not unit.certificate_no:
        return []
    elsewhere: bool = unit.number_elsewhere  # type: ignore[attr-defined]  # annotated
    return [
        *(
            Doubt(*each)
            for each in list_misfits(unit.certificate_no, unit.category_id, unit.region)
        ),
        *_list_doubled_numbers(number_elsewhere=elsewhere),
    ]


def _list_doubts(row: Record) -> Iterator[Doubt]:
    record = as_typed_record(row)
    if isinstance(record, Registration):
        category: str = row.of_category  # type: ignore[attr-defined]  # annotated
        for each in list_misfits(record.certificate_no, category, row.region):
            yield Doubt(*each)
        yield from _list_doubled_numbers(number_elsewhere=row.number_elsewhere)  # type: ignore[attr-defined]
    elif isinstance(record, Installation | Repair):
        yield from _list_work_doubts(record)
    elif isinstance(record, Accident) and is_stated_otherwise(record):
        words = {
            "stated": record.get_grade_display(),
            "derived": getattr(effective_grade(record), "label", ""),
        }
        text = _("Stated as %(stated)s; by its facts the accident is %(derived)s.") % words
        yield Doubt("accident-class", text)


def _list_doubled_numbers(*, number_elsewhere: bool) -> Iterator[Doubt]:
    if number_elsewhere:
        text = _("Another unit bears this certificate number.")
        yield Doubt("certificate-doubled", text)


def _list_work_doubts(record: Installation | Repair) -> Iterator[Doubt]:
    """Doubts about work dated before its notice, or without one (Law art. 23). It is a fact all the same."""
    if record.notice_on is None:
        wanted = isinstance(record, Installation) or record.work in _NOTIFIED
        if wanted and not record.notice_no:
            yield Doubt("work-before-notice", _("No notice of this work is on record."))
        return
    days = (record.happened_on, record.finished_on, getattr(record, "started_on", None))
    began = min(day for day in days if day is not None)
    if began < record.notice_on:
        words = {"day": began, "notice": record.notice_on}
        text = _("The work is dated %(day)s, before its notice of %(notice)s.") % words
        yield Doubt("work-before-notice", text)
