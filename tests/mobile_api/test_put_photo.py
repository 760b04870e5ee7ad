"""Photos sent by their hash."""

from __future__ import annotations

import hashlib
import uuid

from rest_framework.test import APIClient

from backend.evidence.models import File
from tests.inspections.drafting import jpeg
from tests.mobile_api.conftest import phone_of


def send(phone, content, sha256=None, **extra):
    sha256 = sha256 or hashlib.sha256(content).hexdigest()
    url = f"/mobile/v1/photos/{sha256}"
    kind = extra.pop("content_type", "image/jpeg")
    return phone.generic("PUT", url, content, content_type=kind, **extra)


def test_a_photo_is_taken_once(world, lin_phone):
    first, again = send(lin_phone, jpeg()), send(lin_phone, jpeg())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data["id"] == again.data["id"]
    assert (first.data["width"], first.data["height"]) == (32, 24)
    assert send(phone_of(world.wei), jpeg()).status_code == 200
    assert File.objects.count() == 1


def test_photos_need_a_sign_in(world):
    assert send(APIClient(), jpeg()).status_code == 401


def test_what_is_no_photo_or_not_the_announced_one_is_refused(world, lin_phone):
    cases = {
        "photo-hash-mismatch": send(lin_phone, jpeg(), sha256="0" * 64),
        "photo-type": send(lin_phone, b"<svg/>", content_type="application/octet-stream"),
        "photo-empty": send(lin_phone, b"", CONTENT_LENGTH="0"),
        "length-required": send(lin_phone, jpeg(), CONTENT_LENGTH=""),
    }
    assert {code: answer.data["type"] for code, answer in cases.items()} == {
        code: f"/problems/{code}" for code in cases
    }
    assert cases["length-required"].status_code == 411
    assert File.objects.count() == 0


def test_a_path_that_leads_nowhere_is_a_problem(world, lin_phone):
    answer = lin_phone.get(f"/mobile/v1/nothing/{uuid.uuid4()}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_photo_whose_bytes_are_gone_is_not_called_known(world, lin_phone, settings, tmp_path):
    settings.SPOOL_DIR = tmp_path
    url = f"/mobile/v1/photos/{hashlib.sha256(jpeg()).hexdigest()}"
    send(lin_phone, jpeg())
    assert lin_phone.get(url).status_code == 200
    for path in tmp_path.glob("*"):
        path.unlink()
    assert lin_phone.get(url).status_code == 404
    assert send(lin_phone, jpeg()).status_code == 200
    assert lin_phone.get(url).status_code == 200
