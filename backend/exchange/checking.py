"""One row of a foreign table into one unit's facts, or the column and the reason why not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.exchange.mapping import Mapping
from backend.exchange.reading import MOST_IN_FIELD
from backend.lib import clock
from backend.lib.identifiers import device_code, uscc
from backend.lib.identifiers.errors import InvalidIdentifier
from backend.units.models import Category, Unit
from geo.datum import Datum, convert
from geo.models import Region, prefix_of
from geo.regions import Gazetteer, UnknownRegion, county_at

_PLAIN = ("product_name", "model", "factory_no", "internal_no", "address", "registration_code")
_LENGTHS = {
    field.name: field.max_length or 0
    for field in Unit._meta.concrete_fields
    if field.name in _PLAIN
}


class BadRow(Exception):
    """A row that cannot be taken: which column, and why."""

    def __init__(self, column: str, reason: Any) -> None:
        super().__init__(column)
        self.column = column
        self.reason = str(reason)


@dataclass(frozen=True, slots=True)
class Checked:
    """A good row: the key it is known by, the unit's facts, and its using entity."""

    key: str
    facts: dict[str, Any]
    uscc: str
    entity_name: str


class Checker:
    """Checks rows for one actor by one mapping. Reads the small tables once."""

    def __init__(self, *, actor: User, mapping: Mapping) -> None:
        self._mapping = mapping
        self._prefix = prefix_of(actor.region_id) if actor.region_id else None
        self._gazetteer = Gazetteer.read()
        self._today: dt.date = clock.today()
        self._counties = set(
            Region.objects.filter(level=Region.Level.COUNTY).values_list("code", flat=True)
        )
        usable = Category.objects.filter(leaf=True, registered_for_use=True)
        self._categories = dict(usable.values_list("code", "kind"))

    def check(self, row: dict[str, str]) -> Checked:
        """The unit that ``row`` describes; raises BadRow."""
        value = {name: row.get(column, "") for name, column in self._mapping.columns.items()}
        facts = self._plain(value)
        facts |= self._category(value)
        facts |= self._place(value)
        code = self._code(value, facts["category_id"])
        facts["device_code"] = code
        key = code or facts.get("registration_code", "")
        if not key:
            raise self._bad("device_code", _("The device code is missing."))
        return Checked(key, facts, self._credit_code(value), value.get("entity_name", ""))

    def _bad(self, name: str, reason: Any) -> BadRow:
        return BadRow(self._mapping.columns.get(name, name), reason)

    def _plain(self, value: dict[str, str]) -> dict[str, Any]:
        for name, text in value.items():
            if len(text) > min(_LENGTHS.get(name, MOST_IN_FIELD), MOST_IN_FIELD):
                raise self._bad(name, _("The text is too long."))
            if "\x00" in text:
                raise self._bad(name, _("The text holds a control character."))
        return {name: value[name] for name in _PLAIN if name in value}

    def _category(self, value: dict[str, str]) -> dict[str, str]:
        code = value.get("category", "").upper()
        if "category_word" in value:
            code = self._mapping.categories.get(value["category_word"], "")
        if code not in self._categories:
            name = "category_word" if "category_word" in value else "category"
            raise self._bad(name, _("This is no variety of the catalogue that a unit can bear."))
        return {"category_id": code, "kind": self._categories[code]}

    def _code(self, value: dict[str, str], category: str) -> str | None:
        if not value.get("device_code"):
            return None
        try:
            parsed = device_code.parse(value["device_code"])
        except InvalidIdentifier as error:
            raise self._bad("device_code", error) from error
        if parsed.base != category:
            raise self._bad("device_code", _("The device code begins with another category."))
        return parsed.text

    def _credit_code(self, value: dict[str, str]) -> str:
        if not value.get("uscc"):
            return ""
        try:
            return uscc.parse(value["uscc"]).text
        except InvalidIdentifier as error:
            raise self._bad("uscc", error) from error

    def _place(self, value: dict[str, str]) -> dict[str, Any]:
        facts = self._position(value)
        region = self._mapping.region or value.get("region", "")
        if region:
            region = self._in_force(region)
        elif (point := facts.get("position")) is not None and (found := county_at(point)):
            region = found.pk
        if region not in self._counties:
            raise self._bad("region", _("Give the code of a county, or a position inside one."))
        if self._prefix is None or not region.startswith(self._prefix):
            raise self._bad("region", _("The region lies outside your jurisdiction."))
        return facts | {"region_id": region}

    def _in_force(self, code: str) -> str:
        try:
            return self._gazetteer.code_on(code, self._today)
        except UnknownRegion as error:
            raise self._bad("region", error) from error

    def _position(self, value: dict[str, str]) -> dict[str, Any]:
        lng, lat = value.get("lng", ""), value.get("lat", "")
        if not lng and not lat:
            return {}
        datum = value.get("datum") or self._mapping.datum
        try:
            given = float(lng), float(lat)
            x, y = convert(*given, datum, Datum.WGS84)
        except ValueError as error:
            raise self._bad(
                "lng", _("This is no position in degrees, or no known datum.")
            ) from error
        kept = {"source_datum": datum, "source_coordinates": list(given)}
        if self._mapping.foreign:
            return kept
        return kept | {"position": Point(x, y, srid=4326)}
