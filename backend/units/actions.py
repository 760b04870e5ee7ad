"""What is done to the register: enter a unit, edit its facts, file a lifecycle record."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.history import written_by
from backend.accounts.models import User
from backend.accounts.rights import Right, in_jurisdiction, require
from backend.evidence.models import File
from backend.lib import clock
from backend.lib.identifiers import certificate
from backend.lib.problems import Refused, not_allowed
from backend.units import facts, gates
from backend.units.models import (
    Clock,
    IntervalRule,
    Record,
    RecordEvidence,
    Registration,
    Unit,
)
from backend.units.models.records import STAGE_OF
from backend.units.state import State, present_state
from backend.units.timeline import in_force, records_of
from geo.models import Region

# What a registrar may edit by hand; everything else is derived from records.
EDITABLE = frozenset(
    {
        "registration_code",
        "local_sub_variety",
        "product_name",
        "model",
        "factory_no",
        "internal_no",
        "rescue_no",
        "parameters",
        "address",
        "position",
        "route",
        "source_datum",
        "source_coordinates",
        "out_of_jurisdiction",
        "first_used_on",
        "device_code",
        "using_entity",
        "owner",
        "maintainer",
    }
)


def register_unit(*, actor: User, category: Any, region: Region, **facts: Any) -> Unit:
    """Enter a unit in the register, without any record yet: it may not be used.

    Raises Refused: 403 without the right or outside the jurisdiction, 409 when the device code
    is known, 422 for a category that no unit can bear.
    """
    require(actor, Right.REGISTER_UNIT)
    if not Region.objects.filter(in_jurisdiction(actor, "code"), pk=region.pk).exists():
        raise not_allowed(_("The region lies outside your jurisdiction."))
    if not category.leaf:
        raise Refused(
            "not-a-leaf", _("Choose the variety, or a type without varieties."), field="category"
        )
    now = clock.now()
    try:
        with transaction.atomic(), written_by(actor):
            return Unit.objects.create(
                category=category,
                kind=category.kind,
                region=region,
                created_at=now,
                updated_at=now,
                **facts,
            )
    except IntegrityError:
        if Unit.objects.filter(device_code=facts.get("device_code")).exists():
            raise _device_code_known() from None
        raise


def _device_code_known() -> Refused:
    text = _("A unit with this device code is in the register already.")
    return Refused("device-code-known", text, field="device_code", status=409)


def edit_unit(*, actor: User, unit: Unit, version: int, **changes: Any) -> Unit:
    """Change facts of the register; ``version`` is the one the editor saw.

    Raises Refused: 403 without the right, 409 when another unit has the device code, 412 when
    somebody changed the unit meanwhile, 422 for a member that is derived from records.
    """
    require(actor, Right.REGISTER_UNIT)
    for name in changes.keys() - EDITABLE:
        raise Refused("not-editable", _("This member follows from the records."), field=name)
    try:
        return _edit(actor, unit, version, changes)
    except IntegrityError:
        # Two edits may both have found the code free; the unique index lets one of them in.
        code = changes.get("device_code")
        if code and Unit.objects.exclude(pk=unit.pk).filter(device_code=code).exists():
            raise _device_code_known() from None
        raise


def _edit(actor: User, unit: Unit, version: int, changes: dict[str, Any]) -> Unit:
    with transaction.atomic(), written_by(actor):
        locked = _locked(actor, unit)
        if locked.version != version:
            raise Refused(
                "changed-meanwhile",
                _("Somebody changed the unit meanwhile. Read it again, then repeat your change."),
                status=412,
                current_version=locked.version,
            )
        for name, value in changes.items():
            setattr(locked, name, value)
        _save(locked, changes.keys())
        if changes.keys() & {"parameters", "first_used_on"}:
            _derive(locked, in_force(records_of(locked)))
    return locked


def file_record(
    *,
    actor: User,
    unit: Unit,
    record: Record,
    evidence: Sequence[File] = (),
    supersedes: Record | None = None,
    client_id: uuid.UUID | None = None,
    device: str = "",
    right: Right = Right.FILE_RECORD,
    known_at: dt.datetime | None = None,
) -> tuple[Record, bool]:
    """File a typed, unsaved ``record``; returns the record and whether it was filed now.

    A replay of the same content under the same ``client_id`` returns the stored record. All in
    one transaction: gates, record, evidence, the unit's state and clocks. With ``known_at``, when
    the record was made, the gates judge it by the unit's state of then: a fact of its time.

    Raises Refused: 403 without ``right``, 404 outside the jurisdiction, 409 for other content
    under a known ``client_id`` or when the unit's state forbids it, 422 for wrong values.
    """
    require(actor, right)
    record.stage = STAGE_OF[type(record)]
    _normalise(record)
    digest = digest_of(record, evidence, supersedes)
    record.filed_by, record.device, record.client_id = actor, device, client_id
    record.digest, record.supersedes = digest, supersedes
    try:
        with transaction.atomic(), written_by(actor):
            locked = _locked(actor, unit)
            known = _replayed(record, locked)
            if known is not None:
                return known, False
            _file(locked, record, evidence, known_at)
    except IntegrityError:
        # Two phones, two units, one id: the row lock cannot see it, the unique index does.
        if client_id and Record.objects.filter(client_id=client_id).exists():
            raise _conflict() from None
        raise
    return record, True


def _file(
    unit: Unit, record: Record, evidence: Sequence[File], known_at: dt.datetime | None
) -> None:
    """Check the gates and write; the unit's row is locked."""
    history = in_force(records_of(unit))
    if record.supersedes is not None:
        _check_supersedes(record, record.supersedes, unit)
        history = [item for item in history if item.pk != record.supersedes_id]
    then = history if known_at is None else _as_known(history, record.happened_on, known_at)
    gates.check(
        unit=unit,
        record=record,
        state=state_of(unit, then),
        history=then,
        today=clock.today(),
    )
    record.unit = unit
    record.region_id = unit.region_id
    record.filed_at = clock.now()
    facts.keep_former(unit, record)
    record.save(force_insert=True)
    RecordEvidence.objects.bulk_create(
        RecordEvidence(record_id=record.pk, file=file) for file in dict.fromkeys(evidence)
    )
    history.append(record)
    history.sort(key=lambda item: (item.happened_on, item.pk))
    facts.settle(unit, record, history)
    _derive(unit, history)


def _as_known(history: Sequence[Record], day: dt.date, moment: dt.datetime) -> list[Record]:
    """What had happened before ``day``, and what of that day was filed by ``moment``."""
    return [
        item
        for item in history
        if item.happened_on < day or (item.happened_on == day and item.filed_at <= moment)
    ]


def recompute(*, unit: Unit) -> State:
    """Derive the unit's state and clocks anew from its records, and store them."""
    with transaction.atomic():
        locked = Unit.objects.select_for_update().get(pk=unit.pk)
        return _derive(locked, in_force(records_of(locked)))


def state_of(
    unit: Unit, history: Sequence[Record], rules: Iterable[IntervalRule] | None = None
) -> State:
    """The state that ``history`` (records in force, in order) gives the unit."""
    return present_state(
        category=unit.category_id,
        parameters=unit.parameters,
        first_used_on=unit.first_used_on,
        records=history,
        rules=rules_for(unit) if rules is None else rules,
    )


def rules_for(unit: Unit) -> list[IntervalRule]:
    """The interval rules that may concern the unit's category."""
    code = unit.category_id
    return list(IntervalRule.objects.filter(category_prefix__in=[code[:n] for n in range(1, 5)]))


def digest_of(record: Record, evidence: Sequence[File], supersedes: Record | None) -> str:
    """SHA-256 of what was filed, to tell a replay from a conflict."""
    skipped = {"id", "record_ptr", "unit", "region", "filed_at", "filed_by", "device", "client_id"}
    skipped |= {"digest", "supersedes"}
    content = {
        field.name: field.value_from_object(record)
        for field in record._meta.concrete_fields
        if field.editable and field.name not in skipped
    }
    content["evidence"] = sorted(file.sha256 for file in evidence)
    content["supersedes"] = supersedes.pk if supersedes else None
    text = json.dumps(content, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _locked(actor: User, unit: Unit) -> Unit:
    """The unit's row, locked, if the actor may see it."""
    units = Unit.objects.select_for_update(of=("self",)).select_related("category")
    return units.get_visible(actor, unit.pk)


def _replayed(record: Record, unit: Unit) -> Record | None:
    """The stored record of the same client id, if any; refuses other content."""
    if record.client_id is None:
        return None
    known = Record.objects.filter(client_id=record.client_id).first()
    if known is None:
        return None
    if known.digest != record.digest or known.unit_id != unit.pk:
        raise _conflict()
    return known


def _conflict() -> Refused:
    return Refused(
        "record-conflict",
        _("Another record was filed under this id. Use a new id for new content."),
        status=409,
    )


def _check_supersedes(record: Record, supersedes: Record, unit: Unit) -> None:
    """A correction corrects a record of the same unit and stage, once."""
    if supersedes.unit_id != unit.pk or supersedes.stage != record.stage:
        raise Refused(
            "not-a-correction",
            _("A correction supersedes a record of the same unit and stage."),
            field="supersedes",
        )
    if Record.objects.filter(supersedes=supersedes.pk).exists():
        raise Refused(
            "superseded-already",
            _("This record was corrected already. Correct its correction."),
            field="supersedes",
            status=409,
        )


def _normalise(record: Record) -> None:
    """Certificate numbers are stored with half-width brackets; a bad one is refused."""
    if not isinstance(record, Registration):
        return
    try:
        record.certificate_no = str(certificate.parse(record.certificate_no))
    except certificate.InvalidCertificateNumber as bad:
        raise Refused("bad-certificate-number", str(bad), field="certificate_no") from None


def _derive(unit: Unit, history: Sequence[Record]) -> State:
    """Fold the history, write the derived columns and the clocks."""
    rules = rules_for(unit)
    state = state_of(unit, history, rules)
    unit.status = state.status
    unit.registered_on = state.registered_on
    unit.certificate_no = state.certificate_no or unit.certificate_no
    unit.last_inspected_on = state.last_inspected_on
    unit.last_conclusion = state.last_conclusion
    unit.safety_grade = state.safety_grade
    unit.use_blocked = state.use_blocked
    unit.block_reason = state.block_reason
    unit.next_due_on = state.next_due_on
    _save(unit, DERIVED)
    _write_clocks(unit, state)
    return state


DERIVED = (
    "status",
    "registered_on",
    "certificate_no",
    "last_inspected_on",
    "last_conclusion",
    "safety_grade",
    "use_blocked",
    "block_reason",
    "next_due_on",
)


def _save(unit: Unit, fields: Iterable[str]) -> None:
    unit.version += 1
    unit.updated_at = clock.now()
    unit.save(update_fields=[*fields, "version", "updated_at"])


def _write_clocks(unit: Unit, state: State) -> None:
    clocks = [
        Clock(
            unit=unit,
            kind=due.clock,
            last_on=due.last_on,
            due_on=due.due_on,
            opens_on=due.opens_on,
            rule_id=due.rule_code,
        )
        for due in state.dues
    ]
    Clock.objects.filter(unit=unit).exclude(kind__in=[c.kind for c in clocks]).delete()
    Clock.objects.bulk_create(
        clocks,
        update_conflicts=True,
        unique_fields=["unit", "kind"],
        update_fields=["last_on", "due_on", "opens_on", "rule"],
    )
