"""Cases about reports that contradict themselves or fit no such unit."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from backend.accounts.models import User
from backend.cases.actions import close_cases_about, open_case
from backend.cases.models import Case
from backend.inspections.contradictions import select_unfit_codes
from backend.inspections.models import Report
from backend.units.field_knowledge import FieldKnowledge
from backend.units.models import Record
from backend.units.models.records import FAILED


def open_doubt_case(report: Report, record: Record, field_knowledge: FieldKnowledge | None) -> None:
    """Open a case about what is doubtful in the report, if anything is.

    The reason that the inspector gave is told in it; it silences nothing.
    """
    flags = [
        *report.doubts,
        *select_unfit_codes(field_knowledge.overlooked if field_knowledge else ()),
    ]
    if not flags:
        return
    open_case(
        kind=Case.Kind.REPORT_DOUBTFUL,
        subject=case_subject(report.pk),
        unit=report.unit_id,
        record=record.pk,
        region_id=record.region_id,
        user=report.filed_by,
        facts={"flags": flags, "reason": report.conclusion_reason},
    )


def open_overruled_case(report: Report, *, maker: User, said: object) -> None:
    """Open a case where another than its ``maker`` made a pass of a failure that he ``said``.

    It may be right; but nobody shall do so unseen, nor close the case himself.
    """
    if said not in FAILED or report.conclusion in FAILED or report.filed_by_id == maker.pk:
        return
    open_case(
        kind=Case.Kind.OVERRULED,
        subject=case_subject(report.pk),
        unit=report.unit_id,
        record=report.record_id,
        region_id=report.unit.region_id,
        user=report.filed_by,
        facts={"was": said, "is": report.conclusion, "of": str(maker)},
    )


def case_subject(report: uuid.UUID) -> str:
    """The subject under which cases about this report are stored."""
    return f"report/{report}"


def close_cases_of_reports(reports: Iterable[uuid.UUID], verdict: str) -> None:
    """End the cases about reports that are no longer in force."""
    subjects = [case_subject(pk) for pk in reports]
    close_cases_about(kind=Case.Kind.REPORT_DOUBTFUL, subjects=subjects, verdict=verdict)
