"""Two at once: one wins, the other is told; numbers neither gap nor double (rule 24)."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from backend.documents.models import Document
from backend.matters.decisions import decide
from backend.matters.models import Matter
from tests.documents.cast import DocumentCast, seat_documents, step
from tests.matters.test_race import at_once
from tests.owner import as_owner
from tests.world import World

AT_ONCE, CONNECTIONS = 24, 8


@pytest.fixture
def committed_cast(committed_world: World) -> Iterator[DocumentCast]:
    """The desks in committed rows."""
    yield seat_documents(committed_world)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE papers_template, offices_office, documents_documentkind, documents_draftrule,"
            " documents_layout CASCADE"
        )


def test_rule_24_clerks_registering_at_once_neither_gap_nor_double(
    committed_cast: DocumentCast,
) -> None:
    cast = committed_cast
    waiting = [cast.sign(cast.write()) for _ in range(AT_ONCE)]

    def register(document: Document) -> Any:
        try:
            return cast.register(document).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        numbers = list(pool.map(register, waiting))
    serials = sorted(int(number.partition("〕")[2][:-1]) for number in numbers)
    assert serials == list(range(1, AT_ONCE + 1))


def test_rule_24_two_clerks_registering_one_document_give_it_one_number(
    committed_cast: DocumentCast,
) -> None:
    cast = committed_cast
    document = cast.sign(cast.write())
    version = Matter.objects.values_list("version", flat=True).get(pk=document.pk)
    register = functools.partial(_decide, cast.clerk, document, version, "register", cast)
    assert at_once(register, register) == ["done", "precondition-failed"]
    assert cast.register(cast.sign(cast.write())).number.endswith("〕2号")


def test_a_leader_signing_twice_on_two_devices_signs_once(committed_cast: DocumentCast) -> None:
    cast = committed_cast
    document = cast.write()
    step(cast.handler, document, "submit")
    step(cast.clerk, document, "pass")
    version = Matter.objects.values_list("version", flat=True).get(pk=document.pk)
    sign = functools.partial(_decide, cast.leader, document, version, "sign", None)
    assert at_once(sign, sign) == ["done", "precondition-failed"]
    assert document.matter.steps.filter(action="sign").count() == 1


def test_the_same_draft_sent_twice_at_once_is_one(committed_cast: DocumentCast) -> None:
    cast, key = committed_cast, uuid4()
    write = functools.partial(cast.write, key=key)
    assert at_once(write, write) == ["done", "done"]
    assert Document.objects.count() == 1


def _decide(
    user: Any, document: Document, version: int, decision: str, cast: DocumentCast | None
) -> None:
    from_series = {"series": cast.series.pk} if cast else None
    decide(
        actor=user, matter=document.pk, version=version, decision=decision, details=from_series
    )  # fmt: skip
