"""The defects that inspectors found, as people read them, each with what ended it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.inspections.answers import text_of_item
from backend.inspections.models import Defect, Report
from backend.units.models import Unit
from backend.web.answers import is_english
from backend.web.timeline import Photo


@dataclass(frozen=True, slots=True)
class DefectFinding:
    """A defect with the words of its item and its photos."""

    defect: Defect
    report: Report
    item: str
    photos: list[Photo]
    closed_by: Report | None


def load_reports(unit: Unit) -> list[Report]:
    """The reports of a unit, newest first, in one query."""
    rows = Report.objects.filter(unit=unit).with_record()
    rows = rows.select_related("checklist", "filed_by", "body")
    return list(rows.order_by("-happened_on", "-received_at"))


def load_findings(
    unit: Unit, reports: Sequence[Report], photos: Mapping[str, Photo]
) -> list[DefectFinding]:
    """The defects of ``unit``, open ones first, then the newest, in one query.

    ``photos`` by their SHA-256 sum are those of the records, on which photos of defects are too.
    """
    known = {report.pk: report for report in reports}
    rows = Defect.objects.filter(unit=unit).select_related("voided_by").order_by("-found_on", "-pk")
    found = [
        DefectFinding(
            defect=row,
            report=known[row.report_id],
            item=text_of_item(known[row.report_id], row.item, english=is_english()),
            photos=[photos[sha] for sha in row.photos if sha in photos],
            closed_by=known.get(row.closed_by_report_id) if row.closed_by_report_id else None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: each.defect.closed_on is not None)
