"""Where the server cannot look at a photo, the phone is asked to come again, and loses nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from backend.accounts.models import User
from backend.evidence import sandbox
from backend.evidence.models import File
from backend.fieldwork import tasks
from backend.fieldwork.models import Upload
from tests.inspections.drafting import jpeg
from tests.mobile_api.test_tus import TUS, create, on_disk, place_of


@pytest.fixture(autouse=True)
def spool(settings, tmp_path):
    """A spool of the test's own."""
    settings.SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def trouble(monkeypatch):
    """Probers that are dead until told otherwise."""
    with monkeypatch.context() as patched:
        patched.setattr(sandbox.Prober, "ask", lambda *_unused: None)
        yield patched


def test_a_whole_photo_is_asked_for_again(world, lin_phone, trouble):
    content = jpeg()
    url = f"/mobile/v1/photos/{hashlib.sha256(content).hexdigest()}"
    answer = lin_phone.generic("PUT", url, content, content_type="image/jpeg")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Content-Type"] == "application/problem+json"
    trouble.undo()
    assert lin_phone.generic("PUT", url, content, content_type="image/jpeg").status_code == 201


def test_an_upload_stays_and_is_finished_later(world, lin_phone, trouble):
    content = jpeg()
    answer = create(lin_phone, content, body=content)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    upload = Upload.objects.get()
    assert on_disk() == [str(upload.pk)]
    assert lin_phone.head(f"/mobile/v1/uploads/{upload.pk}", **TUS).status_code == 503
    tasks.sweep_uploads()
    trouble.undo()
    told = lin_phone.head(f"/mobile/v1/uploads/{upload.pk}", **TUS)
    assert (told.status_code, told["Upload-Offset"]) == (200, str(len(content)))
    assert File.objects.count() == 1


def test_an_upload_of_a_closed_account_is_not_removed_for_it(world, lin_phone, settings):
    content = jpeg()
    url = place_of(create(lin_phone, content, body=content[:9]))
    place = url.rsplit("/", 1)[1]
    upload = Upload.objects.get(pk=place)
    with (Path(settings.SPOOL_DIR) / "uploads" / place).open("ab") as file:
        file.write(content[9:])
    User.objects.filter(pk=world.lin.pk).update(is_active=False)
    tasks.sweep_uploads()
    assert Upload.objects.filter(pk=upload.pk).exists()
    User.objects.filter(pk=world.lin.pk).update(is_active=True)
    tasks.sweep_uploads()
    assert File.objects.count() == 1
