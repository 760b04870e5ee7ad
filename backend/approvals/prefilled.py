"""What the register knows already of what a form asks: it stands in the form at first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.approvals.kinds import ApplicationKind
from backend.directory.models import LegalEntity
from backend.units.gates import registration_basis_kinds
from backend.units.models import Inspection, RegistrationKind, Stage, Unit
from backend.units.models.records import FAILED
from backend.units.timeline import records_in_force, records_of

Facts = dict[str, str]


def prefill_form(kind: ApplicationKind, applicant: LegalEntity, unit: Unit | None) -> Facts:
    """The fields that the register fills in, by their names."""
    known = _facts_of_entity(applicant)
    if unit is not None:
        known |= _facts_of_unit(unit)
    return {
        field.name: known[field.prefill][: field.most]
        for field in kind.fields
        if known.get(field.prefill)
    }


def find_basis(unit: Unit) -> Inspection | None:
    """The last passed inspection on which a first registration of the unit rests."""
    wanted = registration_basis_kinds(unit.category_id)
    passed = [
        record
        for record in records_in_force(records_of(unit))
        if isinstance(record, Inspection)
        and record.kind in wanted
        and record.conclusion not in FAILED
    ]
    return passed[-1] if passed else None


def _facts_of_entity(entity: LegalEntity) -> Facts:
    return {
        "entity.name": entity.name,
        "entity.uscc": entity.uscc or "",
        "entity.address": entity.address,
        "entity.phone": entity.phone,
    }


def _facts_of_unit(unit: Unit) -> Facts:
    registered = unit.registered_on is not None
    return {
        "unit.registration_kind": "" if registered else RegistrationKind.FIRST.value,
        "unit.category": unit.category.name,
        "unit.product_name": unit.product_name,
        "unit.device_code": unit.device_code or "",
        "unit.model": unit.model,
        "unit.factory_no": unit.factory_no,
        "unit.internal_no": unit.internal_no,
        "unit.address": unit.address,
        "unit.using_entity": unit.using_entity.name if unit.using_entity else "",
        "unit.owner": unit.owner.name if unit.owner else "",
        "unit.first_used_on": str(unit.first_used_on or ""),
        **_facts_of_records(unit),
        **_facts_of_basis(find_basis(unit)),
    }


_TOLD: dict[str, tuple[str, Callable[[Any], str]]] = {
    Stage.DESIGN: ("design.designer", lambda record: record.designer),
    Stage.MANUFACTURE: ("manufacture.maker", lambda record: record.maker),
    Stage.INSTALLATION: ("installation.contractor", lambda record: record.contractor),
}


def _facts_of_records(unit: Unit) -> Facts:
    facts = {}
    for record in records_in_force(records_of(unit)):
        if record.stage in _TOLD:
            name, read = _TOLD[record.stage]
            facts[name] = read(record)
    return facts


def _facts_of_basis(basis: Inspection | None) -> Facts:
    if basis is None:
        return {}
    return {
        "basis.body": basis.body.name if basis.body else basis.body_name,
        "basis.report_no": basis.report_no,
        "basis.day": str(basis.happened_on),
        "basis.conclusion": str(basis.get_conclusion_display()),
    }
