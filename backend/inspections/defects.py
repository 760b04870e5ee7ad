"""What a report does to the defects of its unit, and how that is taken back.

All of it under the lock of the unit, which filing a record takes.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import (
    BigIntegerField,
    DateField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.utils.translation import gettext as _

from backend.inspections.drafts import ReportDraft
from backend.inspections.models import Defect, Report, Severity
from backend.lib.kept_queries import Given, GivenMany, KeptQuery
from backend.lib.problems import Refused
from backend.units.field_knowledge import FieldKnowledge
from backend.units.models import Unit, Withdrawal

_NO_REPORT = uuid.UUID(int=0)


def _defects_of_given_unit() -> QuerySet[Defect, Any]:
    """The severities of a unit's open defects, beside what a report corrects and another closes."""
    old: Any = Given("old", UUIDField())
    stands = Q(closed_on=None) | Q(closed_by_report=old)
    unit, day = Given("unit", BigIntegerField()), Given("day", DateField())
    beside = Defect.objects.filter(stands, unit=unit, found_on__lte=day).exclude(report=old)
    closed = GivenMany("closes", BigIntegerField())
    return beside.exclude(pk__in=closed).values_list("severity")


_LEFT_OPEN = KeptQuery(_defects_of_given_unit)


def severities_left_open(draft: ReportDraft, old: Report | None) -> set[str]:
    """The severities of the unit's defects that are open beside ``draft``, which it does not close.

    ``old`` is the report that it corrects: what that found or closed is as if it had not been.
    """
    left = _LEFT_OPEN.fetch_rows(
        unit=draft.unit,
        day=draft.happened_on,
        closes=list(draft.closes),
        old=old.pk if old else _NO_REPORT,
    )
    return {severity for (severity,) in left}


def undo_report(old: Report, report: Report) -> None:
    """Undo what a corrected report did to defects; the correction names those that it knows."""
    _reopen_defects(Defect.objects.filter(closed_by_report=old))
    found = Defect.objects.filter(report=old, closed_on=None)
    found.update(closed_on=report.happened_on, closed_by_report=report)


def void_reports(reports: QuerySet[Report], withdrawal: Withdrawal) -> None:
    """Undo what withdrawn reports did: what they closed is open, what they found was no defect."""
    _reopen_defects(Defect.objects.filter(closed_by_report__in=reports))
    found = Defect.objects.filter(report__in=reports, closed_on=None)
    found.update(closed_on=withdrawal.happened_on, voided_by=withdrawal)


def _reopen_defects(closed: QuerySet[Defect]) -> None:
    """Open these defects again, but for those found by a report that is itself taken back."""
    still = closed.exclude(report__issue__record__superseded_by__isnull=False)
    still.update(closed_on=None, closed_by_report=None)


def close_defects(
    report: Report, draft: ReportDraft, field_knowledge: FieldKnowledge | None
) -> None:
    """Close the defects that the draft names; raises Refused unless all are of this unit and open.

    That another report has closed one meanwhile may be overlooked: it stays closed by that.
    """
    wanted = set(draft.closes)
    if not wanted:
        return
    named = Defect.objects.filter(unit=report.unit_id, pk__in=wanted)
    open_ones = named.filter(closed_on=None)
    closed = open_ones.update(closed_on=draft.happened_on, closed_by_report=report)
    if closed == len(wanted):
        return
    if field_knowledge is None or named.count() < len(wanted):
        text = _("Only open defects of this unit can be closed. Fetch the unit again.")
        raise Refused("defect-not-open", text, field="closes")
    field_knowledge.note_overlooked("defect-closed")


def open_found_defects(report: Report, draft: ReportDraft) -> None:
    """Enter the defects that the report names, open."""
    Defect.objects.bulk_create(
        Defect(
            report=report,
            unit_id=report.unit_id,
            item=defect.item,
            text=defect.text,
            severity=Severity(defect.severity),
            photos=list(defect.photos),
            found_on=draft.happened_on,
        )
        for defect in draft.defects
    )


def update_defect_counts(unit: int) -> None:
    """Write the unit's number of open and of serious defects anew, in one statement."""
    open_ones = Defect.objects.filter(unit=unit, closed_on=None)
    serious_ones = open_ones.filter(severity=Severity.SERIOUS)
    counted = {
        "open_defects": _number_of(open_ones),
        "serious_defects": _number_of(serious_ones),
    }
    Unit.objects.filter(pk=unit).exclude(**counted).update(**counted)


def _number_of(defects: QuerySet[Defect]) -> Subquery:
    """How many they are, for the statement that writes it; none are 0."""
    # Not Count, which would group each by itself.
    whole = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(defects.annotate(number=whole).values("number"))
