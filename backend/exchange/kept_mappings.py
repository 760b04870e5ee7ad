"""Making mappings for foreign tables, trying them on a table, and ending them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.exchange.mapping import Mapping, get_mapping, require_columns, shipped_mapping_names
from backend.exchange.models import KeptMapping
from backend.exchange.row_cells import BadRow
from backend.exchange.row_checker import RowChecker
from backend.exchange.tables import read_table
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.units.models import Category
from geo.datum import Datum

TRIAL_ROWS = 100
"""Rows of a table that a trial reads."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of the first rows: how the table was read, how many ``good`` rows there
    are, and the ``bad`` ones as line, column and reason."""

    table: dict[str, Any]
    columns: dict[str, str]
    good: int
    bad: list[tuple[int, str, str]]


def keep_mapping(*, actor: User, name: str, mapping: Mapping) -> KeptMapping:
    """Keep a mapping under a name of its own.

    Raises Refused: 403 without the right; 409 for a name that is taken; 422 for a column that is
    none of ours, a category or a datum that nobody knows, or too few columns to name a unit.
    """
    require_right(actor, Right.IMPORT_UNITS)
    check_mapping(mapping)
    if name in shipped_mapping_names():
        raise _name_taken_refusal()
    try:
        with transaction.atomic():
            return KeptMapping.objects.create(
                name=name, document=asdict(mapping), made_by=actor, made_at=clock.now()
            )
    except IntegrityError:
        raise _name_taken_refusal() from None


def end_mapping(*, actor: User, mapping: int) -> None:
    """End a mapping: no further import uses it. Raises Refused: 403 without the right, 404."""
    require_right(actor, Right.IMPORT_UNITS)
    ended = KeptMapping.objects.visible_to(actor).filter(pk=mapping).update(ended_at=clock.now())
    if not ended:
        raise not_found(_("There is no such mapping in your jurisdiction."))


def try_table(*, actor: User, stream: IO[bytes], name: str, mapping: Mapping) -> Trial:
    """Read the first ``TRIAL_ROWS`` rows by the mapping and write nothing.

    What only the register can tell, such as a unit of another kind under a code, is not asked.
    Raises Refused as an import does.
    """
    require_right(actor, Right.IMPORT_UNITS)
    table = read_table(stream, name, mapping.is_header)
    require_columns(mapping, table)
    checker = RowChecker(actor=actor, mapping=mapping, header=table.header, name=name)
    good, bad = 0, []
    for line, values in islice(table.rows, TRIAL_ROWS):
        try:
            checker.check_row(line, values)
            good += 1
        except BadRow as error:
            bad.append((line, error.column, error.reason))
    places = mapping.column_indexes(table.header)
    columns = {field: table.header[at] for field, at in places.items()}
    return Trial(table.reading_report | {"unread_columns": checker.unread}, columns, good, bad)


def check_mapping(mapping: Mapping) -> None:
    """Raise Refused (422) for a mapping that cannot work, as ``keep_mapping`` says."""
    known = get_mapping("native").columns.keys() | {"category_word"}
    for field in mapping.columns.keys() - known:
        text = _("There is no column %(field)s of ours.") % {"field": field}
        raise Refused("column-unknown", text, field=f"columns/{field}")
    if missing := mapping.missing_columns(list(mapping.columns.values())):
        text = _("Name the columns of: %(columns)s.") % {"columns": ", ".join(missing)}
        raise Refused("columns-missing", text, field="columns")
    if mapping.datum not in list(Datum):
        raise Refused("datum-unknown", _("No such datum."), field="datum")
    leaves = set(Category.objects.filter(leaf=True).values_list("code", flat=True))
    for word, code in mapping.categories.items():
        if code not in leaves:
            text = _("%(code)s is no variety of the catalogue.") % {"code": code}
            raise Refused("category-unknown", text, field=f"categories/{word}")


def _name_taken_refusal() -> Refused:
    text = _("A mapping of this name exists already. End it, or choose another name.")
    return Refused("mapping-exists", text, field="name", status=409)
