"""Writes the row of a new photo together with who sent it, in one statement and so in no transaction of its own.

The ORM would begin a transaction, write the photo, read what stands, write the sender and commit:
each a round trip, on the path that phones wait for most.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from backend.accounts.models import User
from backend.evidence.models import File

_FIELDS = File._meta.concrete_fields
_INSERT = f"""
    WITH kept AS (
        INSERT INTO evidence_file ({", ".join(field.column for field in _FIELDS)})
        VALUES ({", ".join(["%s"] * len(_FIELDS))})
        ON CONFLICT (sha256) DO NOTHING RETURNING id),
    sent AS (
        INSERT INTO evidence_sender (file_id, user_id)
        SELECT kept.id, sender.id FROM kept CROSS JOIN unnest(%s::bigint[]) AS sender (id))
    SELECT id FROM kept"""  # noqa: S608 - names of columns


def insert_photo_row(file: File, sender: User | None) -> bool:
    """Insert ``file`` as sent by ``sender``; False, and nothing is written, where its content has a row already."""
    values: list[Any] = [
        field.get_db_prep_save(field.pre_save(file, add=True), connection) for field in _FIELDS
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*values, [] if sender is None else [sender.pk]])
        is_new = cursor.fetchone() is not None
    file._state.adding = not is_new
    return is_new
