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
from backend.exchange.cells import BadRow, Cells
from backend.exchange.lives import Fact
from backend.lib.problems import Refused
from backend.units import gates
from backend.units.afield import Afield
from backend.units.facts import first_move, region_of
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
from backend.units.state import Fold, State
from backend.units.timeline import before, in_force, place_of

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
class Life:
    """What becomes of a unit by its row: its new records and the state they all give ``by`` a fold."""

    unit: Unit
    known: list[Record]
    by: Fold
    new: list[Record] = field(default_factory=list)
    history: list[Record] = field(default_factory=list)
    state: State | None = None

    def fold(self) -> State:
        """The state that the history gives; of no records there is nothing to fold."""
        if self.state is None:
            self.state = self.by(self.history) if self.history else State()
        return self.state

    def fold_of(self, records: Sequence[Record]) -> State:
        """The state that some ``records`` give; that of the whole history is folded once."""
        same = len(records) == len(self.history) and records[-1:] == self.history[-1:]
        return self.fold() if same else self.by(records)

    @property
    def late(self) -> Iterator[Record]:
        """The new records before which something was on record that stands after them."""
        stood = in_force(self.known)
        last = max(map(place_of, stood), default=None)
        return (record for record in self.new if last is not None and place_of(record) < last)


def prepare(facts: Iterable[Fact], *, actor: User, now: dt.datetime) -> list[Record]:
    """Fill in who files the records, when and how; returns them, still without keys."""
    records = []
    for fact in facts:
        record = fact.record
        record.stage = STAGE_OF[type(record)]
        record.filed_by, record.device, record.filed_at, record.stands_at = actor, DEVICE, now, now
        records.append(record)
    return records


def take(life: Life, facts: Sequence[Fact], cells: Cells, status: str, today: dt.date) -> None:
    """Put into ``life`` what is new of the ``facts``, which bear their keys; raises BadRow."""
    life.history = in_force(life.known)
    for fact in facts:
        if not _is_known(fact, life.known, cells):
            _file(life, fact, cells, today)
    # Where nothing is new, what stands is right: it is not folded again.
    _agree(life.fold().status if life.new else life.unit.status, status, cells)


def _file(life: Life, fact: Fact, cells: Cells, today: dt.date) -> None:
    """Ask the gates and add the record."""
    record, history = fact.record, life.history
    record.unit = life.unit
    try:
        gates.check(
            unit=life.unit, record=record, fold=life.fold_of, history=before(history, record),
            others=history, today=today, afield=Afield(record.filed_at, only=_OVERLOOKED),
        )  # fmt: skip
    except Refused as refused:
        _tell(refused, fact, cells)
    record.region_id = region_of(life.unit, record, history, first_move(life.known))
    insort(history, record, key=place_of)
    life.new.append(record)
    life.state = None


def _tell(refused: Refused, fact: Fact, cells: Cells) -> None:
    """A paper may state a later day than the rule: it is kept, and the rule's day counts."""
    column = fact.column(refused.field)
    if refused.code != "stated-too-late":
        raise cells.bad(column, refused.detail) from refused
    cells.note(column, refused.code, stands=refused.extra["latest"], came=cells.text(column))


def _is_known(fact: Fact, known: Sequence[Record], cells: Cells) -> bool:
    """Whether the register has the fact; raises BadRow when it has it otherwise."""
    same = [record for record in known if _same(fact.record, record)]
    differences = [(record, _difference(fact.record, record)) for record in same]
    if any(member is None for _record, member in differences):
        return True
    standing = in_force(known)
    for record, member in differences:
        if member is not None and any(record is one for one in standing):
            raise _contradiction(fact, record, member, cells)
    return False


def _same(new: Record, old: Record) -> bool:
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


def _difference(new: Record, old: Record) -> str | None:
    """The first member that ``new`` states and ``old`` has otherwise."""
    for member in _DECIDING.get(type(new), ()):
        stated = getattr(new, member)
        if stated not in (None, "") and stated != getattr(old, member):
            return member
    return None


def _contradiction(fact: Fact, record: Record, member: str, cells: Cells) -> BadRow:
    text = _("The register has %(stands)s (%(stage)s, %(day)s). Correct it there, or mend the row.")
    stands = getattr(record, f"get_{member}_display", lambda: getattr(record, member))()
    words = {"stage": record.get_stage_display(), "day": record.happened_on}
    words["stands"] = "—" if stands in (None, "") else stands
    return cells.bad(fact.column(member), text % words)


def _agree(given: str, status: str, cells: Cells) -> None:
    """The status ``given`` by the records must be what the row states; raises BadRow.

    One thing is only told: a unit in use that nobody registered. It is so, and against the law.
    """
    if not status or status == given:
        return
    stands = UnitStatus(given).label
    if (status, given) == (UnitStatus.IN_USE, UnitStatus.UNREGISTERED):
        cells.note("status", "in-use-unregistered", stands=stands, came=cells.text("status"))
    elif not cells.text("status_on") and status != UnitStatus.UNREGISTERED:
        raise cells.bad("status_on", _("Give the day since which it is so."))
    else:
        text = _("By the records the unit is: %(stands)s.") % {"stands": stands}
        raise cells.bad("status", text)
