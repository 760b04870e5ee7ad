"""Locks of the database by name, for what has no row to lock yet or outlives a transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def wait_for(name: str) -> None:
    """Wait until nobody else holds ``name``, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


@contextmanager
def tried(name: str) -> Iterator[bool]:
    """Whether nobody else holds ``name``; if so it is held inside.

    The lock is the session's, not a transaction's: it holds no snapshot open, and it falls with
    the connection of a process that died.
    """
    key = _key(name)
    held = _ask("SELECT pg_try_advisory_lock(%s)", key)
    try:
        yield held
    finally:
        if held:
            _ask("SELECT pg_advisory_unlock(%s)", key)


def _ask(statement: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        row = cursor.fetchone()
    return bool(row and row[0])


def _key(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
