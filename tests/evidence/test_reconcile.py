"""Rows and objects are compared, and the bucket comes back from its copy."""

from __future__ import annotations

import hashlib
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from media_config import storage
from media_config.buckets import ensure_bucket, keep_versions
from tests.evidence.pictures import keys, picture


@pytest.fixture(autouse=True)
def own_bucket(settings) -> None:
    settings.S3_BUCKET = f"own-{uuid.uuid4()}"
    ensure_bucket()


def put(key: str, body: bytes) -> None:
    storage.put_object(key, body, media_type="image/jpeg", sha256=hashlib.sha256(body).hexdigest())


def told_by_reconcile() -> list[str]:
    told = StringIO()
    with pytest.raises(CommandError, match="differences"):
        call_command("reconcile", stdout=told)
    return sorted(told.getvalue().split("\n"))[1:]


def test_rows_and_objects_that_agree_are_told_so(send):
    send(picture())
    told = StringIO()
    call_command("reconcile", stdout=told)
    assert told.getvalue() == "rows and objects agree\n"


def test_what_lacks_on_either_side_is_named(send):
    first, second = send(picture()), send(picture())
    storage.remove_object(first.key)
    put(second.key, b"cut")
    put("originals/0000/left.jpg", b"x")
    put("renditions/zzzz/left.jpg", b"x")
    assert told_by_reconcile() == sorted(
        [
            f"no object: {first.key}",
            f"other size: {second.key}",
            "no row: originals/0000/left.jpg",
            "no row: renditions/zzzz/left.jpg",
        ]
    )


def test_a_photo_that_waits_for_storage_is_no_fault(send):
    file = send(picture())
    file.state = file.State.SPOOLED
    file.save(update_fields=["state"])
    call_command("reconcile", stdout=StringIO())


def test_a_bucket_comes_back_from_its_copy(send, tmp_path, settings):
    send(picture())
    before = keys()
    call_command("copy_bucket", tmp_path, stdout=StringIO())
    again = StringIO()
    call_command("copy_bucket", tmp_path, stdout=again)
    assert again.getvalue() == "0 objects copied\n"
    settings.S3_BUCKET = f"own-{uuid.uuid4()}"
    ensure_bucket()
    call_command("fill_bucket", tmp_path, stdout=StringIO())
    assert keys() == before
    call_command("reconcile", stdout=StringIO())


def test_a_copy_into_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="mounted"):
        call_command("copy_bucket", tmp_path / "nowhere")


def test_what_was_removed_can_be_fetched_back_where_versions_are_kept(settings):
    keep_versions(30)
    put("originals/a.jpg", b"first")
    storage.remove_object("originals/a.jpg")
    assert keys() == set()
    bucket = settings.S3_BUCKET
    kept = storage.client().list_object_versions(Bucket=bucket)["Versions"]
    body = storage.client().get_object(
        Bucket=bucket, Key="originals/a.jpg", VersionId=kept[0]["VersionId"]
    )["Body"]
    assert body.read() == b"first"
