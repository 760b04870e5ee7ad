"""Photos that are taken in: every honest file, once, with what the camera said of it."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import os
import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from backend.accounts.models import Role, User
from backend.evidence.intake import receive_photo
from backend.evidence.models import File
from media_config import storage
from tests.evidence.pictures import (
    IMAGES,
    assert_refused,
    located,
    picture,
    sample,
    spooled,
)

with (IMAGES / "manifest.csv").open() as _manifest:
    ROWS = list(csv.DictReader(_manifest))
GOOD = [row for row in ROWS if not row["expected"].startswith("refuse")]
BAD = [row for row in ROWS if row["expected"].startswith("refuse")]


def _stored(file: File) -> bytes:
    with storage.open_object(file.key) as body:
        return body.read()


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row["file"])
def test_an_honest_file_is_kept_bit_for_bit_and_can_be_shown(row, send):
    body = sample(row["file"])
    file = send(body, name=row["file"])
    file.refresh_from_db()
    assert file.state == File.State.STORED
    assert (file.sha256, file.size) == (row["sha256"], int(row["bytes"]))
    assert sorted((file.width, file.height)) == sorted(map(int, row["size"].split("x")))
    assert hashlib.sha256(_stored(file)).hexdigest() == row["sha256"]
    assert {r.kind for r in file.renditions.all()} == {"thumbnail", "screen"}
    assert spooled() == []


@pytest.mark.parametrize("row", BAD, ids=lambda row: row["file"])
def test_a_bad_file_of_the_manifest_is_refused(row, send):
    code = "photo-damaged" if row["file"].endswith(".png") else "photo-type"
    assert_refused(send, sample(row["file"]), code)


def test_the_clock_of_the_camera_is_read_as_chinas_without_an_offset(send):
    file = send(sample("flower.jpg"))
    assert file.taken_at == dt.datetime(2003, 12, 14, 4, 1, 44, tzinfo=dt.UTC)
    assert file.taken_at_raw == "2003:12:14 12:01:44"
    assert file.exif["model"] == "Canon PowerShot S40"


def test_an_offset_in_the_photo_is_obeyed(send):
    file = send(located((36, 0, 0), (117, 0, 0), taken="2024:05:01 08:00:00", offset="+09:00"))
    assert file.taken_at == dt.datetime(2024, 4, 30, 23, tzinfo=dt.UTC)


def test_an_impossible_position_and_a_future_date_are_kept_but_not_believed(send):
    file = send(sample("exif_gps.jpg"))
    assert file.position is None
    assert file.exif["gps"]["latitude"] == 4294967295
    assert file.taken_at is None
    assert file.taken_at_raw == "2099:09:29 10:10:10"


@pytest.mark.parametrize(
    ("latitude", "longitude", "refs", "expected"),
    [
        ((36.0, 39.0, 54.0), (117.0, 1.0, 12.0), "NE", (117.02, 36.665)),
        ((36.0, 39.0, 54.0), (117.0, 1.0, 12.0), "SW", (-117.02, -36.665)),
        ((36.665, 0.0, 0.0), (117.02, 0.0, 0.0), "NE", (117.02, 36.665)),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), "NE", None),
        ((96.0, 0.0, 0.0), (117.0, 0.0, 0.0), "NE", None),
        ((36.0, 61.0, 0.0), (117.0, 0.0, 0.0), "NE", None),
    ],
)
def test_the_position_of_the_photo_is_read(latitude, longitude, refs, expected, send):
    file = send(located(latitude, longitude, refs=refs))
    file.refresh_from_db()
    if expected is None:
        assert file.position is None
    else:
        assert file.position.srid == 4326
        assert file.position.coords == pytest.approx(expected)


_PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" {}</rdf:RDF></x:xmpmeta>'
)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(
    "described",
    [
        'exif:GPSLatitude="36,39.9N" exif:GPSLongitude="117,1,12E"'
        ' exif:DateTimeOriginal="2024-05-01T08:00:00.25+09:00"/>',
        "><exif:GPSLatitude>36,39,54N</exif:GPSLatitude><exif:GPSLongitude>117,1.2E"
        "</exif:GPSLongitude><exif:DateTimeOriginal>2024-04-30T23:00:00Z</exif:DateTimeOriginal>"
        "</rdf:Description>",
    ],
)
def test_place_and_time_that_stand_in_xmp_alone_are_read(kind, described, send):
    packet = _PACKET.format(described)
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", packet)
    saved = ("pnginfo", text) if kind == "PNG" else ("xmp", packet.encode())
    file = send(picture(kind, **dict([saved])))
    file.refresh_from_db()
    assert file.position.coords == pytest.approx((117.02, 36.665))
    assert file.taken_at == dt.datetime(2024, 4, 30, 23, tzinfo=dt.UTC)


def test_half_a_place_in_xmp_is_none_and_exif_goes_first(send):
    half = _PACKET.format('exif:GPSLatitude="36,39.9N" exif:GPSLongitude="east"/>')
    assert send(picture(xmp=half.encode())).position is None
    other = _PACKET.format('exif:GPSLatitude="1,0N" exif:GPSLongitude="2,0E"/>').encode()
    exif = Image.Exif()
    exif.get_ifd(IFD.GPSInfo).update(
        {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (36.0, 39.0, 54.0),
         GPS.GPSLongitudeRef: "E", GPS.GPSLongitude: (117.0, 1.0, 12.0)}
    )  # fmt: skip
    file = send(picture(exif=exif, xmp=other))
    assert file.position.coords == pytest.approx((117.02, 36.665))


def test_the_time_of_a_change_is_not_the_time_of_taking(send):
    exif = Image.Exif()
    exif[Base.DateTime] = "2024:05:01 08:00:00"
    file = send(picture(exif=exif))
    assert (file.taken_at, file.taken_at_raw) == (None, "")
    assert file.exif["changed_at"] == "2024:05:01 08:00:00"


def test_nothing_in_exif_breaks_the_database(send):
    exif = located((1, 2, 3), (4, 5, 6), taken="x\x00y" * 90)
    assert send(exif).taken_at is None


@pytest.mark.parametrize(
    "declared", ["", "application/octet-stream", "image/jpeg", "IMAGE/JPG; q=1"]
)
def test_a_vague_or_right_type_is_taken(declared, send):
    assert send(picture(), media_type=declared).media_type == "image/jpeg"


def test_a_path_in_the_name_is_cut_to_the_name(send):
    assert send(picture(), name="C:\\dcim\\..\\梯\x00井.jpg").original_name == "梯井.jpg"


def test_the_same_photo_again_is_the_same_row(send):
    body = picture()
    first = send(body)
    again = send(body, name="other.jpg")
    assert again.pk == first.pk
    assert File.objects.count() == 1
    assert again.original_name == "photo.jpg"
    assert spooled() == []


def test_a_camera_film_behind_the_picture_is_taken(send):
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 64
    assert send(picture() + film).state == File.State.STORED


def test_a_change_of_a_file_is_in_its_history_with_the_actor(send, lin):
    file = send(picture())
    history = list(file.events.order_by("pgh_id"))
    assert [event.state for event in history] == ["spooled", "stored"]
    assert history[0].pgh_context.metadata["user"] == lin.pk


@pytest.fixture
def committed_lin(django_db_setup, django_db_blocker) -> Iterator[User]:
    """Lin as other connections see her, and her photos taken away afterwards.

    Not ``transaction=True``: that empties every table, the reference data too.
    """
    with django_db_blocker.unblock():
        lin = User.objects.create(username=f"lin-{os.urandom(4).hex()}", role=Role.ENTERPRISE)
        yield lin
        File.objects.filter(uploaded_by=lin).delete()
        lin.delete()


def test_the_same_photo_sent_twice_at_once_is_one_row(committed_lin):
    body = picture(size=(1200, 900))
    start = threading.Barrier(4)
    got = []

    def upload() -> None:
        start.wait()
        file = receive_photo(
            actor=committed_lin,
            stream=io.BytesIO(body),
            declared_size=len(body),
            declared_sha256=hashlib.sha256(body).hexdigest(),
        )
        got.append(file.pk)
        connection.close()

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert len(set(got)) == 1
    assert File.objects.get(uploaded_by=committed_lin).state == File.State.STORED
    assert spooled() == []
