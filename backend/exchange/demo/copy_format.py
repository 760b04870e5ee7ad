"""Rows as PostgreSQL reads them in COPY's text format."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

SHARED = (
    "id",
    "unit_id",
    "stage",
    "happened_on",
    "region_id",
    "stands_at",
    "filed_at",
    "device",
    "digest",
    "remark",
)
# What each stage's own table holds: every column, with what stands where a record says nothing.
OWN: dict[str, dict[str, Any]] = {
    "design": {
        "designer": "", "licence_no": "", "drawing_no": "", "appraisal_body": "",
        "appraisal_no": "", "design_life_years": None,
    },
    "manufacture": {
        "maker": "", "licence_no": "", "factory_no": "", "product_certificate_no": "",
        "supervision_certificate_no": "", "type_test_certificate_no": "", "imported": False,
    },
    "installation": {
        "contractor": "", "licence_no": "", "notice_no": "", "notice_on": None,
        "started_on": None, "finished_on": None,
    },
    "registration": {
        "kind": "", "certificate_no": "", "authority_id": None, "using_entity_id": None,
        "relies_on_id": None, "legacy_basis": "",
    },
    "inspection": {
        "kind": "", "conclusion": "", "body_id": None, "body_name": "", "report_no": "",
        "inspectors": "", "opinion_notice_no": "", "opinion_answered_on": None,
        "safety_grade": None, "monitored_months": None, "stated_next_on": None,
        "repeats_id": None,
    },
    "repair": {
        "work": "", "contractor": "", "licence_no": "", "notice_no": "", "notice_on": None,
        "finished_on": None, "description": "",
    },
    "accident": {
        "grade": "", "derived_grade": "", "deaths": 0, "serious_injuries": 0,
        "direct_loss_fen": 0, "damage": "", "moved_people": 0, "trapped_minutes": 0,
        "stranded_minutes": 0, "stranded_people": 0, "outage_hours": 0, "capacity_mw": 0,
        "cause": "", "description": "",
    },
    "transfer": {
        "kind": "", "to_entity_id": None, "to_region_id": None, "to_address": "",
        "from_entity_id": None, "from_region_id": None, "from_address": "",
    },
    "stop": {"restart": False, "notified_on": None, "reason": ""},
    "scrap": {"kind": "", "reason": ""},
}  # fmt: skip
COLUMNS: dict[str, tuple[str, ...]] = {
    "directory_legalentity": (
        "id", "name", "uscc", "organisation_code", "natural_person", "region_id", "address", "phone",
    ),
    "directory_person": ("id", "name", "resident_id", "phone", "employer_id", "region_id"),
    "units_unit": (
        "id", "device_code", "certificate_no", "category_id", "kind", "local_sub_variety",
        "catalogue_version", "product_name", "model", "factory_no", "internal_no", "rescue_no",
        "parameters", "using_entity_id", "owner_id", "maintainer_id", "region_id", "address",
        "position", "route", "source_datum", "out_of_jurisdiction", "first_used_on", "status",
        "registered_on", "held_from", "own_due_on", "serious_defects", "last_inspected_on", "last_conclusion",
        "safety_grade", "next_due_on", "open_defects", "created_at", "updated_at", "version",
    ),
    "units_clock": ("id", "unit_id", "kind", "last_on", "due_on", "opens_on", "rule_id"),
    "units_record": SHARED,
    "units_hold": ("unit_id", "rule", "about", "record_id", "since", "until"),
    **{f"units_{stage}": ("record_ptr_id", *own) for stage, own in OWN.items()},
    "tagging_tag": ("code", "batch_id", "printed_at", "retired_reason"),
    "tagging_binding": ("id", "tag_id", "unit_id", "bound_at", "reason"),
}  # fmt: skip
"""The columns that are filled, by table, in the order in which tables are filled."""


class Pattern(str):
    """Text with ``%(name)s`` in it, filled in for each unit that shares a shape."""

    __slots__ = ()


def copy_line(values: tuple[Any, ...]) -> str:
    """One row in COPY's text format, with its line end."""
    return "\t".join(map(_escape_for_copy, values)) + "\n"


def copy_template(values: tuple[Any, ...]) -> str:
    """One row in COPY's text format, in which each Pattern is filled later by ``%`` with a dictionary."""
    return "\t".join(map(_escape_for_template, values)) + "\n"


def _escape_for_template(value: Any) -> str:
    return str(value) if isinstance(value, Pattern) else _escape_for_copy(value).replace("%", "%%")


def _escape_for_copy(value: Any) -> str:
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
