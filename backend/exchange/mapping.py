"""Which column of a foreign table means what: small files in ``mappings``."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.exchange.headings import key_of
from backend.exchange.models import KeptMapping
from backend.exchange.reading import Table
from backend.lib.guarded_csv import csv_of
from backend.lib.problems import Refused

NEEDED = (("device_code", "registration_code"), ("category", "category_word"))
"""Of each of these one column at least: what a unit is known by, and what it is."""

_SHOWN = 300
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
        """Where each of our fields stands: under its column's name, or else under its own.

        Raises Refused ``wrong-columns`` for one that stands twice: nobody knows which is meant.
        """
        keys = [key_of(title) for title in header]
        found = {}
        for name, title in self.columns.items():
            key = next((key for key in (key_of(title), key_of(name)) if key in keys), None)
            if key is None:
                continue
            found[name] = keys.index(key)
            if keys.count(key) > 1:
                text = _("The column %(column)s stands twice. Remove one of them, or rename it.")
                raise Refused("wrong-columns", text % {"column": title}, field="file")
        return found

    def is_header(self, titles: Sequence[str]) -> bool:
        """Whether a line of a table names its columns so that a row can name a unit."""
        return not self.missing_in(titles)

    def missing_in(self, titles: Sequence[str]) -> list[str]:
        """The columns that such a line lacks; of some one out of several is enough."""
        keys = {key_of(title) for title in titles}
        return [
            "/".join(self.columns[name] for name in names if name in self.columns)
            for names in NEEDED
            if not any(self._stands(name, keys) for name in names)
        ]

    def _stands(self, name: str, keys: Collection[str]) -> bool:
        title = self.columns.get(name)
        return title is not None and (key_of(title) in keys or key_of(name) in keys)


def require_columns(mapping: Mapping, table: Table) -> None:
    """Raise Refused ``wrong-columns`` for a table whose rows can name no unit.

    It tells which line was read as the header, and how.
    """
    missing = mapping.missing_in(table.header)
    if not missing:
        return
    text = _(
        "The table has no column %(columns)s. Line %(line)d was read as its header"
        " (%(form)s): %(header)s. Use the template or another mapping."
    )
    words = {
        "columns": ", ".join(missing),
        "line": table.header_line,
        "form": ", ".join(table.form.values()),
        "header": " | ".join(table.header)[:_SHOWN],
    }
    raise Refused("wrong-columns", text % words, field="file")


def mapping_named(name: str, actor: User | None = None) -> Mapping:
    """The mapping in ``mappings/<name>.toml``, or the one of this name that ``actor`` may use.

    Raises Refused ``mapping-unknown``.
    """
    if name in names():
        with (FOLDER / f"{name}.toml").open("rb") as file:
            return Mapping(**tomllib.load(file))
    mine = KeptMapping.objects.visible_to(actor) if actor else KeptMapping.objects.none()
    kept = mine.filter(name=name).order_by("pk").last()
    if kept is None:
        known = ", ".join([*names(), *mine.values_list("name", flat=True)])
        text = _("Known mappings: %(names)s.") % {"names": known}
        raise Refused("mapping-unknown", text, field="mapping")
    return Mapping(**kept.document)


def names() -> list[str]:
    """The mappings at hand."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def template() -> bytes:
    """The native table with its header line alone, as CSV that Excel opens."""
    columns = mapping_named("native").columns
    return csv_of([list(columns.values())]).encode("utf-8-sig")
