"""Hostile and broken files: a clear no in bounded memory, and nothing left behind."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest
from django.http import UnreadablePostError

from tests.evidence.pictures import assert_refused, picture, png_bomb, sample


def _archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("run.class", b"x" * 500)
    return buffer.getvalue()


TAILS = {
    "zip": _archive(),
    "page": b"\n<!DOCTYPE html><html><script>alert(1)</script>",
    "script": b"<?php system($_GET['c']); ?>",
    "pdf": b"%PDF-1.7\n1 0 obj",
    "program": b"\x7fELF\x02\x01\x01",
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("tail", TAILS)
def test_something_else_behind_the_picture_is_refused(kind, tail, send):
    assert_refused(send, picture(kind) + TAILS[tail], "photo-polyglot")


def test_an_archive_inside_a_segment_of_the_picture_is_refused(send):
    body = picture()
    archive = bytearray(_archive())
    rest = len(body) - 2
    archive[-2:] = rest.to_bytes(2, "little")
    segment = b"\xff\xfe" + (len(archive) + 2).to_bytes(2, "big") + bytes(archive)
    polyglot = body[:2] + segment + body[2:]
    assert zipfile.is_zipfile(io.BytesIO(polyglot))
    assert_refused(send, polyglot, "photo-polyglot")


@pytest.mark.parametrize(
    "body",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"<html>" + b" " * 500,
        b"GIF89a" + bytes(200),
        b"%PDF-1.4" + bytes(200),
        b"BM" + bytes(200),
        b"II*\x00" + bytes(200),
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
        b"x",
    ],
)
def test_what_is_no_photo_of_a_taken_kind_is_refused(body, send):
    assert_refused(send, body, "photo-type", media_type="image/jpeg")


def test_a_type_that_contradicts_the_content_is_refused(send):
    assert_refused(send, picture("PNG"), "photo-type-mismatch", media_type="image/jpeg")


def test_no_bytes_are_refused(send):
    assert_refused(send, b"", "photo-empty")
    assert_refused(send, b"", "photo-empty", declared_size=None)
    assert_refused(send, b"", "photo-empty", stream=None, declared_size=None)


def test_a_wrong_hash_is_refused_and_names_its_field(send):
    refused = assert_refused(send, picture(), "photo-hash-mismatch", declared_sha256="0" * 64)
    assert refused.field == "sha256"
    assert_refused(send, picture(), "photo-hash-mismatch", declared_sha256="nonsense")


def test_fewer_bytes_than_announced_are_refused(send):
    assert_refused(send, picture(), "photo-incomplete", declared_size=1_000_000)


def test_a_broken_connection_leaves_nothing(send):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise UnreadablePostError("gone")

    assert_refused(send, picture(), "photo-incomplete", stream=Broken())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_truncated_photo_is_refused(kind, share, send):
    body = picture(kind, size=(640, 480))
    assert_refused(send, body[: int(len(body) * share)], "photo-damaged")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_heic_is_refused(share, send):
    body = sample("example.heic")
    assert_refused(send, body[: int(len(body) * share)], "photo-damaged")


def test_a_bomb_of_a_few_kilobytes_is_refused(send):
    body = png_bomb(50_000)
    assert len(body) < 20_000
    assert_refused(send, body, "photo-bomb")


def test_a_picture_that_would_take_too_much_memory_is_refused(send, settings):
    settings.PHOTO_MAX_PIXELS = 10**12
    assert_refused(send, png_bomb(120_000), "photo-bomb")


def test_a_size_announced_too_large_is_refused_before_a_byte_is_read(send):
    class Untouched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("read")

    refused = assert_refused(
        send, b"x", "photo-too-large", stream=Untouched(), declared_size=200 * 1024 * 1024
    )
    assert refused.status == 413


_FLOOD = """
import hashlib, json, os, resource, sys
import django
django.setup()
from backend.accounts.models import User
from backend.evidence.intake import receive_photo
from backend.lib.problems import Refused
from django.conf import settings
from pathlib import Path

class Flood:
    left = 200 * 1024 * 1024
    def read(self, size=-1, /):
        size = min(size, self.left) if size > 0 else self.left
        self.left -= size
        return bytes(size)

settings.SPOOL_DIR = Path(sys.argv[1])
settings.PHOTO_MAX_BYTES = int(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    receive_photo(actor=User(username="x"), stream=Flood(), declared_size=None,
                  declared_sha256=sys.argv[3])
except Refused as refused:
    code = refused.code
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps({"code": code, "grown_kb": grown, "left": os.listdir(sys.argv[1])}))
"""


@pytest.mark.parametrize("limit_mb", [25, 300])
def test_200_megabytes_are_refused_in_bounded_memory(limit_mb, tmp_path):
    digest = hashlib.sha256()
    for _ in range(200):
        digest.update(bytes(1024 * 1024))
    announced = "0" * 64 if limit_mb == 300 else digest.hexdigest()
    done = subprocess.run(
        [sys.executable, "-c", _FLOOD, str(tmp_path), str(limit_mb * 1024 * 1024), announced],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert told["code"] == ("photo-hash-mismatch" if limit_mb == 300 else "photo-too-large")
    assert told["grown_kb"] < 64 * 1024
    assert told["left"] == []
