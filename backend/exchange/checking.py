"""One row of a foreign table into one unit's facts, or the column and the reason why not.

Nothing here asks the database for a row: the small tables are read once, answers that repeat
(regions, credit codes) are kept.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.exchange.mapping import Mapping
from backend.exchange.reading import MOST_IN_FIELD
from backend.lib import clock
from backend.lib.identifiers import device_code, uscc
from backend.lib.identifiers.errors import InvalidIdentifier
from backend.lib.problems import Refused
from backend.units.days import check_first_use
from backend.units.models import Category, Unit
from geo.datum import Datum, convert
from geo.models import Region, prefix_of
from geo.regions import Gazetteer, UnknownRegion

PLAIN = ("product_name", "model", "factory_no", "internal_no", "address", "registration_code")
_NEEDED = (("device_code", "registration_code"), ("category", "category_word"))
_LENGTHS = {
    field.name: field.max_length or 0 for field in Unit._meta.concrete_fields if field.name in PLAIN
}


class BadRow(Exception):
    """A row that cannot be taken: which column, and why."""

    def __init__(self, column: str, reason: Any) -> None:
        super().__init__(column)
        self.column = column
        self.reason = str(reason)


@dataclass(slots=True)
class Checked:
    """A good row: what the table says of a unit. ``region`` is empty until it is placed."""

    line: int
    device_code: str | None
    category: str
    kind: str
    region: str
    plain: dict[str, str]
    uscc: str
    entity_name: str
    first_used_on: dt.date | None
    point: tuple[float, float] | None
    source_datum: str | None
    source_coordinates: str | None

    @property
    def key(self) -> str:
        """What the unit is known by."""
        return self.device_code or self.plain.get("registration_code", "")


class Checker:
    """Checks rows of one table for one actor by one mapping. Reads the small tables once.

    Raises Refused ``wrong-columns`` for a table that cannot name a unit or its variety.
    """

    def __init__(self, *, actor: User, mapping: Mapping, header: Sequence[str]) -> None:
        self.mapping = mapping
        at = {column: place for place, column in enumerate(header)}
        self._at = {name: at[column] for name, column in mapping.columns.items() if column in at}
        for needed in _NEEDED:
            self._require_one_of(needed)
        self.prefix = prefix_of(actor.region_id) if actor.region_id else None
        self._today: dt.date = clock.today()
        self._gazetteer = Gazetteer.read()
        self._counties = set(
            Region.objects.filter(level=Region.Level.COUNTY).values_list("code", flat=True)
        )
        usable = Category.objects.filter(leaf=True, registered_for_use=True)
        self._kinds = dict(usable.values_list("code", "kind"))
        self._regions: dict[str, str | BadRow] = {}
        self._credit_codes: dict[str, str | BadRow] = {"": ""}
        self.plain = tuple(name for name in PLAIN if name in self._at)
        limited = [(n, p, _LENGTHS.get(n, MOST_IN_FIELD)) for n, p in self._at.items()]
        self._limits = [(name, place, min(most, MOST_IN_FIELD)) for name, place, most in limited]

    def _require_one_of(self, names: tuple[str, ...]) -> None:
        columns = [self.mapping.columns[name] for name in names if name in self.mapping.columns]
        if not any(name in self._at for name in names):
            text = _("The table has no column %(columns)s. Use the template or another mapping.")
            raise Refused("wrong-columns", text % {"columns": "/".join(columns)}, field="file")

    def check(self, line: int, row: Sequence[str]) -> Checked:
        """The unit that ``row`` describes; raises BadRow."""
        value = {}
        for name, place, most in self._limits:
            text = row[place]
            if len(text) > most:
                raise self._bad(name, _("The text is too long."))
            if "\x00" in text:
                raise self._bad(name, _("The text holds a control character."))
            value[name] = text
        category = self._category(value)
        point, datum, given = self._position(value)
        region = self.mapping.region or value.get("region", "")
        checked = Checked(
            line, self._code(value.get("device_code", ""), category), category,
            self._kinds[category], self._region(region) if region else "",
            {name: value[name] for name in self.plain},
            self._credit_code(value.get("uscc", "")), value.get("entity_name", "")[:120],
            self._date(value.get("first_used_on", "")), point, datum, given,
        )  # fmt: skip
        if not checked.key:
            raise self._bad("device_code", _("The device code is missing."))
        if not region and point is None:
            raise self.nowhere()
        return checked

    def place(self, checked: Checked, county: str | None) -> None:
        """Take the county that the database found at the row's point; raises BadRow."""
        if county is None:
            raise self.nowhere()
        checked.region = self._region(county)

    def nowhere(self) -> BadRow:
        """What a row without a county is told."""
        return self._bad("region", _("Give the code of a county, or a position inside one."))

    def _bad(self, name: str, reason: Any) -> BadRow:
        return BadRow(self.mapping.columns.get(name, name), reason)

    def _category(self, value: dict[str, str]) -> str:
        code = value.get("category", "").upper()
        if "category_word" in value:
            code = self.mapping.categories.get(value["category_word"], "")
        if code not in self._kinds:
            name = "category_word" if "category_word" in value else "category"
            raise self._bad(name, _("This is no variety of the catalogue that a unit can bear."))
        return code

    def _code(self, text: str, category: str) -> str | None:
        if not text:
            return None
        try:
            parsed = device_code.parse(text)
        except InvalidIdentifier as error:
            raise self._bad("device_code", error) from error
        if parsed.base != category:
            raise self._bad("device_code", _("The device code begins with another category."))
        return parsed.text

    def _credit_code(self, text: str) -> str:
        known = self._credit_codes.get(text)
        if known is None:
            try:
                known = uscc.parse(text).text
            except InvalidIdentifier as error:
                known = self._bad("uscc", error)
            self._credit_codes[text] = known
        if isinstance(known, BadRow):
            raise BadRow(known.column, known.reason)
        return known

    def _region(self, code: str) -> str:
        known = self._regions.get(code)
        if known is None:
            known = self._regions[code] = self._county(code)
        if isinstance(known, BadRow):
            raise BadRow(known.column, known.reason)
        return known

    def _county(self, code: str) -> str | BadRow:
        try:
            county = self._gazetteer.code_on(code, self._today)
        except UnknownRegion as error:
            return self._bad("region", error)
        if county not in self._counties:
            return self.nowhere()
        if self.prefix is None or not county.startswith(self.prefix):
            return self._bad("region", _("The region lies outside your jurisdiction."))
        return county

    def _date(self, text: str) -> dt.date | None:
        if not text:
            return None
        try:
            year, month, day = text.split(" ")[0].replace("/", "-").split("-")
            date = dt.date(int(year), int(month), int(day))
            check_first_use(date, self._today)
        except ValueError as error:
            raise self._bad(
                "first_used_on", _("Write the date as year-month-day, such as 2024-03-31.")
            ) from error
        except Refused as refused:
            raise self._bad("first_used_on", refused.detail) from refused
        return date

    def _position(
        self, value: dict[str, str]
    ) -> tuple[tuple[float, float] | None, str | None, str | None]:
        """The point in WGS-84, the datum and the degrees as given; a foreign point is none."""
        lng, lat = value.get("lng", ""), value.get("lat", "")
        if not lng and not lat:
            return None, None, None
        datum = value.get("datum") or self.mapping.datum
        try:
            given = float(lng), float(lat)
            point = convert(*given, datum, Datum.WGS84)
        except ValueError as error:
            raise self._bad(
                "lng", _("This is no position in degrees, or no known datum.")
            ) from error
        return None if self.mapping.foreign else point, datum, json.dumps(given)
