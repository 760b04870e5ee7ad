"""The service signs in to a cluster that is older than the passwords of its instance."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from dev import postgres
from dev.instance import Instance
from tests.owner import as_owner


@pytest.fixture
def role(monkeypatch, django_db_setup, django_db_blocker) -> Iterator[str]:
    """A role of the cluster that stands for the service's, with the password of an earlier time."""
    name = f"service_{uuid.uuid4().hex}"
    monkeypatch.setattr(postgres, "SERVICE_ROLE", name)
    with django_db_blocker.unblock(), as_owner(), connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'earlier'")
        yield name
        cursor.execute(f"DROP ROLE {name}")


def test_a_service_role_from_before_gets_the_password_that_is_kept_now(role, tmp_path):
    owner = connection.settings_dict
    now = {"postgres": owner["PASSWORD"], "service": "of-now"}
    ports = {"postgres": int(owner["PORT"])}
    instance = Instance(name="test", folder=tmp_path, ports=ports, secrets=now)
    postgres.renew_service_password(instance)
    psycopg.connect(instance.database_url(role, "of-now").replace("/jinzhi", "/postgres")).close()
