"""Locks of the database by name, for what has no row to lock yet or outlives a transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def wait_for_lock(name: str) -> None:
    """Take the lock ``name``, waiting for it, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_key(name)])


@contextmanager
def try_lock(name: str) -> Iterator[bool]:
    """Context manager: whether the lock ``name`` was free; if so it is held inside.

    The lock is the session's, not a transaction's: it holds no snapshot open, and it falls with
    the connection of a process that died.
    """
    key = _lock_key(name)
    held = _run_lock_statement("SELECT pg_try_advisory_lock(%s)", key)
    try:
        yield held
    finally:
        if held:
            _run_lock_statement("SELECT pg_advisory_unlock(%s)", key)


def _run_lock_statement(statement: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        row = cursor.fetchone()
    return bool(row and row[0])


def _lock_key(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
