"""A report as a door hands it over: typed, but not yet checked against the world."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tagging.scans import Fix


@dataclass(frozen=True)
class DefectDraft:
    """A fault that the inspector names. ``photos`` are SHA-256 sums."""

    text: str
    severity: str
    item: str = ""
    photos: Sequence[str] = ()


@dataclass(frozen=True)
class ReportDraft:
    """What the inspector filed. ``photos`` are SHA-256 sums of photos sent before."""

    unit: int
    checklist: str
    checklist_version: int
    kind: str
    conclusion: str
    device_time: dt.datetime
    happened_on: dt.date
    answers: Mapping[str, Any] = field(default_factory=dict)
    tag_code: str | None = None
    fix: Fix | None = None
    defects: Sequence[DefectDraft] = ()
    closes: Sequence[int] = ()
    photos: Sequence[str] = ()
    report_no: str = ""
    opinion_notice_no: str = ""
    opinion_answered_on: dt.date | None = None
    safety_grade: int | None = None
    monitored_months: int | None = None
    stated_next_on: dt.date | None = None
    remark: str = ""
    conclusion_reason: str = ""
    second_inspector: str = ""

    @property
    def all_photos(self) -> list[str]:
        """Every photo named anywhere, once, in the order named."""
        named = [*self.photos, *(sha for defect in self.defects for sha in defect.photos)]
        return list(dict.fromkeys(named))
