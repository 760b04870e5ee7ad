"""The cast of documents, and a key to sign with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from tests.documents.cast import DocumentCast, seat_documents
from tests.documents.signing_key import make_key
from tests.world import World


@pytest.fixture
def cast(world: World) -> DocumentCast:
    """The desks of 历下, of the city and of 市中."""
    return seat_documents(world)


@pytest.fixture(scope="session")
def key_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings that name a key made for this run."""
    return make_key(tmp_path_factory.mktemp("key"))


@pytest.fixture
def signing_key(key_settings: dict[str, str]) -> Iterator[dict[str, str]]:
    """The service has a key."""
    with override_settings(**key_settings):
        yield key_settings
