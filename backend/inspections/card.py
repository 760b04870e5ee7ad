"""What a phone shows of a unit, read in one query however much hangs on it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField
from django.db.models.expressions import RawSQL

from backend.accounts.models import User
from backend.lib import clock
from backend.units.models import Unit
from backend.units.timeline import LATEST_FIRST_SQL, NOT_SUPERSEDED_SQL

_DEFECTS_SHOWN = 50
# What a card shows and no more: half of a scan's time goes into columns that nobody reads.
_COLUMNS = (
    "id", "version", "device_code", "registration_code", "certificate_no", "internal_no",
    "product_name", "model", "parameters", "address", "position", "status", "held_from",
    "serious_defects", "own_due_on", "safety_grade", "open_defects", "last_inspected_on", "next_due_on",
    "category__name", "region__name", "region__level", "region__parent__name",
    "region__parent__level", "using_entity__name", "using_entity__natural_person",
    "owner__name", "owner__natural_person", "maintainer__name", "maintainer__natural_person",
)  # fmt: skip
# Written out: built anew for each scan, these would cost more than all else it does.
_CLOCKS = """ARRAY(
    SELECT jsonb_build_object('kind', kind, 'last_on', last_on, 'due_on', due_on,
                              'opens_on', opens_on)
      FROM units_clock WHERE unit_id = units_unit.id ORDER BY kind)"""
_HOLDS = """ARRAY(
    SELECT jsonb_build_object('rule', rule, 'about', about, 'since', since, 'until', until,
                              'record', record_id)
      FROM units_hold WHERE unit_id = units_unit.id AND (until IS NULL OR until > %s)
     ORDER BY since, id)"""
_DEFECTS = """ARRAY(
    SELECT jsonb_build_object('id', id, 'item', item, 'text', text, 'severity', severity,
                              'found_on', found_on)
      FROM inspections_defect WHERE unit_id = units_unit.id AND closed_on IS NULL
     ORDER BY id DESC LIMIT %s)"""
# The newest that no correction replaced.
_LAST_INSPECTION = f"""ARRAY(
    SELECT jsonb_build_object('record', r.id, 'kind', i.kind, 'conclusion', i.conclusion,
                              'happened_on', r.happened_on, 'report_no', i.report_no)
      FROM units_record r JOIN units_inspection i ON i.record_ptr_id = r.id
     WHERE r.unit_id = units_unit.id
       AND {NOT_SUPERSEDED_SQL}
     ORDER BY {LATEST_FIRST_SQL} LIMIT 1)"""  # noqa: S608 - the constants of the timeline


def card_of(*, user: User, unit: int) -> Unit | None:
    """The unit if ``user`` may see it, with the rows of its clocks, holds, defects and last report.

    One query. The rows are plain mappings; dates in them are ISO texts.
    """
    found = (
        Unit.objects.visible_to(user)
        .select_related("category", "region__parent", "using_entity", "owner", "maintainer")
        .only(*_COLUMNS)
        .annotate(
            clock_rows=_documents(_CLOCKS),
            hold_rows=_documents(_HOLDS, clock.today()),
            defect_rows=_documents(_DEFECTS, _DEFECTS_SHOWN),
            last_rows=_documents(_LAST_INSPECTION),
        )
        .filter(pk=unit)
    )
    return next(iter(found), None)


def _documents(sql: str, *values: object) -> RawSQL:
    return RawSQL(sql, values, ArrayField(JSONField()))  # noqa: S611 - the constants above
