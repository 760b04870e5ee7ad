"""Whether each photo that a row says is stored lies in the bucket, and each object has its row."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models.functions import Collate

from backend.evidence.models import File
from backend.evidence.unnamed_objects import NAMED_BY
from media_config import storage

Sized = tuple[str, int]
_END = ("\U0010ffff", 0)


def list_differences() -> Iterator[tuple[str, str]]:
    """What is wrong and with which key: ``no object``, ``no row`` or ``other size``.

    Photos that still wait for storage are no fault. Raises StorageDown.
    """
    for prefix in NAMED_BY:
        yield from _list_differences_of(prefix, _sized_rows(prefix), storage.list_objects(prefix))


def _sized_rows(prefix: str) -> Iterator[Sized]:
    """By key in the order of storage, that of the bytes."""
    rows = NAMED_BY[prefix]._default_manager.order_by(Collate("key", "C"))
    if NAMED_BY[prefix] is File:
        rows = rows.filter(state=File.State.STORED)
    return rows.values_list("key", "size").iterator()


def _list_differences_of(
    prefix: str, rows: Iterator[Sized], objects: Iterator[Sized]
) -> Iterator[tuple[str, str]]:
    row, lying = next(rows, _END), next(objects, _END)
    while row != _END or lying != _END:
        if row[0] < lying[0]:
            yield "no object", row[0]
            row = next(rows, _END)
        elif row[0] > lying[0]:
            if not _is_named_by_now(prefix, lying[0]):
                yield "no row", lying[0]
            lying = next(objects, _END)
        else:
            if row[1] != lying[1]:
                yield "other size", row[0]
            row, lying = next(rows, _END), next(objects, _END)


def _is_named_by_now(prefix: str, key: str) -> bool:
    """Rows are read before objects are listed: one that came between has its row by now."""
    return NAMED_BY[prefix]._default_manager.filter(key=key).exists()
