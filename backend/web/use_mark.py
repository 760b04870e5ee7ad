"""What the statutory use mark (特种设备使用标志, domain 2.4) shows, and nothing more.

One set of facts for the page and for its JSON. Nothing personal: a natural person who uses a
unit is masked, inspectors and safety officers are not named at all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from backend.directory.models import LegalEntity
from backend.inspections.cards.card_reader import Card
from backend.lib import clock
from backend.lib.prepared import fetch_prepared
from backend.units.models import Category, HoldRule, Unit
from backend.units.standing import Standing
from backend.web.contacts import HOTLINE, LIFT_RESCUE
from geo.models import Region

LIFT_KIND = "3"
_USE_FORBIDDEN = (
    Standing.SCRAPPED,
    Standing.STOPPED,
    Standing.HELD,
    Standing.UNREGISTERED,
    Standing.SERIOUS_DEFECT,
)


@dataclass(frozen=True, slots=True)
class UseMark:
    """The facts of a mark. Months are ``2026-05``: the mark knows no days (rule 14)."""

    standing: Standing
    holds: tuple[str, ...]
    kind: str
    variety: str
    device_code: str
    certificate_no: str
    registration_code: str
    internal_no: str
    using_unit: str
    region: str
    address: str
    registration_authority: str
    authority: str
    inspection_body: str
    last_inspection: dt.date | None
    next_inspection: dt.date | None
    maintainer: str
    maintainer_phone: str
    rescue_no: str
    rescue_phone: str

    def as_json(self) -> dict[str, Any]:
        """The same facts as a document for programs."""
        facts = asdict(self)
        facts |= {
            "standing": self.standing.value,
            "standing_text": str(self.standing.label),
            "usable": self.standing.usable,
            "last_inspection": format_month(self.last_inspection),
            "next_inspection": format_month(self.next_inspection),
            "hotline": HOTLINE,
        }
        return facts


def load_use_mark(card: Card) -> UseMark:
    """The mark of the unit of a card as of today, in one query beside the card."""
    kept, standing = card.document, card.standing
    more = _particulars_of(card)
    lift = kept["kind"] == LIFT_KIND
    return UseMark(
        standing=standing,
        holds=_sentences_of_holds(card) if standing == Standing.HELD else (),
        kind=more.category.shown_kind,
        variety=more.category.shown_name,
        device_code=kept["device_code"] or "",
        certificate_no=kept["certificate_no"] or "",
        registration_code=kept["registration_code"] or "",
        internal_no=kept["internal_no"],
        using_unit=card.using_unit or "",
        region=card.region_name,
        address=join_address(more.places, kept["address"]),
        registration_authority=more.registered_by,
        authority=more.registered_by or more.authority_over,
        inspection_body=more.body_name,
        last_inspection=more.last_inspected_on,
        next_inspection=_next_inspection_day(card),
        maintainer=card.maintainer or "" if lift else "",
        maintainer_phone=more.maintainer_phone if lift else "",
        rescue_no=kept["rescue_no"] if lift else "",
        rescue_phone=LIFT_RESCUE if lift else "",
    )


def format_month(day: dt.date | None) -> str | None:
    """A month as the mark prints it, ``2026-05``."""
    return day.strftime("%Y-%m") if day else None


def build_full_address(unit: Unit) -> str:
    """The province, city, county and address, each once: an address may begin with them itself."""
    names: list[str] = []
    region: Region | None = unit.region
    while region is not None:
        names.insert(0, region.name)
        region = region.parent
    return join_address(names, unit.address)


def join_address(places: Sequence[str], address: str) -> str:
    """The names from the province down and the address, which may begin with them itself."""
    for name in places:
        address = address.removeprefix(name)
    return "".join(places) + address


def load_hold_sentences(unit: Unit, today: dt.date) -> tuple[str, ...]:
    """The sentences that say why the unit must not be used, each once."""
    holds = unit.holds.in_force(today).order_by("since", "pk")
    return tuple(dict.fromkeys(str(hold.get_rule_display()) for hold in holds))


def _sentences_of_holds(card: Card) -> tuple[str, ...]:
    """The same from a card."""
    today = clock.today().isoformat()
    holds = [
        row
        for row in card.document["holds"]
        if row["since"] <= today and (row["until"] is None or row["until"] > today)
    ]
    return tuple(dict.fromkeys(str(HoldRule(row["rule"]).label) for row in holds))


def _next_inspection_day(card: Card) -> dt.date | None:
    """The day of the next statutory inspection; None beside a ban (rules 8 and 15)."""
    due = card.document["next_due_on"]
    return None if due is None or card.standing in _USE_FORBIDDEN else dt.date.fromisoformat(due)


@dataclass(frozen=True, slots=True)
class _Particulars:
    """What a mark says beyond a card: names of others, as they are now."""

    category: Category
    places: tuple[str, ...]
    maintainer_phone: str
    registered_by: str
    authority_over: str
    body_name: str
    last_inspected_on: dt.date | None


# What the user checks himself is no inspection on the mark: ``last`` is the newest by a body. The
# authority is that of the county, else of what lies above it.
_PARTICULARS = """
    SELECT category.name, category.name_en, category.kind, category.kind_name, county.name, city.name,
        province.name, maintainer.phone, maintainer.natural_person, registered.name,
        (SELECT name FROM directory_authority
         WHERE registered.id IS NULL AND region_id IN (county.code, city.code, province.code)
           AND (valid_from IS NULL OR valid_from <= %s) AND (valid_to IS NULL OR valid_to > %s)
         ORDER BY region_id DESC, id LIMIT 1),
        last.place, body.name
    FROM units_unit
    JOIN units_category category ON category.code = units_unit.category_id
    JOIN geo_region county ON county.code = units_unit.region_id
    LEFT JOIN geo_region city ON city.code = county.parent_id
    LEFT JOIN geo_region province ON province.code = city.parent_id
    LEFT JOIN directory_legalentity maintainer ON maintainer.id = units_unit.maintainer_id
    LEFT JOIN directory_authority registered ON registered.id = %s
    LEFT JOIN LATERAL (
        SELECT told.place, told.body
        FROM unnest(%s::varchar[], %s::bigint[]) WITH ORDINALITY told (kind, body, place)
        WHERE NOT EXISTS (
            SELECT FROM units_intervalrule WHERE NOT statutory AND clock = told.kind
            AND starts_with(units_unit.category_id, category_prefix))
        ORDER BY told.place LIMIT 1) last ON true
    LEFT JOIN directory_legalentity body ON body.id = last.body
    WHERE units_unit.id = %s"""


def _particulars_of(card: Card) -> _Particulars:
    kept, today = card.document, clock.today()
    told = kept["inspections"]
    asked = [
        today,
        today,
        kept["registered_by"],
        [row["kind"] for row in told],
        [row["body"] for row in told],
        kept["id"],
    ]
    [row] = fetch_prepared(_PARTICULARS, asked)
    name, name_en, kind, kind_name, *places, phone, natural, registered_by, over, place, body = row
    last = told[place - 1] if place else None
    return _Particulars(
        category=Category(name=name, name_en=name_en, kind=kind, kind_name=kind_name),
        places=tuple(name for name in reversed(places) if name),
        maintainer_phone=LegalEntity(phone=phone or "", natural_person=bool(natural)).shown_phone,
        registered_by=registered_by or "",
        authority_over=over or "",
        body_name=(last["body_name"] or body or "") if last else "",
        last_inspected_on=dt.date.fromisoformat(last["happened_on"]) if last else None,
    )
