"""Makes the pictures that the tests send, and counts what they leave behind."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from backend.evidence.models import File
from backend.lib.problems import Refused
from media_config.storage import client

IMAGES = Path(__file__).parent / "images"


def sample(name: str) -> bytes:
    return (IMAGES / name).read_bytes()


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **saving) -> bytes:
    """A picture that no other test made."""
    image = Image.frombytes("RGB", size, os.urandom(3) * (size[0] * size[1]))
    buffer = io.BytesIO()
    image.save(buffer, kind, **saving)
    return buffer.getvalue()


def halves(orientation: int, *, kind: str = "JPEG", **saving) -> bytes:
    """Red above blue once it is upright, stored turned as ``orientation`` says."""
    image = Image.new("RGB", (300, 200), "red")
    image.paste("blue", (0, 100, 300, 200))
    turned = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90}[orientation]
    image = image.transpose(turned) if turned is not None else image
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = f"Maker{os.urandom(4).hex()}"
    buffer = io.BytesIO()
    image.save(buffer, kind, exif=exif, **saving)
    return buffer.getvalue()


def located(latitude, longitude, *, taken: str = "", offset: str = "", refs: str = "NE") -> bytes:
    """A JPEG with GPS and time as cameras write them."""
    exif = Image.Exif()
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLongitudeRef] = refs[0], refs[1]
    gps[GPS.GPSLatitude], gps[GPS.GPSLongitude] = latitude, longitude
    details = exif.get_ifd(IFD.Exif)
    if taken:
        details[Base.DateTimeOriginal] = taken
    if offset:
        details[Base.OffsetTimeOriginal] = offset
    return picture(exif=exif)


def png_bomb(side: int) -> bytes:
    """A PNG of a few kB that claims side × side grey pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8 + 1)
    packed = b"".join(packer.compress(row) for _ in range(1000)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def keys() -> set[str]:
    """All objects in the bucket."""
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=settings.S3_BUCKET)
    return {item["Key"] for page in pages for item in page.get("Contents", [])}


def spooled() -> list[Path]:
    return list(settings.SPOOL_DIR.glob("*"))


def assert_refused(send, body: bytes, code: str, **changes) -> Refused:
    """Refused with ``code``, a remedy in words, and nothing left: no row, object or spool file."""
    before = keys()
    with pytest.raises(Refused) as caught:
        send(body, **changes)
    assert caught.value.code == code
    assert str(caught.value.detail).strip()
    assert not File.objects.exists()
    assert keys() == before
    assert spooled() == []
    return caught.value
