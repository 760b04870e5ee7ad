"""From what the field files to the words of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.inspections.drafts import DefectDraft, ReportDraft
from backend.lib.clock import SHANGHAI
from geo.extents import is_nought
from tagging.actions import Fix

_SAME = (
    "unit", "checklist", "checklist_version", "kind", "conclusion", "device_time", "answers",
    "report_no", "opinion_notice_no", "remark", "conclusion_reason", "second_inspector",
)  # fmt: skip
_MAYBE = ("tag_code", "opinion_answered_on", "safety_grade", "monitored_months", "stated_next_on")


def fix_of(position: Mapping[str, Any] | None) -> Fix | None:
    """The position that a phone sent, if it did; that of a receiver without a fix is none."""
    if position is None or is_nought(position["lng"], position["lat"]):
        return None
    return Fix(position["lng"], position["lat"], position.get("accuracy"), position["datum"])


def draft_of(facts: Mapping[str, Any]) -> ReportDraft:
    """The report that a valid ``ReportShape`` holds."""
    moment = facts["device_time"]
    plain: dict[str, Any] = {name: facts[name] for name in _SAME}
    plain |= {name: facts.get(name) for name in _MAYBE}
    return ReportDraft(
        **plain,
        happened_on=facts.get("happened_on") or moment.astimezone(SHANGHAI).date(),
        fix=fix_of(facts.get("position")),
        photos=facts.get("photos", ()),
        closes=facts.get("closes", ()),
        defects=[DefectDraft(**defect) for defect in facts.get("defects", ())],
    )
