"""Real storage, a private spool, tasks that run at once, and a hand that sends photos."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.accounts.models import Role, User
from backend.config.celery import app
from backend.evidence.intake import receive_photo
from backend.evidence.models import File

Send = Callable[..., File]


@pytest.fixture(autouse=True)
def spool_dir(settings, tmp_path: Path) -> Path:
    place = tmp_path / "spool"
    settings.SPOOL_DIR = place
    return place


@pytest.fixture(autouse=True)
def tasks_at_once() -> Iterator[None]:
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def lin(db) -> User:
    return User.objects.create(username="lin", role=Role.ENTERPRISE)


@pytest.fixture
def send(lin, django_capture_on_commit_callbacks) -> Send:
    """Sends bytes as the phone does: announced by size and hash; what comes after commit is done."""

    def _send(body: bytes, **changes) -> File:
        told = {
            "actor": lin,
            "stream": io.BytesIO(body),
            "declared_size": len(body),
            "declared_sha256": hashlib.sha256(body).hexdigest(),
            "name": "photo.jpg",
            "media_type": "",
        }
        with django_capture_on_commit_callbacks(execute=True):
            file = receive_photo(**(told | changes))
        return file

    return _send
