"""tus 1.0, rule by rule; the stock clients are in test_tus_clients.py."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.http import parse_http_date

from backend.evidence.models import File
from backend.fieldwork import tasks, uploads
from backend.fieldwork.models import Item, Upload
from backend.lib import clock
from tests.fieldwork.items import item, report_body, take
from tests.inspections.drafting import jpeg
from tests.mobile_api.conftest import phone_of

URL = "/mobile/v1/uploads"
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
STREAM = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def spool(settings, tmp_path):
    """A spool of the test's own."""
    settings.SPOOL_DIR = tmp_path / "spool"


def metadata(**pairs):
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())


def create(phone, content, *, sha256=None, length=None, body=None, **headers):
    told = metadata(sha256=sha256 or hashlib.sha256(content).hexdigest(), filename="a.jpg")
    facts = {
        "HTTP_UPLOAD_LENGTH": str(len(content) if length is None else length),
        "HTTP_UPLOAD_METADATA": told,
    }
    kind = STREAM if body is not None else "application/json"
    return phone.generic("POST", URL, body or b"", content_type=kind, **(TUS | facts | headers))


def patch(phone, url, offset, piece, *, content_type=STREAM, **headers):
    facts = TUS | {"HTTP_UPLOAD_OFFSET": str(offset)} | headers
    return phone.generic("PATCH", url, piece, content_type=content_type, **facts)


def place_of(answer):
    return answer["Location"].removeprefix("http://testserver")


def on_disk():
    return [path.name for path in (Path(settings.SPOOL_DIR) / "uploads").glob("*")]


def test_a_photo_in_two_pieces_becomes_the_same_file_as_a_whole_one(world, lin_phone):
    content = jpeg()
    url = place_of(create(lin_phone, content))
    first = patch(lin_phone, url, 0, content[:100])
    assert (first.status_code, first["Upload-Offset"]) == (204, "100")
    stand = lin_phone.head(url, **TUS)
    assert (stand.status_code, stand["Upload-Offset"]) == (200, "100")
    assert (stand["Upload-Length"], stand["Cache-Control"]) == (str(len(content)), "no-store")
    last = patch(lin_phone, url, 100, content[100:])
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(content)))
    kept = File.objects.get()
    assert (kept.sha256, kept.original_name) == (hashlib.sha256(content).hexdigest(), "a.jpg")
    assert lin_phone.head(url, **TUS)["Upload-Offset"] == str(len(content))
    assert on_disk() == []


def test_creation_takes_the_beginning_with_it(world, lin_phone):
    content = jpeg()
    answer = create(lin_phone, content, body=content)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(content)))
    assert File.objects.count() == 1


def test_unfinished_uploads_of_one_user_are_bounded_until_they_end(world, lin_phone, settings):
    settings.UPLOADS_MAX_UNFINISHED = 2
    content = jpeg()
    finished = create(lin_phone, content, body=content)
    begun = [create(lin_phone, content[:-1]) for _unused in range(2)]
    assert {answer.status_code for answer in (finished, *begun)} == {201}
    refused = create(lin_phone, content)
    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    assert (refused.json()["type"], int(refused["Retry-After"])) == (
        "/problems/too-many-uploads",
        3600,
    )
    assert len(on_disk()) == 2
    assert create(phone_of(world.wei), content).status_code == 201
    assert lin_phone.delete(place_of(begun[0]), **TUS).status_code == 204
    assert create(lin_phone, content).status_code == 201
    Upload.objects.filter(user=world.lin).update(expires_at=clock.now())
    tasks.sweep_uploads()
    assert create(lin_phone, content).status_code == 201


def test_the_last_photo_by_tus_settles_the_report_that_waited(world, lin_phone):
    content = jpeg()
    sha256 = hashlib.sha256(content).hexdigest()
    take(world.lin, item("report", report_body(world.lift, photos=[sha256])))
    create(lin_phone, content, body=content)
    assert Item.objects.get().state == "accepted"


def test_options_say_what_the_server_can(world, lin_phone):
    answer = lin_phone.options(URL)
    assert answer.status_code == 204
    assert (answer["Tus-Version"], answer["Tus-Max-Size"]) == ("1.0.0", "26214400")
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"
    words = "creation,creation-with-upload,checksum,termination,expiration"
    assert answer["Tus-Extension"] == words


def test_another_version_is_refused_with_the_one_spoken(world, lin_phone):
    for version in ("", "0.2.2"):
        answer = create(lin_phone, jpeg(), HTTP_TUS_RESUMABLE=version)
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"HTTP_UPLOAD_METADATA": ""}, 422, "sha256-missing"),
        ({"HTTP_UPLOAD_METADATA": "sha256 *"}, 400, "upload-metadata"),
        ({"HTTP_UPLOAD_METADATA": metadata(sha256="zz")}, 422, "sha256-missing"),
        ({"HTTP_UPLOAD_LENGTH": "-1"}, 400, "upload-length"),
        ({"HTTP_UPLOAD_LENGTH": "0"}, 422, "photo-empty"),
        ({"HTTP_UPLOAD_LENGTH": "26214401"}, 413, "photo-too-large"),
        ({"HTTP_UPLOAD_DEFER_LENGTH": "1"}, 400, "upload-length"),
        ({"HTTP_UPLOAD_CHECKSUM": "md5 AA=="}, 400, "checksum-unknown"),
        ({"HTTP_UPLOAD_CHECKSUM": "sha1 é"}, 400, "checksum-unknown"),
    ],
)
def test_a_wrong_beginning_is_refused_and_leaves_nothing(world, lin_phone, headers, status, code):
    answer = create(lin_phone, jpeg(), **headers)
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{code}")
    assert (Upload.objects.count(), on_disk()) == (0, [])


def test_a_piece_at_another_offset_is_refused_and_writes_nothing(world, lin_phone):
    content = jpeg()
    url = place_of(create(lin_phone, content))
    patch(lin_phone, url, 0, content[:50])
    for offset in (0, 49, 51):
        assert patch(lin_phone, url, offset, content[50:60]).status_code == 409
    assert lin_phone.head(url, **TUS)["Upload-Offset"] == "50"
    assert patch(lin_phone, url, 50, b"x", content_type="image/jpeg").status_code == 415
    assert patch(lin_phone, url, 50, content).status_code == 413


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_counts_when_its_checksum_fits_and_not_at_all_when_not(world, lin_phone, algorithm):
    content = jpeg()
    url = place_of(create(lin_phone, content))
    good = base64.b64encode(hashlib.new(algorithm, content[:70]).digest()).decode()
    header = {"HTTP_UPLOAD_CHECKSUM": f"{algorithm} {good}"}
    assert patch(lin_phone, url, 0, b"x" * 70, **header).status_code == 460
    assert lin_phone.head(url, **TUS)["Upload-Offset"] == "0"
    assert patch(lin_phone, url, 0, content[:70], **header)["Upload-Offset"] == "70"
    assert len(on_disk()) == 1


def test_a_photo_with_another_hash_is_460_and_nothing_stays(world, lin_phone):
    content = jpeg()
    url = place_of(create(lin_phone, content, sha256="0" * 64))
    answer = patch(lin_phone, url, 0, content)
    assert (answer.status_code, answer.json()["type"]) == (460, "/problems/photo-hash-mismatch")
    assert lin_phone.head(url, **TUS).status_code == 404
    assert (File.objects.count(), Upload.objects.count(), on_disk()) == (0, 0, [])


def test_what_is_no_photo_is_refused_and_nothing_stays(world, lin_phone):
    content = b"<svg/>"
    answer = create(lin_phone, content, body=content)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/photo-type")
    assert (Upload.objects.count(), on_disk()) == (0, [])


def test_an_upload_can_be_given_up(world, lin_phone):
    url = place_of(create(lin_phone, jpeg()))
    assert lin_phone.delete(url, **TUS).status_code == 204
    assert lin_phone.head(url, **TUS).status_code == 404
    assert on_disk() == []


@pytest.mark.parametrize("when", ["receive_photo", "_read_pieces"])
@pytest.mark.parametrize("checked", [False, True])
def test_an_upload_given_up_while_it_is_written_is_gone(
    world, lin_phone, monkeypatch, when, checked
):
    content = jpeg()
    url = place_of(create(lin_phone, content))
    own = getattr(uploads, when)

    def ended_meanwhile(*given, **named):
        assert lin_phone.delete(url, **TUS).status_code == 204
        return own(*given, **named)

    monkeypatch.setattr(uploads, when, ended_meanwhile)
    told = base64.b64encode(hashlib.sha1(content).digest()).decode()
    headers = {"HTTP_UPLOAD_CHECKSUM": f"sha1 {told}"} if checked else {}
    answer = patch(lin_phone, url, 0, content, **headers)
    assert answer.status_code == 404
    assert (Upload.objects.count(), on_disk()) == (0, [])


def test_an_upload_is_its_senders_alone(world, lin_phone):
    url = place_of(create(lin_phone, jpeg()))
    wei = phone_of(world.wei)
    assert wei.head(url, **TUS).status_code == 404
    assert patch(wei, url, 0, b"x").status_code == 404
    assert wei.delete(url, **TUS).status_code == 404
    assert patch(phone_of(world.lin, "phone-2"), url, 0, b"x").status_code == 204


def test_an_upload_expires_and_is_swept(world, lin_phone):
    answer = create(lin_phone, jpeg())
    url = place_of(answer)
    ends = dt.datetime.fromtimestamp(parse_http_date(answer["Upload-Expires"]), dt.UTC)
    assert dt.timedelta(days=6) < ends - clock.now() < dt.timedelta(days=8)
    assert tasks.sweep_uploads() == 0
    Upload.objects.update(expires_at=clock.now())
    assert lin_phone.head(url, **TUS).status_code == 410
    assert patch(lin_phone, url, 0, b"x").status_code == 410
    assert tasks.sweep_uploads() == 1
    assert (Upload.objects.count(), on_disk()) == (0, [])


def test_files_without_a_row_are_swept_after_a_day(world, lin_phone):
    create(lin_phone, jpeg())
    folder = Path(settings.SPOOL_DIR) / "uploads"
    stray = folder / "stray"
    stray.write_bytes(b"x")
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    assert tasks.sweep_uploads() == 1
    assert on_disk() == [str(Upload.objects.get().pk)]


@pytest.mark.parametrize("by", ["head", "beat"])
def test_a_whole_upload_whose_process_died_becomes_a_photo(world, lin_phone, by):
    content = jpeg()
    url = place_of(create(lin_phone, content))
    upload = Upload.objects.get()
    (Path(settings.SPOOL_DIR) / "uploads" / str(upload.pk)).write_bytes(content)
    if by == "head":
        assert lin_phone.head(url, **TUS)["Upload-Offset"] == str(len(content))
    else:
        tasks.sweep_uploads()
    assert File.objects.get().sha256 == upload.sha256


def test_the_method_may_stand_in_a_header(world, lin_phone):
    content = jpeg()
    url = place_of(create(lin_phone, content))
    facts = TUS | {"HTTP_UPLOAD_OFFSET": "0", "HTTP_X_HTTP_METHOD_OVERRIDE": "PATCH"}
    answer = lin_phone.generic("POST", url, content[:9], content_type=STREAM, **facts)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "9")
