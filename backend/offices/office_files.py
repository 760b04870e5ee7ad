"""Loads an office for each authority, with its departments; see ``data/SOURCES.md``.

Offices that an administrator made beside them are left alone.
"""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from backend.directory.models import Authority
from backend.offices.models import Office
from backend.offices.succession import hand_on_posts

DATA = Path(__file__).parent / "data"
PRESENT = "S"
"""How the codes of the bureaus since 2018 begin; those before begin with Q."""
_FIELDS = ["name", "parent", "authority", "region", "valid_from", "valid_to"]


@transaction.atomic
def load_offices() -> int:
    """Bring the offices in line with the authorities and the file; returns how many. Safe to run again.

    One that an administrator closed stays closed.
    """
    authorities = list(Authority.objects.select_related("parent", "region"))
    for level in Authority.Level.values:
        _save_offices([_build_bureau(one) for one in authorities if one.level == level])
    with (DATA / "departments.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    present = [one for one in authorities if one.code.startswith(PRESENT)]
    _save_offices(
        [
            _build_department(one, row)
            for one in present
            for row in rows
            if row["level"] == one.level
        ]
    )
    for authority in authorities:
        _name_successor(authority)
    return Office.objects.count()


def _save_offices(offices: list[Office]) -> None:
    there = {office.code: office for office in Office.objects.all()}
    for office in offices:
        if office.valid_to is None and office.code in there:
            office.valid_to = there[office.code].valid_to
        above = office.code.partition("-")[0] if "-" in office.code else _code_above(office)
        office.parent_id = there[above].pk if above else None
    Office.objects.bulk_create(
        offices, update_conflicts=True, unique_fields=["code"], update_fields=_FIELDS
    )


def _code_above(office: Office) -> str:
    authority = office.authority
    return authority.parent.code if authority and authority.parent else ""


def _build_bureau(authority: Authority) -> Office:
    return Office(
        code=authority.code,
        name=authority.name,
        authority=authority,
        region_id=authority.region_id,
        valid_from=authority.valid_from,
        valid_to=authority.valid_to,
    )


def _build_department(authority: Authority, row: dict[str, str]) -> Office:
    office = _build_bureau(authority)
    office.code, office.name = f"{authority.code}-{row['suffix']}", row["name"]
    return office


def _name_successor(authority: Authority) -> None:
    """Name who took over where the authority ended: that of its region, or of the region's successor."""
    if authority.valid_to is None:
        return
    after = authority.region.successor_id if authority.code.startswith(PRESENT) else None
    heir = f"{PRESENT}{after or authority.region_id}"
    heirs = {
        office.code.removeprefix(heir): office
        for office in Office.objects.filter(code__startswith=heir)
    }
    for office in Office.objects.filter(authority=authority):
        successor = heirs.get(office.code.removeprefix(authority.code))
        if successor is not None and successor.pk != office.pk:
            Office.objects.filter(pk=office.pk).update(successor=successor)
            office.successor = successor
            hand_on_posts(office)
