"""A crash of the machine takes no photo away that the server has confirmed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend.evidence import intake, spool
from backend.evidence.models import File
from media_config import storage
from tests.evidence.pictures import picture, spooled


@pytest.fixture
def storage_down(monkeypatch):
    """Storage that is down until told otherwise."""

    def put(*_unused, **_facts):
        raise storage.StorageDown

    with monkeypatch.context() as patched:
        patched.setattr(storage, "put_object", put)
        yield patched


def test_bytes_and_name_are_on_the_disk_before_the_row_is_committed(send, settings, monkeypatch):
    events = []
    fsync, hand_over = os.fsync, intake._deliver_and_order_renditions

    def forced(descriptor):
        events.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    def handed_over(file):
        events.append("committed")
        hand_over(file)

    monkeypatch.setattr(os, "fsync", forced)
    monkeypatch.setattr(intake, "_deliver_and_order_renditions", handed_over)
    send(picture())
    assert events[0].endswith(".part")
    assert events[1:] == [str(settings.SPOOL_DIR), "committed"]


@pytest.mark.parametrize("left", [None, b"", b"cut"])
def test_a_photo_whose_bytes_were_lost_is_whole_when_it_is_sent_again(send, storage_down, left):
    body = picture()
    file = send(body)
    place = spool.spool_path(file.pk)
    place.unlink()
    if left is not None:
        place.write_bytes(left)
    assert spool.lacks_bytes(file)
    again = send(body)
    assert (again.pk, place.read_bytes()) == (file.pk, body)
    assert not spool.lacks_bytes(again)
    place.unlink()
    storage_down.undo()
    assert send(body).pk == file.pk
    file.refresh_from_db()
    assert file.state == File.State.STORED
    with storage.open_object(file.key) as stored:
        assert stored.read() == body
    assert file.renditions.count() == 2
    assert spooled() == []


def test_what_reached_storage_lacks_nothing(send, storage_down):
    file = send(picture())
    storage_down.undo()
    assert spool.deliver_file(file)
    assert file.state == File.State.SPOOLED
    assert not spool.lacks_bytes(file)
