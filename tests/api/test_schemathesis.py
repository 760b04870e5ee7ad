"""No request that the OpenAPI document allows, nor one near it, breaks the service."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from knox.models import get_token_model
from schemathesis import Case

from backend.config.settings import ROOT
from backend.config.wsgi import application
from tests import world as cast

# tus sends bytes under a name of its own.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
schema = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.yaml")
schema.app = application

WHOLE, EVERY = 30, 4
"""Cases of one operation that are all sent, and which of those after them: the boundary cases of
its last members resemble each other, and there are hundreds of them."""
_met: Counter[str] = Counter()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[cast.World]:
    """The cast once for all operations: making it anew takes longer than asking.

    Requests leave the connection open: at their end Django would close it in mid-transaction.
    Committed: a transaction as long as this module would hold up the feed of whoever tests beside.
    """
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    with django_db_blocker.unblock(), cast.committed() as made:
        yield made
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@pytest.fixture
def db(world: cast.World) -> Iterator[None]:
    """What one operation wrote is undone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def authorization(db: None, world: cast.World, caplog: pytest.LogCaptureFixture) -> str:
    """A registrar's token; the thousands of refusals that are asked for stay unlogged."""
    caplog.set_level(logging.ERROR, "django.request")
    _token, text = get_token_model().objects.create(user=world.rui, device_id="schemathesis")
    return f"Token {text}"


@schema.parametrize()
@settings(
    max_examples=2,  # beside the boundary cases that schemathesis names itself, some 60 a path
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_breaks_the_service(case: Case, authorization: str) -> None:
    label = case.operation.label
    _met[label] += 1
    if _met[label] > WHOLE and _met[label] % EVERY:
        return
    answer = case.call(headers={"Authorization": authorization, "Host": "localhost"})
    assert answer.status_code < 500, answer.text
