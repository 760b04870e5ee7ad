"""The triggers that write the feed; a model asks for them, and no writer can forget them.

They run once a statement, over all of its rows. The functions name tables of higher layers: SQL
is looked up when it runs, and Python imports nothing upwards.

A trigger tells of a unit where it finds it. Beside a transaction that is bringing the unit elsewhere
that is the place before, and at the new one nobody would hear. So whoever writes a part of a unit has
locked the unit's row, and whoever brings a unit holds the name of its user.

The same triggers empty the kept card of each unit that they tell of (ADR 0019). Only a new name of a
user does not: names stand in no card, and who renames holds his row while others wait for it.
"""

from __future__ import annotations

from typing import Any

import pgtrigger

_ENTITIES = "array_remove(ARRAY[{0}.using_entity_id, {0}.owner_id, {0}.maintainer_id], NULL)"
_BOTH = (
    "array_remove(ARRAY[n.using_entity_id, n.owner_id, n.maintainer_id,"
    " o.using_entity_id, o.owner_id, o.maintainer_id], NULL)"
)
_OF_UNIT = "INSERT INTO events_change (unit_id, region_id, entity_ids) "
_OF_TAG = "INSERT INTO events_change (tag_code, region_id, entity_ids) "
# Every region in which the history of the unit shows it.
_FORMER = "SELECT e.region_id FROM units_unitevent e WHERE e.pgh_obj_id = {0}"
# Rows that this transaction has emptied or made are its own already; all others are locked in one
# order, even where there is nothing to empty: nobody makes a card of what is being changed.
_EMPTY_CARDS = (
    "INSERT INTO units_unitcard (unit_id) SELECT u.id FROM units_unit u WHERE u.id IN ({0})"
    " AND NOT EXISTS (SELECT FROM units_unitcard c WHERE c.unit_id = u.id AND c.document IS NULL"
    " AND c.xmin = pg_current_xact_id()::xid)"
    " ORDER BY u.id ON CONFLICT (unit_id) DO UPDATE SET document = NULL"
    " WHERE units_unitcard.document IS NOT NULL"
)
# Of new units: no other transaction can have seen, and none can have made a card of them.
_ADD_EMPTY_CARDS = (
    "INSERT INTO units_unitcard (unit_id) SELECT n.id FROM new_rows n ORDER BY n.id"
    " ON CONFLICT (unit_id) DO UPDATE SET document = NULL WHERE units_unitcard.document IS NOT NULL"
)
_PAIRS = "new_rows n JOIN old_rows o USING ({key})"


def unit_triggers() -> tuple[Any, ...]:
    """The triggers of the table of units: a unit that moves gets a row for its old and its new region."""
    pairs = _PAIRS.format(key="id")
    moved = "CROSS JOIN LATERAL (SELECT n.region_id UNION SELECT o.region_id) r (region_id)"
    brought = (
        f"{pairs} WHERE (n.region_id, n.using_entity_id, n.owner_id, n.maintainer_id)"
        " IS DISTINCT FROM (o.region_id, o.using_entity_id, o.owner_id, o.maintainer_id)"
    )
    return (
        _insert_trigger(
            f"{_lock_users_sql('new_rows n')};"
            f" {_OF_UNIT} SELECT n.id, n.region_id, {_ENTITIES.format('n')} FROM new_rows n;"
            f" {_ADD_EMPTY_CARDS}"
        ),
        _update_trigger(
            f"{_lock_users_sql(brought)};"
            f" {_OF_UNIT} SELECT id, r.region_id, {_BOTH} FROM {pairs} {moved}"
            " WHERE n IS DISTINCT FROM o;"
            f" {_EMPTY_CARDS.format(f'SELECT id FROM {pairs} WHERE n IS DISTINCT FROM o')}"
        ),
        _delete_trigger(
            f"{_OF_UNIT} SELECT o.id, o.region_id, {_ENTITIES.format('o')} FROM old_rows o"
        ),
    )


def unit_part_triggers() -> tuple[Any, ...]:
    """The triggers of a table whose rows hang on a unit by ``unit_id``: each change of theirs is a change of the unit."""
    changed = (
        "SELECT unnest(ARRAY[n.unit_id, o.unit_id]) FROM new_rows n JOIN old_rows o USING (id)"
        " WHERE n IS DISTINCT FROM o"
    )
    return (
        _insert_trigger(_units_sql("SELECT unit_id FROM new_rows")),
        _update_trigger(_units_sql(changed)),
        _delete_trigger(_units_sql("SELECT unit_id FROM old_rows")),
    )


def record_triggers() -> tuple[Any, ...]:
    """The triggers of a table of parts of units that is only ever added to."""
    return (_insert_trigger(_units_sql("SELECT unit_id FROM new_rows")),)


def letter_trigger() -> Any:
    """The trigger of letters to the hotline: one that is closed as true is a change of the units that it is about."""
    return _update_trigger(
        _units_sql(
            f"SELECT l.unit_id FROM {_PAIRS.format(key='matter_id')}"
            " JOIN matters_link l ON l.matter_id = n.matter_id AND l.kind = 'about'"
            " WHERE l.unit_id IS NOT NULL"
            " AND n.substantiated_on IS DISTINCT FROM o.substantiated_on"
        )
    )


def letter_link_trigger() -> Any:
    """The trigger of links from matters: a unit joined with a letter that was closed as true before has changed."""
    return _insert_trigger(
        _units_sql(
            "SELECT n.unit_id FROM new_rows n JOIN hotline_hotlinematter h USING (matter_id)"
            " WHERE n.unit_id IS NOT NULL AND n.kind = 'about'"
            " AND h.substantiated_on IS NOT NULL"
        )
    )


def entity_triggers() -> tuple[Any, ...]:
    """The triggers of legal entities: where a name changes, the units that show it have changed."""
    renamed = (
        f"SELECT id FROM {_PAIRS.format(key='id')} WHERE (n.name, n.natural_person)"
        " IS DISTINCT FROM (o.name, o.natural_person)"
    )
    return (
        _update_trigger(
            f"{_OF_UNIT} SELECT u.id, u.region_id, {_ENTITIES.format('u')}"
            f" FROM units_unit u WHERE u.using_entity_id IN ({renamed})"
        ),
    )


def tag_triggers() -> tuple[Any, ...]:
    """The triggers of tags, for tags minted or made void; told to the region they were minted for and wherever they have hung."""
    voided = (
        f"{_PAIRS.format(key='code')} JOIN tagging_batch b ON b.id = n.batch_id"
        " LEFT JOIN tagging_binding l ON l.tag_id = code LEFT JOIN units_unit u ON u.id = l.unit_id"
        " CROSS JOIN LATERAL (SELECT b.region_id UNION SELECT u.region_id"
        f" UNION {_FORMER.format('u.id')}) r (region_id)"
        " WHERE r.region_id IS NOT NULL AND n.retired_at IS DISTINCT FROM o.retired_at"
    )
    minted = "new_rows n JOIN tagging_batch b ON b.id = n.batch_id"
    return (
        _insert_trigger(f"{_OF_TAG} SELECT n.code, b.region_id, '{{}}' FROM {minted}"),
        _update_trigger(
            f"{_OF_TAG} SELECT code, r.region_id,"
            f" coalesce({_ENTITIES.format('u')}, '{{}}') FROM {voided}"
        ),
    )


def binding_triggers() -> tuple[Any, ...]:
    """The triggers of bindings: both the unit has changed, and the tag where it was minted for.

    One that ends is told wherever the unit has stood: phones there have forgotten the unit, and
    keep the tag as genuine.
    """
    ended = (
        "new_rows n JOIN tagging_tag t ON t.code = n.tag_id JOIN tagging_batch b ON b.id = t.batch_id"
        " CROSS JOIN LATERAL"
        f" (SELECT b.region_id UNION {_FORMER.format('n.unit_id')}) r (region_id)"
    )
    return (
        *unit_part_triggers()[:2],
        _insert_trigger(_tags_sql("SELECT tag_id FROM new_rows"), "feed_tag_insert"),
        _update_trigger(
            f"{_OF_TAG} SELECT n.tag_id, r.region_id, '{{}}' FROM {ended}", "feed_tag_update"
        ),
    )


def _lock_users_sql(rows_sql: str) -> str:
    """SQL that locks the users of these units, in one order for all writers, so that none is renamed meanwhile."""
    return (
        f"PERFORM FROM (SELECT DISTINCT n.using_entity_id AS id FROM {rows_sql} ORDER BY 1) u"
        " CROSS JOIN LATERAL (SELECT FROM directory_legalentity e WHERE e.id = u.id FOR SHARE) held"
    )


def _units_sql(ids_sql: str) -> str:
    return (
        f"{_OF_UNIT} SELECT u.id, u.region_id, {_ENTITIES.format('u')}"
        f" FROM units_unit u WHERE u.id IN ({ids_sql}); {_EMPTY_CARDS.format(ids_sql)}"
    )


def _tags_sql(which: str) -> str:
    return (
        f"{_OF_TAG} SELECT t.code, b.region_id, '{{}}' FROM tagging_tag t"
        f" JOIN tagging_batch b ON b.id = t.batch_id WHERE t.code IN ({which})"
    )


def _insert_trigger(sql: str, name: str = "feed_insert") -> Any:
    return _build_trigger(name, sql, pgtrigger.Insert, new="new_rows")


def _update_trigger(sql: str, name: str = "feed_update") -> Any:
    return _build_trigger(name, sql, pgtrigger.Update, new="new_rows", old="old_rows")


def _delete_trigger(sql: str, name: str = "feed_delete") -> Any:
    return _build_trigger(name, sql, pgtrigger.Delete, old="old_rows")


def _build_trigger(name: str, sql: str, operation: Any, **tables: str) -> Any:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),
        func=f"{sql}; RETURN NULL;",
    )
