"""The tests speak to the database with the rights of the role that serves requests.

Their sessions are the owner's, which made the database, and take on the service's role; for what
only an owner does they lay it down for a while.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from backend.config.settings import STATEMENT_S


def service_role() -> str:
    """The name of the role that serves requests."""
    return str(urlsplit(settings.SERVICE_DATABASE_URL).username)


def serve_as_the_service() -> None:
    """Grants the service its rights in the test database and lets every session act as it."""
    call_command("grant_service_role", verbosity=0)
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] += (
        f" -c role={service_role()} -c statement_timeout={STATEMENT_S}s"
    )


@contextmanager
def as_owner() -> Iterator[None]:
    """Lets the session of this test do what the owner of the tables may."""
    _take("none")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            _take(service_role())


def _take(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
