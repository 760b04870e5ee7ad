"""The tables of imports and their lists are kept as long as somebody may need them."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from backend.exchange.tasks import clear_old
from backend.jobs.models import Job
from backend.lib import clock
from tests.exchange.tables import GOOD, imported, table


def test_tables_and_lists_end_some_days_after_their_import(world, settings, monkeypatch):
    ended = imported(world.rui, table(GOOD, ["XX", *GOOD[1:]]))
    waiting = Job.objects.create(
        owner=world.rui, kind="import", parameters={"file": "imports/waits.csv"},
        created_at=clock.now(),
    )  # fmt: skip
    theirs = [ended.parameters["file"], ended.result["bad_rows"]]
    for name in ("imports/waits.csv", "imports/nobodys.csv"):
        default_storage.save(name, ContentFile(b"x"))
    now = clock.now()

    def left_after(days: int) -> list[bool]:
        monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=days))
        clear_old()
        names = [*theirs, "imports/nobodys.csv", waiting.parameters["file"]]
        return [default_storage.exists(name) for name in names]

    assert left_after(settings.UNNAMED_KEPT_DAYS - 1) == [True, True, True, True]
    assert left_after(settings.UNNAMED_KEPT_DAYS + 1) == [True, True, False, True]
    assert left_after(settings.IMPORT_KEPT_DAYS + 1) == [False, False, False, True]
