"""The legal entities and persons whom the rows of a chunk name: entered, and told of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from backend.exchange.parties import COLUMNS, PERSON, Party
from backend.exchange.row_cells import Note
from backend.exchange.row_checker import CheckedRow
from backend.lib.identifiers.masking import mask_name, mask_resident_id

# In the order of their numbers, as all writers enter them: two imports never wait for each other.
_ENTER = """
    INSERT INTO directory_legalentity
           (name, uscc, organisation_code, natural_person, region_id, address, phone)
    SELECT p.name, p.number, '', p.natural_person, p.region_id, '', ''
      FROM unnest(%s::text[], %s::text[], %s::boolean[], %s::text[])
           AS p (number, name, natural_person, region_id)
     WHERE NOT EXISTS (SELECT FROM directory_legalentity e WHERE e.uscc = p.number)
     ORDER BY p.number COLLATE "C"
    ON CONFLICT (uscc) DO NOTHING
"""
_ENTERED = "SELECT uscc, id, name, natural_person FROM directory_legalentity WHERE uscc = ANY(%s)"
# Brackets of either width are the same name.
_SAME_IN_NAMES = str.maketrans("（）", "()", "\u3000")


class Entity(NamedTuple):
    """What the register has of one who is named."""

    key: int
    name: str
    natural: bool


def enter_parties(rows: Sequence[CheckedRow]) -> dict[str, Entity]:
    """Enter the parties of ``rows`` that the register lacks; returns all of them by their number.

    One named in several rows takes the first name that is given, and the county of that row.
    """
    named: dict[str, tuple[Party, str]] = {}
    for row in rows:
        for party in row.parties:
            if party.number not in named or (party.name and not named[party.number][0].name):
                named[party.number] = party, row.region
    if not named:
        return {}
    values = [(p.number, p.name, p.natural, region) for p, region in named.values()]
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [list(column) for column in zip(*values, strict=True)])
        cursor.execute(_ENTERED, [list(named)])
        return {number: Entity(*facts) for number, *facts in cursor.fetchall()}


def note_party_names(rows: Sequence[CheckedRow], entities: dict[str, Entity]) -> Iterator[Note]:
    """Notes on parties whom the register knows by another name, which it keeps, or by none."""
    for row in rows:
        for party in row.parties:
            entity = entities[party.number]
            columns = PERSON if entity.natural else COLUMNS[party.role]
            title = row.titles.get(columns[1], columns[1])
            if not party.name and not entity.name:
                came = mask_resident_id(party.number) if entity.natural else party.number
                yield Note(row.line, title, "no-name", "", came)
            elif party.name and _fold_name(party.name) != _fold_name(entity.name):
                names = entity.name, party.name
                shown = map(mask_name, names) if entity.natural else names
                yield Note(row.line, title, "name-differs", *shown)


def _fold_name(name: str) -> str:
    return name.translate(_SAME_IN_NAMES)
