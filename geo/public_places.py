"""Fills ``PublicPlace`` from a table: code, name, category, lng, lat, datum, address, source."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from backend.lib.problems import Refused
from geo.datum import Datum, convert_position
from geo.models import PublicPlace
from geo.regions import county_at

COLUMNS = frozenset({"code", "name", "category", "lng", "lat"})
_UPDATED = ["name", "category", "region", "address", "position", "source"]


@transaction.atomic
def load_places(lines: Iterable[str]) -> int:
    """Adds or updates the places of a CSV by their code; all or none. Returns how many.

    Raises Refused 422 with the number of the first line that is wrong.
    """
    table = csv.DictReader(lines)
    missing = COLUMNS - set(table.fieldnames or ())
    if missing:
        text = _("Columns are missing: %(names)s.") % {"names": ", ".join(sorted(missing))}
        raise Refused("columns-missing", text)
    places = list(_read_places(table))
    PublicPlace.objects.bulk_create(
        places, update_conflicts=True, unique_fields=["code"], update_fields=_UPDATED
    )
    return len(places)


def _read_places(table: csv.DictReader[str]) -> Iterator[PublicPlace]:
    for number, row in enumerate(table, start=2):
        try:
            yield _build_place(row)
        except (ValueError, TypeError) as error:
            text = _("Line %(number)s: %(why)s") % {"number": number, "why": error}
            raise Refused("wrong-place", text) from None


def _build_place(row: dict[str, str]) -> PublicPlace:
    category = PublicPlace.Category(row["category"])
    datum = Datum(row.get("datum") or Datum.WGS84)
    position = Point(
        *convert_position(float(row["lng"]), float(row["lat"]), datum, Datum.WGS84), srid=4326
    )
    region = county_at(position)
    if region is None or not row["code"] or not row["name"]:
        raise ValueError(_("it needs a code, a name and a place in a known county"))
    return PublicPlace(
        code=row["code"],
        name=row["name"],
        category=category,
        region=region,
        address=row.get("address") or "",
        position=position,
        source=row.get("source") or "",
    )
