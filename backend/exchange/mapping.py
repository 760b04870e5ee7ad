"""Which column of a foreign table means what: small files in ``mappings``."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from backend.lib.problems import Refused

FOLDER = Path(__file__).with_name("mappings")


@dataclass(frozen=True, slots=True)
class Mapping:
    """``columns`` by our field, which a table may use itself; ``foreign``: positions are kept as given and not placed."""

    title: str
    columns: dict[str, str]
    datum: str = "WGS84"
    region: str = ""
    foreign: bool = False
    categories: dict[str, str] = field(default_factory=dict)

    def places_in(self, header: Sequence[str]) -> dict[str, int]:
        """Where each of our fields stands: under its column's name, or else under its own."""
        at = {title: place for place, title in enumerate(header)}
        found = {name: at.get(title, at.get(name)) for name, title in self.columns.items()}
        return {name: place for name, place in found.items() if place is not None}


def mapping_named(name: str) -> Mapping:
    """The mapping in ``mappings/<name>.toml``; raises Refused ``mapping-unknown``."""
    if name not in names():
        known = ", ".join(names())
        text = _("Known mappings: %(names)s.") % {"names": known}
        raise Refused("mapping-unknown", text, field="mapping")
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return Mapping(**tomllib.load(file))


def names() -> list[str]:
    """The mappings at hand."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def template() -> bytes:
    """The native table with its header line alone, as CSV that Excel opens."""
    columns = mapping_named("native").columns
    text = io.StringIO()
    csv.writer(text).writerow(columns.values())
    return text.getvalue().encode("utf-8-sig")
