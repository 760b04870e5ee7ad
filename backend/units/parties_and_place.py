"""What records say of the unit itself: who owns, uses and maintains it, and where it stands.

The last one in force says so, whenever it was filed: an old transfer entered late changes
nothing, and a transfer that was corrected away leaves what was before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.units.models import Record, Registration, Transfer, Unit, Withdrawal
from backend.units.timeline import TYPED, as_typed_record, records_before, records_of

Kind = Transfer.Kind
_COLUMNS = {
    Kind.OWNER: "owner_id",
    Kind.USER: "using_entity_id",
    Kind.MAINTAINER: "maintainer_id",
}


def note_former_values(unit: Unit, record: Record) -> None:
    """Write into a transfer the values that it replaces."""
    if not isinstance(record, Transfer):
        return
    if record.kind == Kind.RELOCATION:
        record.from_region_id, record.from_address = unit.region_id, unit.address
    elif record.kind in _COLUMNS:
        record.from_entity_id = getattr(unit, _COLUMNS[Kind(record.kind)])


def refold_and_save(unit: Unit, record: Record, history: Sequence[Record]) -> None:
    """Let ``record``, and what it supersedes, take effect on the unit's parties and place; ``history`` is in force and in order."""
    concerned = _kinds_concerned(record) | _kinds_of_superseded(record)
    for kind in concerned:
        if kind == Kind.RELOCATION:
            _write_place(unit, history)
            _update_record_regions(unit, history)
        elif kind in _COLUMNS:
            _write_party(unit, kind, history)


def region_of(unit: Unit, record: Record, history: Sequence[Record], first: Transfer | None) -> str:
    """Where the unit was when ``record`` happened: the county that the record bears.

    ``first`` is its ``first_move``.
    """
    return region_after(records_before(history, record), first, unit.region_id)


def region_after(history: Sequence[Record], first: Transfer | None, present: str) -> str:
    """Where a unit was after ``history``: where the last move led, else where the first one began.

    ``first`` is its first relocation that was ever filed, ``present`` where it stands by all.
    """
    moves = _transfers_of_kind(history, Kind.RELOCATION)
    if moves and moves[-1].to_region_id:
        return moves[-1].to_region_id
    return (first.from_region_id if first else None) or present


def first_move(all_records: Sequence[Record]) -> Transfer | None:
    """The first relocation that was filed among all that was ``all_records``, corrected or not."""
    return min(
        _transfers_of_kind(all_records, Kind.RELOCATION), key=lambda move: move.pk, default=None
    )


def _update_record_regions(unit: Unit, history: Sequence[Record]) -> None:
    """Every record bears the county of its day, also those filed before the move was known."""
    told = records_of(unit)
    first = first_move(told)
    for record in told:
        region = region_of(unit, record, history, first)
        if record.region_id != region:
            Record.objects.filter(pk=record.pk).update(region_id=region)


def _kinds_concerned(record: Record) -> set[Kind]:
    if isinstance(record, Registration):
        # One that names nobody says nothing: a user entered by hand since stays.
        return {Kind.USER} if record.using_entity_id else set()
    return {Kind(record.kind)} if isinstance(record, Transfer) else set()


def _kinds_of_superseded(record: Record) -> set[Kind]:
    """The kinds of facts that the corrected or withdrawn record had stated."""
    if record.supersedes_id is None or not isinstance(record, (Transfer, Registration, Withdrawal)):
        return set()
    old = Record.objects.select_related(*TYPED).get(pk=record.supersedes_id)
    return _kinds_concerned(as_typed_record(old))


def _write_party(unit: Unit, kind: Kind, history: Sequence[Record]) -> None:
    said = [item.to_entity_id for item in _transfers_of_kind(history, kind)]
    if kind == Kind.USER:
        said = [named for named in map(_named_user, history) if named]
    if said:
        entity = said[-1]
    elif (first := _first_transfer(unit, kind)) is not None:
        entity = first.from_entity_id
    else:
        return
    column = _COLUMNS[kind]
    if getattr(unit, column) != entity:
        setattr(unit, column, entity)
        unit.save(update_fields=[column.removesuffix("_id")])


def _write_place(unit: Unit, history: Sequence[Record]) -> None:
    moves = _transfers_of_kind(history, Kind.RELOCATION)
    if moves:
        region, address = moves[-1].to_region_id, moves[-1].to_address
    elif (first := _first_transfer(unit, Kind.RELOCATION)) is not None:
        region, address = first.from_region_id, first.from_address
    else:
        return
    if region and (region, address) != (unit.region_id, unit.address):
        unit.region_id, unit.address = region, address
        unit.position = None  # the old point would be a lie at the new place
        unit.save(update_fields=["region", "address", "position"])


def _transfers_of_kind(history: Sequence[Record], kind: Kind) -> list[Transfer]:
    return [item for item in history if isinstance(item, Transfer) and item.kind == kind]


def _named_user(record: Record) -> int | None:
    if isinstance(record, Registration):
        return record.using_entity_id
    if isinstance(record, Transfer) and record.kind == Kind.USER:
        return record.to_entity_id
    return None


def _first_transfer(unit: Unit, kind: Kind) -> Transfer | None:
    """The first transfer of this kind that was ever filed: what it replaced was there from the start."""
    return Transfer.objects.filter(unit=unit, kind=kind).order_by("pk").first()
