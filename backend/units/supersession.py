"""What may take the place of a record: its correction, or its withdrawal by somebody else."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.rights import Right, require_right_over
from backend.lib.problems import Refused, not_allowed
from backend.units.models import Record, Stage, Unit, Withdrawal


def check_supersession(record: Record, superseded: Record, unit: Unit) -> None:
    """Refuse a correction of another stage than the corrected record; a withdrawal may take any record away.

    Each record is superseded once, so that two who correct or withdraw it do not do so twice, and
    a withdrawal stands: what was withdrawn by mistake is filed anew. Raises Refused: 403 for a
    withdrawal by who filed the record, or without the right; 409 when it is superseded; 422.
    """
    if superseded.unit_id != unit.pk or superseded.stage == Stage.WITHDRAWAL:
        raise _correction_refusal()
    if isinstance(record, Withdrawal):
        _check_withdrawal(record, superseded, unit)
    elif superseded.stage != record.stage:
        raise _correction_refusal()
    if Record.objects.filter(supersedes=superseded.pk).exists():
        raise Refused(
            "superseded-already",
            _("This record was corrected or withdrawn already. Choose the one in force."),
            field="supersedes",
            status=409,
        )


def _correction_refusal() -> Refused:
    return Refused(
        "not-a-correction",
        _("A correction supersedes a record of the same unit and stage."),
        field="supersedes",
    )


def _check_withdrawal(record: Withdrawal, withdrawn: Record, unit: Unit) -> None:
    """Refuse a withdrawal by the person who filed the record: two people must stand behind it."""
    assert record.filed_by is not None
    require_right_over(record.filed_by, Right.WITHDRAW_RECORD, unit.region_id)
    if record.filed_by == withdrawn.filed_by:
        raise not_allowed(_("Somebody other than who filed the record must withdraw it."))
    if record.happened_on != withdrawn.happened_on:
        raise Refused(
            "other-day",
            _("A withdrawal bears the day of the record that it takes back."),
            field="happened_on",
        )
