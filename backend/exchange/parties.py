"""Who uses, owns and maintains the unit of a row: legal entities and natural persons."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from backend.exchange.row_cells import RowCells
from backend.lib.identifiers import resident_id, uscc
from backend.lib.identifiers.errors import InvalidIdentifier

USER = "using_entity"
COLUMNS = {
    USER: ("uscc", "entity_name"),
    "owner": ("owner_uscc", "owner_name"),
    "maintainer": ("maintainer_uscc", "maintainer_name"),
}
"""The columns of the number and the name of each role, by the unit's own name for the role."""

PERSON = ("person_id", "person_name")

_ALL_COLUMNS = frozenset(PERSON).union(*COLUMNS.values())


class Party(NamedTuple):
    """Who stands in one role; the number of a ``natural`` person is that of the identity card."""

    role: str
    number: str
    name: str
    natural: bool = False


def read_parties(cells: RowCells) -> Iterator[Party]:
    """The parties that the row names by their number; raises BadRow. A name alone is noted."""
    if not cells.says_any_of(_ALL_COLUMNS):
        return
    if cells.says_any_of(PERSON):
        if cells.says_any_of(COLUMNS[USER]):
            text = _("The user is either a legal entity or a natural person.")
            raise cells.bad_row("person_name", text)
        yield from _read_party(cells, USER, PERSON, _parse_resident_id)
    for role, columns in COLUMNS.items():
        yield from _read_party(cells, role, columns, _parse_credit_code)


def _read_party(
    cells: RowCells, role: str, columns: tuple[str, str], parse: Callable[[str], str | Any]
) -> Iterator[Party]:
    number, name = map(cells.text, columns)
    if not number:
        if name:
            natural = columns == PERSON
            cells.add_note(columns[1], "no-number", came="" if natural else name)
        return
    parsed = parse(number)
    if isinstance(parsed, InvalidIdentifier):
        raise cells.bad_row(columns[0], parsed)
    yield Party(role, parsed, name, natural=columns == PERSON)


@functools.lru_cache(maxsize=50_000)
def _parse_credit_code(text: str) -> str | InvalidIdentifier:
    try:
        return uscc.parse(text).text
    except InvalidIdentifier as error:
        return error


def _parse_resident_id(text: str) -> str | InvalidIdentifier:
    try:
        return resident_id.parse(text).text
    except InvalidIdentifier as error:
        return error
