"""Every POST of the API that makes something takes an Idempotency-Key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from drf_spectacular.generators import SchemaGenerator

MADE = {"201", "202"}
ONCE_BY_ITSELF = {"/api/v1/deliveries/{id}/registration"}
"""What is made of the thing that the path names, of which there is one: the same again is that one."""


def makers() -> Iterator[tuple[str, Any]]:
    """The operations under /api/v1 that answer that something was made."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    for path, operations in document["paths"].items():
        operation = operations.get("post")
        if path in ONCE_BY_ITSELF or not path.startswith("/api/v1/"):
            continue
        if operation and MADE & set(operation["responses"]):
            yield path, operation


def test_what_makes_something_takes_a_key() -> None:
    found = dict(makers())
    without = [
        path
        for path, operation in found.items()
        if "Idempotency-Key" not in {known["name"] for known in operation.get("parameters", ())}
    ]
    assert len(found) > 15
    assert without == []
