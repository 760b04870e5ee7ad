"""Photos that no report came to name are ended; those that anything names stay."""

from __future__ import annotations

import datetime as dt
import hashlib
import io

from backend.evidence.intake import receive_photo
from backend.evidence.models import File
from backend.fieldwork.models import Item
from backend.fieldwork.tasks import clear_unnamed
from backend.hotline.models import HotlinePhoto
from backend.inspections.models import Defect
from backend.lib import clock
from tests.evidence.pictures import picture
from tests.fieldwork.items import item, report_body, take
from tests.hotline.cast import seat_hotline
from tests.world import World


def test_a_photo_that_nothing_names_ends_and_one_that_is_named_stays(
    world: World, settings, monkeypatch
) -> None:
    unnamed, waiting, proving, of_a_defect, in_spool = (_sent(world) for _each in range(5))
    File.objects.exclude(pk=in_spool.pk).update(state=File.State.STORED)
    fault = {"text": "门锁失效", "severity": "serious", "photos": [of_a_defect.sha256]}
    named = {"photos": [proving.sha256], "defects": [fault], "conclusion": "fail"}
    lacking = {"photos": [waiting.sha256, "ab" * 32]}
    take(world.lin, item("report", report_body(world.lift, **named)))
    take(world.lin, item("report", report_body(world.lift, **lacking)))
    assert Item.objects.filter(photos__contains=[waiting.sha256]).exists()
    assert Defect.objects.filter(photos__contains=[of_a_defect.sha256]).exists()
    now = clock.now()
    monkeypatch.setattr(
        clock, "now", lambda: now + dt.timedelta(days=settings.PHOTO_UNNAMED_DAYS - 1)
    )
    assert clear_unnamed() == 0
    monkeypatch.setattr(
        clock, "now", lambda: now + dt.timedelta(days=settings.PHOTO_UNNAMED_DAYS + 1)
    )
    assert clear_unnamed() == 1
    assert set(File.objects.all()) == {waiting, proving, of_a_defect, in_spool}
    assert not File.objects.filter(pk=unnamed.pk).exists()


def test_a_photo_that_another_room_names_stays_and_stops_nobody(
    world: World, settings, monkeypatch
) -> None:
    unnamed, named = _sent(world), _sent(world)
    File.objects.update(state=File.State.STORED)
    matter = seat_hotline(world).send()[0]
    HotlinePhoto.objects.create(matter=matter, file=named)
    now = clock.now()
    monkeypatch.setattr(
        clock, "now", lambda: now + dt.timedelta(days=settings.PHOTO_UNNAMED_DAYS + 1)
    )
    assert clear_unnamed() == 1
    assert list(File.objects.all()) == [named]
    assert not File.objects.filter(pk=unnamed.pk).exists()


def _sent(world: World) -> File:
    body = picture()
    return receive_photo(
        actor=world.lin,
        stream=io.BytesIO(body),
        declared_size=len(body),
        declared_sha256=hashlib.sha256(body).hexdigest(),
    )
