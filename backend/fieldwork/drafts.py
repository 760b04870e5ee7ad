"""From what the field files to the words of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.inspections.drafts import DefectDraft, ReportDraft
from backend.lib.clock import SHANGHAI
from geo.extents import is_zero_position
from tagging.actions import Fix

_REQUIRED_MEMBERS = (
    "unit", "checklist", "checklist_version", "kind", "conclusion", "device_time", "answers",
    "report_no", "opinion_notice_no", "remark", "conclusion_reason", "second_inspector",
)  # fmt: skip
_OPTIONAL_MEMBERS = (
    "tag_code",
    "opinion_answered_on",
    "safety_grade",
    "monitored_months",
    "stated_next_on",
)


def build_fix(position: Mapping[str, Any] | None) -> Fix | None:
    """The position that a phone sent, if it did; that of a receiver without a fix is none."""
    if position is None or is_zero_position(position["lng"], position["lat"]):
        return None
    return Fix(position["lng"], position["lat"], position.get("accuracy"), position["datum"])


def build_draft(data: Mapping[str, Any]) -> ReportDraft:
    """The report that a valid ``ReportShape`` holds."""
    moment = data["device_time"]
    plain: dict[str, Any] = {name: data[name] for name in _REQUIRED_MEMBERS}
    plain |= {name: data.get(name) for name in _OPTIONAL_MEMBERS}
    return ReportDraft(
        **plain,
        happened_on=data.get("happened_on") or moment.astimezone(SHANGHAI).date(),
        fix=build_fix(data.get("position")),
        photos=data.get("photos", ()),
        closes=data.get("closes", ()),
        defects=[DefectDraft(**defect) for defect in data.get("defects", ())],
    )
