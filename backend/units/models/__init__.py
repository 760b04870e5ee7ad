"""The register: catalogue, unit, lifecycle records, rules and clocks."""

from __future__ import annotations

from backend.units.models.catalogue import KINDS, Category
from backend.units.models.clocks import Clock, IntervalRule
from backend.units.models.holds import Hold, HoldRule
from backend.units.models.records import (
    Accident,
    Conclusion,
    Design,
    Inspection,
    InspectionKind,
    Installation,
    Manufacture,
    Record,
    RecordEvidence,
    Registration,
    RegistrationKind,
    Repair,
    Scrap,
    Stage,
    Stop,
    Transfer,
    Withdrawal,
)
from backend.units.models.unit import Unit, UnitStatus
from backend.units.models.unit_card import UnitCard
from backend.units.models.unit_entry import UnitEntry

__all__ = [
    "KINDS",
    "Accident",
    "Category",
    "Clock",
    "Conclusion",
    "Design",
    "Hold",
    "HoldRule",
    "Inspection",
    "InspectionKind",
    "Installation",
    "IntervalRule",
    "Manufacture",
    "Record",
    "RecordEvidence",
    "Registration",
    "RegistrationKind",
    "Repair",
    "Scrap",
    "Stage",
    "Stop",
    "Transfer",
    "Unit",
    "UnitCard",
    "UnitEntry",
    "UnitStatus",
    "Withdrawal",
]
