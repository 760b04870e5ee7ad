"""Judging records again: what was right when it was filed may not fit what is known now.

A correction, a withdrawal or a late filing changes what stood before later records. Those that the
gates would refuse today are not undone, for they may be facts: each opens a case for a supervisor,
and its case is closed when it fits again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backend.cases.actions import close_cases_about, open_case
from backend.cases.models import Case
from backend.lib import clock
from backend.lib.problems import Refused
from backend.units import gates
from backend.units.models import Record, Unit
from backend.units.state import Fold
from backend.units.timeline import place_in_life


def judge_later_records(unit: Unit, record: Record, history: Sequence[Record], fold: Fold) -> None:
    """Judge again the records that stand after ``record`` or after what it supersedes, and open cases about those that no longer fit.

    ``history`` is in force and in order, and holds the record unless it is a withdrawal; ``fold``
    makes the unit's state of it.
    """
    changed = min(place_in_life(item) for item in (record, record.supersedes) if item is not None)
    later = [item for item in history if place_in_life(item) > changed and item != record]
    if not later and record.supersedes is None:
        return
    unfit = dict(_list_unfit_records(unit, later, history, fold))
    fitting = [_case_subject(item.pk) for item in later if item not in unfit]
    gone = [_case_subject(record.supersedes_id)] if record.supersedes_id else []
    close_cases_about(
        kind=Case.Kind.RECORD_UNFIT,
        subjects=[*fitting, *gone],
        verdict=f"record {record.pk} settled it",
    )
    for item, refused in unfit.items():
        open_case(
            kind=Case.Kind.RECORD_UNFIT,
            subject=_case_subject(item.pk),
            region_id=item.region_id,
            user=record.filed_by,
            unit=unit.pk,
            record=item.pk,
            facts={"code": refused.code, "detail": str(refused.detail), "because": record.pk},
        )


def _list_unfit_records(
    unit: Unit, later: Sequence[Record], history: Sequence[Record], fold: Fold
) -> Iterator[tuple[Record, Refused]]:
    concerned = {item.pk for item in later}
    for index, item in enumerate(history):
        if item.pk not in concerned:
            continue
        try:
            gates.check_gates(
                unit=unit,
                record=item,
                fold=fold,
                history=history[:index],
                others=[other for other in history if other is not item],
                today=clock.today(),
            )
        except Refused as refused:
            yield item, refused


def _case_subject(record: int) -> str:
    return f"record/{record}"
