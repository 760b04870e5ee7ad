"""When the next inspections are due: pure functions over rules and inspections.

Source: domain reference 4.1 and 4.2 (TSG 21-2016, TSG 11-2020, TSG T7001-2023 section 4.1,
TSG 81-2022). Nothing here reads the database or the clock.
"""

from __future__ import annotations

from backend.units.inspection_due.clock_starts import starts_clocks
from backend.units.inspection_due.dates import due_dates
from backend.units.inspection_due.rule_choice import Rule, serving_kinds
from backend.units.inspection_due.stops import overdue_when_stopped
from backend.units.inspection_due.types import Due, InspectionResult, StopPeriod

__all__ = (
    "Due",
    "InspectionResult",
    "Rule",
    "StopPeriod",
    "due_dates",
    "overdue_when_stopped",
    "serving_kinds",
    "starts_clocks",
)
