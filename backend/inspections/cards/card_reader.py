"""Reads the card of a unit in one prepared statement, or in two while none is kept.

Kept is what changes with the unit alone. The names that it shows and the right of the reader are read
beside it; what depends on the day is told by the properties of ``Card``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField

from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.inspections.cards.documents import MADE
from backend.lib import clock
from backend.lib.prepared import fetch_prepared
from backend.units.sight import Sight, sight_of
from backend.units.standing import Standing, standing_of
from geo.models import Region
from tagging.models import Binding, Scan, Tag
from tagging.scans import INSERT, values_of, written_or_earlier_scan

CardDocument = Mapping[str, Any]

_NAMES = (
    "category.name", "region.name", "city.name", "city.level",
    "used.name", "used.natural_person", "owned.name", "owned.natural_person",
    "maintained.name", "maintained.natural_person",
)  # fmt: skip
_SIGHT_OF_STRANGERS: Sight = ("false", ())
_CARD = f"{{sight}}, units_unit.id, units_unitcard.document::text, {', '.join(_NAMES)}"
_JOINS = """
    LEFT JOIN units_unitcard ON units_unitcard.unit_id = units_unit.id
    LEFT JOIN units_category category ON category.code = units_unit.category_id
    LEFT JOIN geo_region region ON region.code = units_unit.region_id
    LEFT JOIN geo_region city ON city.code = region.parent_id
    LEFT JOIN directory_legalentity used ON used.id = units_unit.using_entity_id
    LEFT JOIN directory_legalentity owned ON owned.id = units_unit.owner_id
    LEFT JOIN directory_legalentity maintained ON maintained.id = units_unit.maintainer_id"""
_MAKE = f"SELECT {MADE}::text FROM units_unit WHERE id = %s"  # noqa: S608 - constants
_BY_UNIT = f"SELECT {_CARD} FROM units_unit {_JOINS} WHERE units_unit.id = %s"  # noqa: S608 - constants
_OF_TAG = f"""
    tag.code, tag.retired_at, hung.unit_id, hung.unbound_at, {_CARD}
    FROM (VALUES (1)) one
    LEFT JOIN tagging_tag tag ON tag.code = %s
    LEFT JOIN tagging_binding hung ON hung.tag_id = tag.code
    LEFT JOIN units_unit ON units_unit.id = hung.unit_id
        AND hung.unbound_at IS NULL AND tag.retired_at IS NULL
    {_JOINS}"""
_BY_TAG = f"SELECT {_OF_TAG}"
_BY_SCAN = f"WITH written AS ({INSERT}) SELECT (SELECT id FROM written), {_OF_TAG}"  # noqa: S608 - constants


@dataclass(frozen=True)
class Card:
    """A unit as cards show it. ``is_seen``: the reader may see all of it, and not its mark only."""

    is_seen: bool
    document: CardDocument
    category_name: str
    region_name: str
    city_name: str
    using_unit: str | None
    owner: str | None
    maintainer: str | None

    @cached_property
    def standing(self) -> Standing:
        """How the unit stands today."""
        return standing_in(self.document, clock.today())


@dataclass(frozen=True)
class DaysOfStanding:
    """What says how a unit stands, as a document tells it; see ``standing_of``."""

    status: str
    held_from: dt.date | None
    next_due_on: dt.date | None
    own_due_on: dt.date | None
    serious_defects: int


def standing_in(document: CardDocument, today: dt.date) -> Standing:
    """How the unit of a document stands on ``today``."""
    days = DaysOfStanding(
        document["status"],
        _parse_day(document["held_from"]),
        _parse_day(document["next_due_on"]),
        _parse_day(document["own_due_on"]),
        document["serious_defects"],
    )
    return standing_of(days, today)


def read_card(user: User, unit: int) -> Card | None:
    """The card of a unit that ``user`` may see; None of any other."""
    if unit > BigIntegerField.MAX_BIGINT:
        return None
    sight, params = sight_of(user)
    rows = fetch_prepared(_BY_UNIT.format(sight=sight), [*params, unit])
    card = _build_card(rows[0]) if rows else None
    return card if card is not None and card.is_seen else None


def write_scan_and_read_card(scan: Scan, user: User | None) -> tuple[Scan, Tag | None, Card | None]:
    """Write a scan, and read the tag of its code with the card of the unit that bears it now.

    One statement, for each costs a round trip: the scan is written whatever it means. A replay
    gives the first scan of its ``client_id``; raises Refused ``scan-conflict`` (409). Without a
    ``user`` the card is that of a stranger, who sees the mark.
    """
    sight, params = sight_of(user) if user else _SIGHT_OF_STRANGERS
    values = [*values_of(scan), *params, scan.code]
    [(key, *told)] = fetch_prepared(_BY_SCAN.format(sight=sight), values)
    return (written_or_earlier_scan(scan, key), *_tag_with_card(told))


def read_tag_with_card(code: str | None) -> tuple[Tag | None, Card | None]:
    """The tag of a code, if it was ever made, and the card of its unit as a stranger sees it."""
    sight, params = _SIGHT_OF_STRANGERS
    [told] = fetch_prepared(_BY_TAG.format(sight=sight), [*params, code])
    return _tag_with_card(told)


def _tag_with_card(row: Sequence[Any]) -> tuple[Tag | None, Card | None]:
    code, retired_at, unit, unbound_at, *told = row
    if code is None:
        return None, None
    tag = Tag(code=code, retired_at=retired_at)
    if unit is not None:
        tag.binding = Binding(tag_id=code, unit_id=unit, unbound_at=unbound_at)
    return tag, _build_card(told) if tag.binding_in_force is not None and not tag.is_void else None


def _build_card(row: Sequence[Any]) -> Card:
    seen, unit, kept, category, region, above, level, *parties = row
    pairs = zip(parties[::2], parties[1::2], strict=True)
    using, owner, maintainer = map(_show_name, pairs)
    city = above if level == Region.Level.CITY else ""
    document = json.loads(kept or _make_document(unit))
    return Card(seen, document, category, region, city, using, owner, maintainer)


def _make_document(unit: int) -> str:
    """The document of a unit whose kept one was emptied by a change and not made again yet.

    A statement of its own: beside what is kept, its plan would cost each scan more than the rest.
    """
    [(document,)] = fetch_prepared(_MAKE, [unit])
    return str(document)


def _show_name(party: tuple[str | None, bool | None]) -> str | None:
    """The name of an entity; a natural person's is masked (the look is not logged here)."""
    name, natural = party
    return LegalEntity(name=name, natural_person=True).shown_name if name and natural else name


def _parse_day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
