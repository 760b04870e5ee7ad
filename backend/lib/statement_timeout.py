"""Work of the database that ends in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import QueryCanceled

from backend.lib.problems import Refused

_LIMIT = "SELECT set_config('statement_timeout', %s, true)"


@contextmanager
def limit_statement_time(milliseconds: int) -> Iterator[None]:
    """A transaction in which no statement runs longer; raises Refused 503 when one would."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_LIMIT, [str(milliseconds)])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            detail = _("This takes too long. Ask for a smaller area or fewer things.")
            raise Refused("too-much-work", detail, status=503) from None
        raise
