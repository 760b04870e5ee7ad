"""The number of a letter is taken when all is written that needs none: others of the county wait for it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.hotline.cast import HotlineCast

pytestmark = pytest.mark.django_db


def test_the_matter_its_clocks_and_its_trail_are_written_before_the_number_is_taken(
    hotline_cast: HotlineCast,
) -> None:
    with CaptureQueriesContext(connection) as asked:
        number = hotline_cast.write()
    written = [query["sql"] for query in asked if "INSERT INTO" in query["sql"]]
    tables = [sql.split("INSERT INTO ")[1].split('"')[1] for sql in written]
    taken = tables.index("hotline_daycount")
    first = {"matters_matter", "hotline_hotlinematter", "matters_deadline", "matters_step"}
    assert first <= set(tables[:taken])
    assert number.startswith("12365370102")
