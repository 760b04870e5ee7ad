"""No request that the OpenAPI document allows, nor one near it, breaks the service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from knox.models import get_token_model
from schemathesis import Case

from backend.config.settings import ROOT
from backend.config.wsgi import application
from tests.world import World

schema = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.yaml")
schema.app = application


@pytest.fixture
def authorization(world: World) -> Iterator[str]:
    """A registrar's token, while requests leave the test's own connection open."""
    # As Django's test client does: the end of a request would close it in mid-transaction.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    _token, text = get_token_model().objects.create(user=world.rui, device_id="schemathesis")
    yield f"Token {text}"
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_breaks_the_service(case: Case, authorization: str) -> None:
    answer = case.call(headers={"Authorization": authorization, "Host": "localhost"})
    assert answer.status_code < 500, answer.text
