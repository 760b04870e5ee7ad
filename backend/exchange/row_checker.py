"""One row of a foreign table into one unit's facts, or the column and the reason why not.

Nothing here asks the database for a row: the small tables are read once, answers that repeat
(regions, credit codes) are kept.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, regions_of
from backend.directory.models import Authority, InspectionBody, LegalEntity
from backend.exchange.bad_rows import ADDED_COLUMNS
from backend.exchange.mapping import Mapping as Columns
from backend.exchange.oddities import Oddity, OddText
from backend.exchange.parameters import map_parameter_columns, read_parameters
from backend.exchange.parties import COLUMNS, PERSON, Party, read_parties
from backend.exchange.row_cells import BadRow, Note, RowCells
from backend.exchange.row_records import OlderRegister, RowRecord, read_row_records, read_status
from backend.exchange.tables import MOST_IN_FIELD
from backend.lib import clock
from backend.lib.identifiers import device_code
from backend.lib.identifiers.errors import InvalidIdentifier
from backend.lib.problems import Refused
from backend.units.certificate_checks import list_misfits
from backend.units.models import Category, Inspection, Manufacture, Registration, Unit
from geo.datum import Datum, convert_position
from geo.extents import check_position, load_region_boxes
from geo.models import Region, code_prefix
from geo.regions import Gazetteer, UnknownRegion

TEXT_COLUMNS = (
    "product_name",
    "model",
    "factory_no",
    "internal_no",
    "address",
    "registration_code",
)
_TEXT_FIELDS = (
    (Unit, TEXT_COLUMNS),
    (Registration, ("certificate_no",)),
    (Manufacture, ("maker",)),
    (Inspection, ("report_no", "body_name")),
)
_LENGTHS: dict[str, int] = {
    field.name: field.max_length or 0
    for model, names in _TEXT_FIELDS
    for field in model._meta.concrete_fields
    if field.name in names
} | dict.fromkeys(
    (name for _number, name in (*COLUMNS.values(), PERSON)),
    LegalEntity._meta.get_field("name").max_length or 0,
)


@dataclass(slots=True)
class CheckedRow:
    """A good row: what the table says of a unit. ``region`` is empty until it is placed."""

    cells: RowCells
    device_code: str | None
    category: str
    kind: str
    region: str
    plain: dict[str, str]
    parties: list[Party]
    parameters: dict[str, Any]
    first_used_on: dt.date | None
    point: tuple[float, float] | None
    source_datum: str | None
    source_coordinates: str | None
    status: str
    facts: list[RowRecord]

    @property
    def line(self) -> int:
        """The line of the row in the table."""
        return self.cells.line

    @property
    def titles(self) -> Mapping[str, str]:
        """The table's own names of our columns."""
        return self.cells.titles

    @property
    def notes(self) -> list[Note]:
        """What is told of the row although it is taken."""
        return self.cells.notes

    @property
    def unit_code(self) -> str:
        """The code that the unit is known by: its device code, else its registration code."""
        return self.device_code or self.plain.get("registration_code", "")

    @property
    def parameters_json(self) -> str:
        """The parameters as JSON."""
        return json.dumps(self.parameters, ensure_ascii=False) if self.parameters else "{}"


class RowChecker:
    """Checks rows of one table for one actor by one mapping. Reads the small tables once.

    ``name`` is what the table is called. Raises Refused ``wrong-columns`` for a table that cannot
    name a unit or its variety, or names one of our columns twice.
    """

    def __init__(self, *, actor: User, mapping: Columns, header: Sequence[str], name: str) -> None:
        self.mapping, self.width = mapping, len(header)
        self._at = mapping.column_indexes(header)
        self._titles = mapping.columns | {name: header[at] for name, at in self._at.items()}
        self.prefixes = tuple(code_prefix(code) for code in regions_of(actor, Right.IMPORT_UNITS))
        self._today: dt.date = clock.today()
        self._gazetteer, self._boxes = Gazetteer.load(), load_region_boxes()
        counties = Region.objects.filter(level=Region.Level.COUNTY)
        self._counties = counties.defer("boundary", "label_point").in_bulk()
        usable = Category.objects.filter(leaf=True, registered_for_use=True)
        self._kinds = dict(usable.values_list("code", "kind"))
        self._regions: dict[str, str | BadRow] = {}
        self.plain = tuple(name for name in TEXT_COLUMNS if name in self._at)
        self._limits = [
            (name, at, _max_length(name), name.endswith("_on")) for name, at in self._at.items()
        ]
        others = [title if at not in self._at.values() else "" for at, title in enumerate(header)]
        self._parameters = map_parameter_columns(others, self._kinds)
        read = {*self._at.values(), *self._parameters.values()}
        self.unread = [
            title
            for at, title in enumerate(header)
            if title not in ("", *ADDED_COLUMNS) and at not in read
        ]
        """The titles of the columns that mean nothing here."""
        self._register = OlderRegister(
            f"{mapping.title} {name}",
            _authorities_by_code_and_name(),
            _inspection_bodies_by_name_and_code(),
        )

    def check_row(self, line: int, row: Sequence[str]) -> CheckedRow:
        """The unit that ``row`` describes; raises BadRow."""
        if len(row) > self.width:
            more = ", ".join(value for value in row[self.width :] if value)
            raise BadRow(
                "", _("The row has more cells than the header: %(more)s.") % {"more": more}
            )
        cells = self._read_cells(line, row)
        value = cells.value
        category = self._read_category(cells)
        point, datum, given = self._read_position(cells)
        region = self.mapping.region or value.get("region", "")
        status = read_status(cells)
        checked = CheckedRow(
            cells, _read_device_code(cells, category), category, self._kinds[category],
            self._get_county_code(region) if region else "",
            {name: value.get(name, "") for name in self.plain}, list(read_parties(cells)),
            self._read_parameters(category, row),
            cells.day("first_used_on"), point, datum, given, status,
            read_row_records(cells, category, status, self._register),
        )  # fmt: skip
        if not checked.unit_code:
            raise cells.bad_row("device_code", _("The device code is missing."))
        if not region and point is None:
            raise self.bad_row_without_county()
        if checked.region:
            self._check_position(checked)
            self._note_misfits(checked)
        return checked

    def _check_position(self, checked: CheckedRow) -> None:
        if checked.point is not None:
            try:
                check_position(*checked.point, self._boxes.get(checked.region))
            except Refused as refused:
                raise checked.cells.bad_row("lng", refused.detail) from refused

    def _read_cells(self, line: int, row: Sequence[str]) -> RowCells:
        value: dict[str, str] = {}
        cells = RowCells(line, value, self._titles)
        filled = compress(self._limits, map(row.__getitem__, self._at.values()))
        for name, place, most, is_day in filled:
            text = row[place]
            if type(text) is OddText and not (is_day and text.oddity is Oddity.DATE):
                raise cells.bad_row(name, text.explanation)
            if len(text) > most:
                raise cells.bad_row(name, _("The text is too long."))
            if "\x00" in text:
                raise cells.bad_row(name, _("The text holds a control character."))
            value[name] = text
        return cells

    def place_in_county(self, checked: CheckedRow, county: str | None) -> None:
        """Take the county that the database found at the row's point; raises BadRow."""
        if county is None:
            raise self.bad_row_without_county()
        checked.region = self._get_county_code(county)
        self._note_misfits(checked)

    def _note_misfits(self, checked: CheckedRow) -> None:
        """Note in what the certificate's number does not fit the unit: no reason to refuse it."""
        for fact in checked.facts:
            if isinstance(fact.record, Registration):
                number, county = fact.record.certificate_no, self._counties[checked.region]
                for code, _text in list_misfits(number, checked.category, county):
                    checked.cells.add_note("certificate_no", code, came=number)

    def bad_row_without_county(self) -> BadRow:
        """The refusal of a row that gives neither a county nor a position inside one."""
        return self._build_bad_row(
            "region", _("Give the code of a county, or a position inside one.")
        )

    def _build_bad_row(self, name: str, reason: Any) -> BadRow:
        return BadRow(self._titles.get(name, name), reason)

    def _read_category(self, cells: RowCells) -> str:
        code = cells.value.get("category", "").upper()
        name = "category_word" if "category_word" in self._at else "category"
        if name == "category_word":
            code = self.mapping.categories.get(cells.value.get(name, ""), "")
        if code not in self._kinds:
            raise cells.bad_row(
                name, _("This is no variety of the catalogue that a unit can bear.")
            )
        return code

    def _read_parameters(self, category: str, row: Sequence[str]) -> dict[str, Any]:
        """The technical parameters that the row gives; raises BadRow."""
        given = {title: row[at] for title, at in self._parameters.items() if row[at]}
        return read_parameters(category, given) if given else {}

    def _get_county_code(self, code: str) -> str:
        known = self._regions.get(code)
        if known is None:
            known = self._regions[code] = self._look_up_county_code(code)
        if isinstance(known, BadRow):
            raise BadRow(known.column, known.reason)
        return known

    def _look_up_county_code(self, code: str) -> str | BadRow:
        try:
            county = self._gazetteer.code_in_force_on(code, self._today)
        except UnknownRegion as error:
            return self._build_bad_row("region", error)
        if county not in self._counties:
            return self.bad_row_without_county()
        if not county.startswith(self.prefixes):
            return self._build_bad_row("region", _("The region lies outside your jurisdiction."))
        return county

    def _read_position(
        self, cells: RowCells
    ) -> tuple[tuple[float, float] | None, str | None, str | None]:
        """The point in WGS-84, the datum and the degrees as given; a foreign point is none."""
        lng, lat = cells.value.get("lng", ""), cells.value.get("lat", "")
        if not lng and not lat:
            return None, None, None
        datum = cells.value.get("datum") or self.mapping.datum
        try:
            given = float(lng), float(lat)
            point = convert_position(*given, datum, Datum.WGS84)
        except ValueError as error:
            reason = _("This is no position in degrees, or no known datum.")
            raise cells.bad_row("lng", reason) from error
        return None if self.mapping.foreign else point, datum, json.dumps(given)


def _read_device_code(cells: RowCells, category: str) -> str | None:
    text = cells.value.get("device_code", "")
    if not text:
        return None
    try:
        parsed = device_code.parse(text)
    except InvalidIdentifier as error:
        raise cells.bad_row("device_code", error) from error
    if parsed.base != category:
        raise cells.bad_row("device_code", _("The device code begins with another category."))
    return parsed.text


def _max_length(name: str) -> int:
    """How long a text of the column ``name`` may be."""
    for ending, kept in (("_report_no", "report_no"), ("_body", "body_name")):
        if name.endswith(ending):
            name = kept
    return min(_LENGTHS.get(name, MOST_IN_FIELD), MOST_IN_FIELD)


def _authorities_by_code_and_name() -> dict[str, int]:
    """The authorities by their code and by their name."""
    return dict(_pair_both_texts_with_key(Authority.objects.values_list("code", "name", "pk")))


def _inspection_bodies_by_name_and_code() -> dict[str, int]:
    """The inspection bodies by their name and by their credit code."""
    facts = InspectionBody.objects.values_list("entity__uscc", "entity__name", "pk")
    return dict(_pair_both_texts_with_key(facts))


def _pair_both_texts_with_key(rows: Any) -> Iterator[tuple[str, int]]:
    for code, name, key in rows:
        yield from ((text, key) for text in (code, name) if text)
