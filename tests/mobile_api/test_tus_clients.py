"""The stock tus clients against the real server: cut lines, a killed process, storage away."""

from __future__ import annotations

import base64
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from backend.accounts.models import DeviceToken
from backend.evidence import spool
from backend.evidence.models import File
from backend.evidence.tasks import deliver_waiting_photos
from backend.lib import clock
from bench import servers
from tests.mobile_api.lines import Line
from tests.mobile_api.stock_clients import (
    CLIENTS,
    assert_stored,
    by_node,
    by_python,
    new_photo,
    sha_of,
)
from tests.workers import service_of_test_database, until, url_of_test_database

ROOT = Path(__file__).parents[2]
CUTS = [0.01, 0.40, 0.99]
# The scheduler looks each minute, and leaves alone what is younger than half of one.
DELIVERED_WITHIN = 240.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The web server on the test's database, to be killed and started again."""

    def __init__(self, spool_dir, **env):
        self.port = free_port()
        self.env = os.environ | service_of_test_database() | {"PYTHONWARNINGS": "ignore"}
        self.env |= {"SPOOL_DIR": str(spool_dir), "DEBUG": "0"} | env
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
        command += ["--blocking-threads", "4", "--no-ws", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "backend.config.wsgi:application"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.env, start_new_session=True, stdout=subprocess.DEVNULL
        )
        until(self.answers, 90)

    def answers(self):
        assert self.process.poll() is None
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A photo of about 3 MB."""
    return new_photo(tmp_path_factory.mktemp("photo"))


@pytest.fixture(scope="module")
def spool_dir(tmp_path_factory):
    """Where the server keeps what is on its way."""
    return tmp_path_factory.mktemp("spool")


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker, spool_dir):
    """The web server, started once."""
    with django_db_blocker.unblock():
        running = Server(spool_dir)
    running.start()
    yield running
    running.kill()


@pytest.fixture
def token(committed_world):
    """Lin's sign-in."""
    return DeviceToken.objects.create(user=committed_world.lin, device_id="phone-1")[1]


def test_the_limits_said_beforehand_are_those_that_tus_says(world, lin_phone):
    said = lin_phone.get("/mobile/v1/limits").json()["tus"]
    told = lin_phone.options("/mobile/v1/uploads")
    assert (said["version"], str(said["max_size"])) == (told["Tus-Version"], told["Tus-Max-Size"])


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("share", CUTS)
def test_a_photo_survives_a_cut_line(server, token, photo, client, share):
    size = photo.stat().st_size
    line = Line(server.port, int(size * share) + 600)
    CLIENTS[client](line.port, token, photo)
    line.close()
    assert line.cut
    assert_stored(photo)
    if client != "tuspy with checksums":
        # What had arrived was not sent again, but for what lay in the buffers of the line.
        assert line.sent < size * 1.25


@pytest.mark.parametrize("client", ["tuspy", "tus-js-client"])
def test_a_photo_survives_a_web_process_killed_midway(server, token, photo, client):
    def kill():
        time.sleep(0.5)
        server.kill()
        threading.Thread(target=server.start, daemon=True).start()

    line = Line(server.port, int(photo.stat().st_size * 0.4), kill)
    CLIENTS[client](line.port, token, photo)
    line.close()
    until(server.answers)
    assert line.cut
    assert line.sent < photo.stat().st_size * 1.25
    assert_stored(photo)


def test_a_photo_is_taken_while_storage_is_down_and_delivered_later(
    token, photo, tmp_path, settings
):
    away = Server(tmp_path, S3_ENDPOINT_URL=f"http://127.0.0.1:{free_port()}")
    away.start()
    try:
        by_python(away.port, token, photo)
    finally:
        away.kill()
    settings.SPOOL_DIR = tmp_path
    kept = File.objects.get()
    assert kept.state == "spooled"
    assert spool.spool_path(kept.pk).read_bytes() == photo.read_bytes()
    assert deliver_waiting_photos(before=clock.now()) == 1
    assert_stored(photo)


@pytest.fixture
def mine(committed_world):
    """Servers of a test's own: storage, web, worker and scheduler."""
    with servers.running_servers(url_of_test_database()) as started, started.use_settings():
        yield started


def test_photos_sent_while_storage_is_down_are_in_it_afterwards(mine, token, tmp_path):
    first, second = (new_photo(tmp_path / name) for name in ("first", "second"))
    midway = int(first.stat().st_size * 0.4)
    for send, photo, trouble in (
        (by_python, first, lambda: mine.kill("s3")),
        (by_node, second, lambda: None),
    ):
        line = Line(mine.web_port, midway, trouble)
        send(line.port, token, photo)
        line.close()
        assert line.cut
    assert deliver_waiting_photos(before=clock.now()) == 0
    assert {file.state for file in File.objects.all()} == {File.State.SPOOLED}
    mine.restart("s3")
    until(lambda: not File.objects.exclude(state=File.State.STORED), DELIVERED_WITHIN)
    assert_stored(first)
    assert_stored(second)


def test_a_second_writer_is_told_to_wait(server, token, photo):
    content = photo.read_bytes()
    told = base64.b64encode(sha_of(photo).encode()).decode()
    common = {"Authorization": f"Token {token}", "Tus-Resumable": "1.0.0"}

    def ask(method, path, body=None, **headers):
        phone = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        phone.request(method, path, body, common | headers)
        answer = phone.getresponse()
        answer.read()
        phone.close()
        return answer

    made = ask(
        "POST",
        "/mobile/v1/uploads",
        **{"Upload-Length": str(len(content)), "Upload-Metadata": f"sha256 {told}"},
    )
    assert made.status == 201
    path = "/" + made.headers["Location"].split("/", 3)[3]
    stream = {"Content-Type": "application/offset+octet-stream"}

    def offset():
        return int(ask("HEAD", path).headers["Upload-Offset"])

    first = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    first.putrequest("PATCH", path)
    for name, value in (common | stream | {"Upload-Offset": "0"}).items():
        first.putheader(name, value)
    first.putheader("Content-Length", str(len(content)))
    first.endheaders()
    first.send(content[: 1024 * 1024])
    until(lambda: offset() > 0)
    second = ask("PATCH", path, b"x", **stream, **{"Upload-Offset": str(offset())})
    assert second.status == 423
    first.close()
    until(
        lambda: ask("PATCH", path, b"", **stream, **{"Upload-Offset": str(offset())}).status == 204
    )
    start = offset()
    done = ask("PATCH", path, content[start:], **stream, **{"Upload-Offset": str(start)})
    assert done.status == 204
    assert_stored(photo)
