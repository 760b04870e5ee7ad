"""Which column of a foreign table means what: small files in ``mappings``."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.exchange.cleaned_titles import matching_key
from backend.exchange.models import KeptMapping
from backend.exchange.tables import Table
from backend.lib.guarded_csv import write_csv
from backend.lib.problems import Refused

NEEDED_COLUMNS = (("device_code", "registration_code"), ("category", "category_word"))
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

    def column_indexes(self, header: Sequence[str]) -> dict[str, int]:
        """The index of each of our fields in ``header``, under its column's name or its own.

        Raises Refused ``wrong-columns`` for one that stands twice: nobody knows which is meant.
        """
        keys = [matching_key(title) for title in header]
        found = {}
        for name, title in self.columns.items():
            key = next(
                (key for key in (matching_key(title), matching_key(name)) if key in keys), None
            )
            if key is None:
                continue
            found[name] = keys.index(key)
            if keys.count(key) > 1:
                text = _("The column %(column)s stands twice. Remove one of them, or rename it.")
                raise Refused("wrong-columns", text % {"column": title}, field="file")
        return found

    def is_header(self, titles: Sequence[str]) -> bool:
        """Whether a line of a table names its columns so that a row can name a unit."""
        return not self.missing_columns(titles)

    def missing_columns(self, titles: Sequence[str]) -> list[str]:
        """The needed columns that the ``titles`` lack; of some one out of several is enough."""
        keys = {matching_key(title) for title in titles}
        return [
            "/".join(self.columns[name] for name in names if name in self.columns)
            for names in NEEDED_COLUMNS
            if not any(self._is_named(name, keys) for name in names)
        ]

    def _is_named(self, name: str, keys: Collection[str]) -> bool:
        title = self.columns.get(name)
        return title is not None and (matching_key(title) in keys or matching_key(name) in keys)


def require_columns(mapping: Mapping, table: Table) -> None:
    """Raise Refused ``wrong-columns`` for a table whose rows can name no unit.

    It tells which line was read as the header, and how.
    """
    missing = mapping.missing_columns(table.header)
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


def get_mapping(name: str, actor: User | None = None) -> Mapping:
    """The mapping in ``mappings/<name>.toml``, or the one of this name that ``actor`` may use.

    Raises Refused ``mapping-unknown``.
    """
    if name in shipped_mapping_names():
        with (FOLDER / f"{name}.toml").open("rb") as file:
            return Mapping(**tomllib.load(file))
    mine = KeptMapping.objects.visible_to(actor) if actor else KeptMapping.objects.none()
    kept = mine.filter(name=name).order_by("pk").last()
    if kept is None:
        known = ", ".join([*shipped_mapping_names(), *mine.values_list("name", flat=True)])
        text = _("Known mappings: %(names)s.") % {"names": known}
        raise Refused("mapping-unknown", text, field="mapping")
    return Mapping(**kept.document)


def shipped_mapping_names() -> list[str]:
    """The names of the mappings that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def template_csv() -> bytes:
    """The native table with its header line alone, as CSV that Excel opens."""
    columns = get_mapping("native").columns
    return write_csv([list(columns.values())]).encode("utf-8-sig")
