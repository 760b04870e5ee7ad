"""Filing a lifecycle record: once, checked against the unit's state, with all that follows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right, require_right_over
from backend.evidence.models import File
from backend.lib import clock
from backend.lib.identifiers import certificate
from backend.lib.problems import Refused
from backend.units import gates, parties_and_place
from backend.units.accidents import write_grade
from backend.units.derived_state import build_unit_fold, write_state
from backend.units.field_knowledge import FieldKnowledge
from backend.units.later_records import judge_later_records
from backend.units.models import Record, RecordEvidence, Registration, Stage, Unit
from backend.units.models.records import STAGE_OF
from backend.units.sight import lock_visible_unit
from backend.units.state import Fold
from backend.units.supersession import check_supersession
from backend.units.timeline import (
    assign_place,
    place_in_life,
    records_before,
    records_in_force,
    records_of,
)


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
    moment: dt.datetime | None = None,
    field_knowledge: FieldKnowledge | None = None,
) -> tuple[Record, bool]:
    """File a typed, unsaved ``record``; returns the record and whether it was filed now.

    A replay of the same content under the same ``client_id`` returns the stored record. All in
    one transaction: gates, record, evidence, the unit's state, clocks and holds. The gates judge it
    by the unit's state on its day: a late or corrected record is a fact of its time, and what stands
    after it is judged again. So is one by somebody ``field_knowledge`` who could not know of others, nor that
    the unit moved away. ``moment`` is when it happened within its day, where that is known.

    Raises Refused: 403 without ``right``, 404 outside the jurisdiction, 409 for other content
    under a known ``client_id`` or when the unit's state forbids it, 422 for wrong values.
    """
    require_right(actor, right)
    record.device, record.client_id, record.supersedes = device, client_id, supersedes
    _fill_in_filing(record, actor, evidence, moment)
    with refuse_reused_id(client_id), transaction.atomic(), attribute_changes_to(actor):
        # By that very record the unit may have left the actor's sight; it is his answer still.
        known = _find_replayed(record, unit, Record.objects.filter(filed_by=actor))
        if known is not None:
            return known, False
        locked = lock_unit_to_file_on(
            actor=actor, unit=unit.pk, right=right, field_knowledge=field_knowledge
        )
        known = _find_replayed(record, locked, Record.objects.all())
        if known is not None:
            return known, False
        _check_and_write(locked, record, evidence, field_knowledge)
    return record, True


@contextmanager
def refuse_reused_id(client_id: uuid.UUID | None) -> Iterator[None]:
    """Context manager around a transaction that files a record: raises Refused (409) where another was filed under its id.

    Two phones, two units, one id: the row lock cannot see it, the unique index does.
    """
    try:
        yield
    except IntegrityError:
        if client_id and Record.objects.filter(client_id=client_id).exists():
            raise _id_reused_refusal() from None
        raise


def lock_unit_to_file_on(
    *, actor: User, unit: int, right: Right, field_knowledge: FieldKnowledge | None = None
) -> Unit:
    """The unit, its row locked until the transaction ends, for who may file on it by ``right``.

    Raises Refused: 404 outside the jurisdiction, 403 without the right there; for somebody
    ``field_knowledge`` not where the unit stood in his jurisdiction then.
    """
    locked = lock_visible_unit(actor, unit, field_knowledge)
    if field_knowledge is None or "unit-elsewhere" not in field_knowledge.overlooked:
        require_right_over(actor, right, locked.region_id)
    return locked


def file_on_locked_unit(
    *,
    actor: User,
    unit: Unit,
    record: Record,
    evidence: Sequence[File] = (),
    moment: dt.datetime | None = None,
    field_knowledge: FieldKnowledge | None = None,
) -> Record:
    """File ``record`` on a unit whose row the caller has locked and may write to.

    ``record`` bears its device, its ``client_id`` and what it supersedes. Raises Refused as
    ``file_record`` does, but for rights and replays: see ``refuse_reused_id``.
    """
    _fill_in_filing(record, actor, evidence, moment)
    _check_and_write(unit, record, evidence, field_knowledge)
    return record


def find_filing_refusal(*, actor: User, unit: Unit, record: Record) -> Refused | None:
    """Why ``record`` would be refused now, by the unit's state and the law; None where it would be filed.

    Writes nothing, and asks for no right.
    """
    try:
        _fill_in_filing(record, actor, (), None)
        _check_record(unit, record, None)
    except Refused as refusal:
        return refusal
    return None


def _fill_in_filing(
    record: Record, actor: User, evidence: Sequence[File], moment: dt.datetime | None
) -> None:
    """Write on the record who files it, when, and where it stands in its day."""
    record.stage = STAGE_OF[type(record)]
    _normalise_certificate_number(record)
    record.digest = digest_of(record, evidence, record.supersedes)
    record.filed_by, record.filed_at = actor, clock.now()
    assign_place(record, record.supersedes, moment)


def _keep_basis(record: Record) -> None:
    """Give a registration the legacy basis of the one that it corrects, else none: only an import states one."""
    if isinstance(record, Registration):
        chain = Registration.objects.filter(pk=record.supersedes_id or 0)
        record.legacy_basis = chain.values_list("legacy_basis", flat=True).first() or ""


def _check_and_write(
    unit: Unit, record: Record, evidence: Sequence[File], field_knowledge: FieldKnowledge | None
) -> None:
    """Check the gates and write; the unit's row is locked."""
    told, history, fold = _check_record(unit, record, field_knowledge)
    record.region_id = parties_and_place.region_of(
        unit, record, history, parties_and_place.first_move(told)
    )
    _write_record(unit, record, evidence)
    if record.stage != Stage.WITHDRAWAL:
        history.append(record)
        history.sort(key=place_in_life)
    parties_and_place.refold_and_save(unit, record, history)
    write_state(unit, fold(history))
    judge_later_records(unit, record, history, fold)


def _check_record(
    unit: Unit, record: Record, field_knowledge: FieldKnowledge | None
) -> tuple[list[Record], list[Record], Fold]:
    """All records told of the unit, those in force beside ``record``, and their fold; refuses it by the gates."""
    _keep_basis(record)
    told = records_of(unit)
    history = records_in_force(told)
    if record.supersedes is not None:
        check_supersession(record, record.supersedes, unit)
        history = [item for item in history if item.pk != record.supersedes_id]
    fold = build_unit_fold(unit)
    gates.check_gates(
        unit=unit,
        record=record,
        fold=fold,
        history=records_before(history, record),
        others=history,
        today=clock.today(),
        field_knowledge=field_knowledge,
    )
    return told, history, fold


def _write_record(unit: Unit, record: Record, evidence: Sequence[File]) -> None:
    record.unit = unit
    parties_and_place.note_former_values(unit, record)
    write_grade(unit, record)
    record.save(force_insert=True)
    RecordEvidence.objects.bulk_create(
        RecordEvidence(record_id=record.pk, file=file) for file in dict.fromkeys(evidence)
    )


def digest_of(record: Record, evidence: Sequence[File], supersedes: Record | None) -> str:
    """SHA-256 of what was filed, to tell a replay from a conflict."""
    skipped = {"id", "record_ptr", "unit", "region", "filed_at", "filed_by", "device", "client_id"}
    skipped |= {"digest", "supersedes", "root"}
    content = {
        field.name: field.value_from_object(record)
        for field in record._meta.concrete_fields
        if field.editable and field.name not in skipped
    }
    content["evidence"] = sorted(file.sha256 for file in evidence)
    content["supersedes"] = supersedes.pk if supersedes else None
    text = json.dumps(content, sort_keys=True, cls=DjangoJSONEncoder, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _find_replayed(record: Record, unit: Unit, among: QuerySet[Record]) -> Record | None:
    """The stored record of the same client id, if any; refuses other content."""
    if record.client_id is None:
        return None
    known = among.filter(client_id=record.client_id).first()
    if known is None:
        return None
    if known.digest != record.digest or known.unit_id != unit.pk:
        raise _id_reused_refusal()
    return known


def _id_reused_refusal() -> Refused:
    return Refused(
        "record-conflict",
        _("Another record was filed under this id. Use a new id for new content."),
        status=409,
    )


def _normalise_certificate_number(record: Record) -> None:
    """Certificate numbers are stored with half-width brackets; a bad one is refused."""
    if not isinstance(record, Registration):
        return
    try:
        record.certificate_no = str(certificate.parse(record.certificate_no))
    except certificate.InvalidCertificateNumber as bad:
        raise Refused("bad-certificate-number", str(bad), field="certificate_no") from None
