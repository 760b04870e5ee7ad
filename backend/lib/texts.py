"""Texts as the database can keep them."""

from __future__ import annotations

MOST_BYTES = 2048


def make_storable(raw: str) -> str:
    """``raw`` as PostgreSQL can keep it: no NUL, no lone surrogates, at most 2 kB."""
    clean = raw.replace("\x00", "\u2400").encode("utf-8", "replace")
    return clean[:MOST_BYTES].decode("utf-8", "ignore")
