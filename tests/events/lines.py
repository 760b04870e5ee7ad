"""Several connections at once, and waiting until the feed has caught up with them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import psycopg
from django.db import connection

from backend.events import feed
from backend.events.models import Change
from tests.workers import until


def settle() -> None:
    """Wait until every change so far lies before the horizon: all that ran then has ended."""
    newest = Change.objects.order_by("-xid").values_list("xid", flat=True).first() or 0
    until(lambda: feed.read_horizon().xid > newest, 120)


def other_connection() -> psycopg.Connection:
    """A connection beside Django's own."""
    parameters = connection.get_connection_params()
    wanted = {key: parameters[key] for key in ("host", "port", "user", "password", "dbname")}
    return psycopg.connect(**wanted, autocommit=True)


def in_thread(work: Callable[..., None], *facts: object) -> threading.Thread:
    """``work``, begun."""
    thread = threading.Thread(target=work, args=facts)
    thread.start()
    return thread
