"""No request that the OpenAPI document allows, nor one near it, breaks the service."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from knox.models import get_token_model
from schemathesis import Case
from schemathesis.checks import not_a_server_error

from backend.config.settings import ROOT
from backend.config.wsgi import application
from tests.world import World

schema = schemathesis.openapi.from_path(ROOT / "docs" / "openapi.yaml")
schema.app = application


@pytest.fixture
def authorization(world: World) -> str:
    """A registrar's token."""
    _token, text = get_token_model().objects.create(user=world.rui, device_id="schemathesis")
    return f"Token {text}"


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
    not_a_server_error(None, answer, case)  # type: ignore[arg-type]
