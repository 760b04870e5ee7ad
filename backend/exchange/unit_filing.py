"""Files what rows tell of their units: what is new of it, if the law and the register allow it.

An import corrects nothing. A fact that the register holds already is not filed twice, be it in
force, corrected or withdrawn since; one that contradicts what is in force makes a bad row, for
only a person who names the record corrects it.
"""

from __future__ import annotations

import datetime as dt
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.exchange.row_cells import BadRow, RowCells
from backend.exchange.row_records import RowRecord
from backend.lib.problems import Refused
from backend.units import gates
from backend.units.field_knowledge import FieldKnowledge
from backend.units.models import (
    Inspection,
    Manufacture,
    Record,
    Registration,
    Scrap,
    Stop,
    Unit,
    UnitStatus,
)
from backend.units.models.records import STAGE_OF
from backend.units.parties_and_place import first_move, region_of
from backend.units.state import Fold, State
from backend.units.timeline import place_in_life, records_before, records_in_force

DEVICE = "import"
_OVERLOOKED = frozenset({"repeats-nothing", "too-early"})
"""What an older register cannot know: it keeps the last report, not the one before it, and not the
windows of a calendar that is younger."""

_DECIDING = {
    Registration: ("happened_on",),
    Inspection: ("conclusion", "stated_next_on", "safety_grade"),
    Manufacture: ("happened_on", "maker"),
}
"""What one fact cannot be in two ways."""


@dataclass(slots=True)
class UnitFiling:
    """What becomes of a unit by its row: its new records and the state they all give ``by`` a fold."""

    unit: Unit
    known: list[Record]
    by: Fold
    new: list[Record] = field(default_factory=list)
    history: list[Record] = field(default_factory=list)
    state: State | None = None

    def fold_history(self) -> State:
        """The state that the history gives; of no records there is nothing to fold."""
        if self.state is None:
            self.state = self.by(self.history) if self.history else State()
        return self.state

    def fold_records(self, records: Sequence[Record]) -> State:
        """The state that some ``records`` give; that of the whole history is folded once."""
        same = len(records) == len(self.history) and records[-1:] == self.history[-1:]
        return self.fold_history() if same else self.by(records)

    @property
    def late_records(self) -> Iterator[Record]:
        """The new records before which something was on record that stands after them."""
        stood = records_in_force(self.known)
        last = max(map(place_in_life, stood), default=None)
        return (record for record in self.new if last is not None and place_in_life(record) < last)


def prepare_records(
    row_records: Iterable[RowRecord], *, actor: User, now: dt.datetime
) -> list[Record]:
    """Fill in who files the records, when and how; returns them, still without keys."""
    records = []
    for fact in row_records:
        record = fact.record
        record.stage = STAGE_OF[type(record)]
        record.filed_by, record.device, record.filed_at, record.stands_at = actor, DEVICE, now, now
        records.append(record)
    return records


def add_new_records(
    filing: UnitFiling,
    row_records: Sequence[RowRecord],
    cells: RowCells,
    status: str,
    today: dt.date,
) -> None:
    """Put into ``filing`` what is new of the ``row_records``, which bear their keys; raises BadRow."""
    filing.history = records_in_force(filing.known)
    for fact in row_records:
        if not _is_on_record(fact, filing.known, cells):
            _add_record(filing, fact, cells, today)
    # Where nothing is new, what stands is right: it is not folded again.
    _check_status(filing.fold_history().status if filing.new else filing.unit.status, status, cells)


def _add_record(filing: UnitFiling, row_record: RowRecord, cells: RowCells, today: dt.date) -> None:
    """Check the record at the gates and add it to what is new of the unit."""
    record, history = row_record.record, filing.history
    record.unit = filing.unit
    try:
        gates.check_gates(
            unit=filing.unit, record=record, fold=filing.fold_records, history=records_before(history, record),
            others=history, today=today, field_knowledge=FieldKnowledge(record.filed_at, only=_OVERLOOKED),
        )  # fmt: skip
    except Refused as refused:
        _note_or_raise_refusal(refused, row_record, cells)
    record.region_id = region_of(filing.unit, record, history, first_move(filing.known))
    insort(history, record, key=place_in_life)
    filing.new.append(record)
    filing.state = None


def _note_or_raise_refusal(refused: Refused, row_record: RowRecord, cells: RowCells) -> None:
    """Note a stated day that is later than the rule's; raise BadRow for any other refusal."""
    column = row_record.column(refused.field)
    if refused.code != "stated-too-late":
        raise cells.bad_row(column, refused.detail) from refused
    cells.add_note(column, refused.code, stands=refused.extra["latest"], came=cells.text(column))


def _is_on_record(row_record: RowRecord, known: Sequence[Record], cells: RowCells) -> bool:
    """Whether the register has the fact; raises BadRow when it has it otherwise."""
    same = [record for record in known if _is_same_event(row_record.record, record)]
    differences = [
        (record, _find_difference_of_records(row_record.record, record)) for record in same
    ]
    if any(member is None for _record, member in differences):
        return True
    standing = records_in_force(known)
    for record, member in differences:
        if member is not None and any(record is one for one in standing):
            raise _build_contradiction(row_record, record, member, cells)
    return False


def _is_same_event(new: Record, old: Record) -> bool:
    """Whether both tell of one thing that happened."""
    if type(new) is not type(old):
        return False
    if isinstance(new, Registration) and isinstance(old, Registration):
        return new.certificate_no == old.certificate_no
    if isinstance(new, Inspection) and isinstance(old, Inspection):
        numbers = {new.report_no, old.report_no} - {""}
        return (new.kind, new.happened_on) == (old.kind, old.happened_on) and len(numbers) < 2
    if isinstance(new, Stop) and isinstance(old, Stop):
        return new.happened_on == old.happened_on and not old.restart
    if isinstance(new, Scrap) and isinstance(old, Scrap):
        return (new.kind, new.happened_on) == (old.kind, old.happened_on)
    return isinstance(new, Manufacture)


def _find_difference_of_records(new: Record, old: Record) -> str | None:
    """The first member that ``new`` states and ``old`` has otherwise."""
    for member in _DECIDING.get(type(new), ()):
        stated = getattr(new, member)
        if stated not in (None, "") and stated != getattr(old, member):
            return member
    return None


def _build_contradiction(
    row_record: RowRecord, record: Record, member: str, cells: RowCells
) -> BadRow:
    text = _("The register has %(stands)s (%(stage)s, %(day)s). Correct it there, or mend the row.")
    stands = getattr(record, f"get_{member}_display", lambda: getattr(record, member))()
    words = {"stage": record.get_stage_display(), "day": record.happened_on}
    words["stands"] = "—" if stands in (None, "") else stands
    return cells.bad_row(row_record.column(member), text % words)


def _check_status(derived: str, status: str, cells: RowCells) -> None:
    """The status ``derived`` by the records must be what the row states; raises BadRow.

    One thing is only told: a unit in use that nobody registered. It is so, and against the law.
    """
    if not status or status == derived:
        return
    stands = UnitStatus(derived).label
    if (status, derived) == (UnitStatus.IN_USE, UnitStatus.UNREGISTERED):
        cells.add_note("status", "in-use-unregistered", stands=stands, came=cells.text("status"))
    elif not cells.text("status_on") and status != UnitStatus.UNREGISTERED:
        raise cells.bad_row("status_on", _("Give the day since which it is so."))
    else:
        text = _("By the records the unit is: %(stands)s.") % {"stands": stands}
        raise cells.bad_row("status", text)
