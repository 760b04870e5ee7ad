"""Storage or broker down: photos wait in the spool and arrive later; nothing is lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from celery.schedules import crontab
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from backend.evidence import spool, tasks
from backend.evidence.access import photo_url
from backend.evidence.intake import receive_photo
from backend.evidence.models import File
from backend.evidence.tasks import deliver_spooled, deliver_waiting_photos
from backend.lib import clock
from backend.lib.problems import Refused
from media_config import storage
from tests.evidence.pictures import keys, picture, spooled
from tests.workers import until


@pytest.fixture
def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _age(file: File, **age: int) -> None:
    File.objects.filter(pk=file.pk).update(uploaded_at=clock.now() - dt.timedelta(**age))


def test_a_photo_waits_while_storage_is_down_and_arrives_later(send, lin, settings, closed_port):
    working = settings.S3_ENDPOINT_URL
    settings.S3_ENDPOINT_URL = f"http://{closed_port}"
    body = picture()
    file = send(body)
    file.refresh_from_db()
    assert file.state == File.State.SPOOLED
    assert spool.spool_path(file.pk).read_bytes() == body
    assert deliver_waiting_photos(before=clock.now()) == 0
    with pytest.raises(Refused) as caught:
        photo_url(user=lin, file=file, kind="original", may_see=lambda u, f: True)
    assert caught.value.status == 409

    settings.S3_ENDPOINT_URL = working
    _age(file, minutes=5)
    assert deliver_spooled() == 1
    file.refresh_from_db()
    assert file.state == File.State.STORED
    with storage.open_object(file.key) as stored:
        assert stored.read() == body
    assert file.renditions.count() == 2
    assert spooled() == []


class _Door(socketserver.ThreadingTCPServer):
    """A storage that hangs up on everybody, and counts them."""

    daemon_threads = True
    callers = 0

    def process_request(self, request, client_address) -> None:
        self.callers += 1
        self.shutdown_request(request)


@pytest.fixture
def hanging_up() -> Iterator[_Door]:
    with _Door(("127.0.0.1", 0), socketserver.BaseRequestHandler) as door:
        threading.Thread(target=door.serve_forever).start()
        yield door
        door.shutdown()


def test_a_run_ends_at_the_first_photo_that_storage_does_not_answer(
    send, settings, closed_port, hanging_up
):
    settings.S3_ENDPOINT_URL = f"http://{closed_port}"
    for _ in range(3):
        send(picture())
    settings.S3_ENDPOINT_URL = f"http://127.0.0.1:{hanging_up.server_address[1]}"
    assert deliver_waiting_photos(before=clock.now()) == 0
    assert 1 <= hanging_up.callers <= 2  # one photo, which is tried twice
    assert File.objects.filter(state=File.State.SPOOLED).count() == 3


def test_photos_that_storage_refuses_for_good_do_not_hold_up_newer_ones(
    send, settings, closed_port, monkeypatch
):
    working = settings.S3_ENDPOINT_URL
    settings.S3_ENDPOINT_URL = f"http://{closed_port}"
    monkeypatch.setattr(tasks, "_AT_ONCE", 1)
    refused, good = send(picture()), send(picture())
    _age(refused, minutes=5)
    spool.spool_path(refused.pk).write_bytes(b"not what was hashed")
    settings.S3_ENDPOINT_URL = working
    until(lambda: deliver_waiting_photos(before=clock.now()) == 1)
    good.refresh_from_db()
    refused.refresh_from_db()
    assert (good.state, refused.state) == (File.State.STORED, File.State.SPOOLED)


def test_what_is_done_each_minute_does_not_pile_up(settings):
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        nightly = isinstance(entry["schedule"], crontab)
        assert entry["options"]["expires"] <= (86_400 if nightly else entry["schedule"]), name


def test_the_same_photo_again_while_it_waits_is_the_same_row(send, settings, closed_port):
    settings.S3_ENDPOINT_URL = f"http://{closed_port}"
    body = picture()
    assert send(body).pk == send(body).pk
    assert len(spooled()) == 1


def test_delivering_twice_is_harmless(send, settings, closed_port):
    working = settings.S3_ENDPOINT_URL
    settings.S3_ENDPOINT_URL = f"http://{closed_port}"
    file = send(picture())
    settings.S3_ENDPOINT_URL = working
    assert spool.deliver_file(file)
    assert spool.deliver_file(file)


def test_an_upload_that_is_under_way_is_left_alone(send, settings, closed_port):
    working = settings.S3_ENDPOINT_URL
    settings.S3_ENDPOINT_URL = f"http://{closed_port}"
    send(picture())
    settings.S3_ENDPOINT_URL = working
    assert deliver_spooled() == 0


_ORDER = """
import uuid, django
django.setup()
from backend.evidence.tasks import order_renditions
order_renditions(uuid.uuid4())
print("went on")
"""


def test_a_broker_that_is_down_only_delays_the_pictures(closed_port):
    done = subprocess.run(
        [sys.executable, "-c", _ORDER],
        env=os.environ | {"REDIS_URL": f"redis://{closed_port}/0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "went on\n"
    assert "not ordered yet" in done.stderr


def test_pictures_that_were_never_drawn_are_ordered_again(send):
    file = send(picture())
    file.renditions.all().delete()
    _age(file, minutes=5)
    deliver_spooled()
    assert file.renditions.count() == 2


def _receive_and_fail(lin, body: bytes) -> None:
    with transaction.atomic():
        receive_photo(
            actor=lin,
            stream=io.BytesIO(body),
            declared_size=len(body),
            declared_sha256=hashlib.sha256(body).hexdigest(),
        )
        raise ZeroDivisionError


def test_a_rolled_back_action_sends_nothing(lin):
    before = keys()
    with pytest.raises(ZeroDivisionError):
        _receive_and_fail(lin, picture())
    assert not File.objects.exists()
    assert keys() == before


def test_bytes_that_no_row_claims_are_cleared_after_a_day(send, settings, closed_port):
    settings.S3_ENDPOINT_URL = f"http://{closed_port}"
    kept = send(picture())
    stray = settings.SPOOL_DIR / "0192f0c1-0000-7000-8000-000000000000"
    broken = settings.SPOOL_DIR / "left.part"
    for path in (stray, broken):
        path.write_bytes(b"x")
    assert spool.sweep_spool() == 0
    yesterday = clock.now() - dt.timedelta(days=2)
    for path in (stray, broken, spool.spool_path(kept.pk)):
        os.utime(path, (yesterday.timestamp(), yesterday.timestamp()))
    assert spool.sweep_spool() == 2
    assert spooled() == [spool.spool_path(kept.pk)]


def test_storage_refuses_content_that_is_not_what_was_hashed():
    with pytest.raises(storage.StorageRefused):
        storage.put_object("originals/test", b"other", media_type="image/jpeg", sha256="00" * 32)
    assert "originals/test" not in keys()


def test_the_bucket_is_made_once(settings, capsys):
    settings.S3_BUCKET = f"made-{os.urandom(4).hex()}"
    call_command("ensure_bucket")
    call_command("ensure_bucket")
    told = capsys.readouterr().out.splitlines()
    assert ["made" in told[0].split(), "stands" in told[1].split()] == [True, True]
    storage.client().delete_bucket(Bucket=settings.S3_BUCKET)


def test_storage_that_cannot_be_reached_is_told_in_one_line(settings, closed_port):
    settings.S3_ENDPOINT_URL = f"http://{closed_port}"
    with pytest.raises(CommandError, match=closed_port):
        call_command("ensure_bucket")
