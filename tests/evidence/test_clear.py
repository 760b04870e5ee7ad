"""Objects that no row names are ended at night, after days of grace."""

from __future__ import annotations

import datetime as dt
import hashlib

from backend.evidence.tasks import clear_unnamed
from backend.lib import clock
from media_config import storage
from tests.evidence.pictures import keys, picture


def test_objects_without_a_row_are_cleared_after_days_of_grace(send, settings, monkeypatch):
    kept = send(picture())
    left = {"originals/2026/01/left.jpg", "renditions/left/screen.jpg"}
    for key in left:
        storage.put_object(
            key, b"x", media_type="image/jpeg", sha256=hashlib.sha256(b"x").hexdigest()
        )
    now, grace = clock.now(), settings.UNNAMED_KEPT_DAYS
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=grace - 1))
    clear_unnamed()
    assert left <= keys()
    monkeypatch.setattr(clock, "now", lambda: now + dt.timedelta(days=grace + 1))
    clear_unnamed()
    assert not left & keys()
    assert {kept.key, *kept.renditions.values_list("key", flat=True)} <= keys()
