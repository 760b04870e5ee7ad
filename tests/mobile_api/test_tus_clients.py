"""The stock tus clients against the real server: cut lines, a killed process, storage away."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import io
import os
import shutil
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
from PIL import Image
from tusclient.client import TusClient

from backend.accounts.models import DeviceToken
from backend.evidence import spool
from backend.evidence.models import File
from backend.evidence.tasks import deliver_waiting
from backend.lib import clock
from media_config import storage
from tests.workers import until, url_of_test_database

ROOT = Path(__file__).parents[2]
TUS_JS = Path(__file__).parent / "tus_js"
CUTS = [0.01, 0.40, 0.99]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The web server on the test's database, to be killed and started again."""

    def __init__(self, spool_dir, **env):
        self.port = free_port()
        self.env = os.environ | {"DATABASE_URL": url_of_test_database(), "PYTHONWARNINGS": "ignore"}
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


class Line:
    """A line to a server that is cut once, after so many bytes; later connections are whole."""

    def __init__(self, port, after, when_cut=lambda: None):
        self.server, self.after, self.when_cut = port, after, when_cut
        self.cut = False
        self.sent = 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.door.close()

    def _serve(self):
        while True:
            try:
                phone, _address = self.door.accept()
                server = socket.create_connection(("127.0.0.1", self.server), timeout=60)
            except OSError:
                if self.door.fileno() < 0:
                    return
                phone.close()
                continue
            threading.Thread(target=self._back, args=(server, phone), daemon=True).start()
            threading.Thread(target=self._forth, args=(phone, server), daemon=True).start()

    def _forth(self, phone, server):
        passed = 0
        try:
            while piece := phone.recv(16 * 1024):
                left = self.after - passed
                if not self.cut and len(piece) >= left:
                    server.sendall(piece[:left])
                    self.cut = True
                    self.when_cut()
                    break
                passed += len(piece)
                self.sent += len(piece)
                server.sendall(piece)
        except OSError:
            pass
        for end in (server, phone):
            # Closing alone says nothing while the other thread still listens.
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    @staticmethod
    def _back(server, phone):
        try:
            while piece := server.recv(16 * 1024):
                phone.sendall(piece)
        except OSError:
            pass
        phone.close()


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A photo of about 3 MB: a line's buffers are small beside it."""
    side = 1300
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(
        buffer, "JPEG", quality=92
    )
    path = tmp_path_factory.mktemp("photo") / "photo.jpg"
    path.write_bytes(buffer.getvalue())
    return path


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """The folder with the browsers' client, installed from its lock file once."""
    lock = hashlib.sha256((TUS_JS / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = ROOT / ".local" / "tus_js" / lock
    for name in ("package.json", "package-lock.json", ".npmrc", "upload.mjs"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(TUS_JS / name, folder)
    if not (folder / "node_modules" / "tus-js-client").is_dir():
        subprocess.run(["npm", "ci", "--prefer-offline"], cwd=folder, check=True, timeout=300)
    return folder


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


def by_python(port, token, path, **facts):
    """Send ``path`` by tuspy."""
    client = TusClient(
        f"http://127.0.0.1:{port}/mobile/v1/uploads", headers={"Authorization": f"Token {token}"}
    )
    told = {"sha256": sha_of(path), "filename": path.name}
    uploader = client.uploader(
        str(path), metadata=told, retries=60, retry_delay=0.5, chunk_size=2**26, **facts
    )
    uploader.upload()


def by_node(port, token, path, node):
    """Send ``path`` by tus-js-client."""
    command = ["node", "upload.mjs", f"http://127.0.0.1:{port}/mobile/v1/uploads"]
    done = subprocess.run(
        [*command, token, str(path), sha_of(path)],
        cwd=node,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def sha_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def assert_stored(path):
    kept = File.objects.get()
    assert (kept.sha256, kept.state) == (sha_of(path), "stored")
    with storage.opened(kept.key) as body:
        assert body.read() == path.read_bytes()


def test_the_limits_said_beforehand_are_those_that_tus_says(world, lin_phone):
    said = lin_phone.get("/mobile/v1/limits").json()["tus"]
    told = lin_phone.options("/mobile/v1/uploads")
    assert (said["version"], str(said["max_size"])) == (told["Tus-Version"], told["Tus-Max-Size"])


@pytest.mark.parametrize("client", ["tuspy", "tuspy with checksums", "tus-js-client"])
@pytest.mark.parametrize("share", CUTS)
def test_a_photo_survives_a_cut_line(server, token, photo, node, client, share):
    size = photo.stat().st_size
    line = Line(server.port, int(size * share) + 600)
    if client == "tus-js-client":
        by_node(line.port, token, photo, node)
    else:
        by_python(line.port, token, photo, upload_checksum=client != "tuspy")
    line.close()
    assert line.cut
    assert_stored(photo)
    if client != "tuspy with checksums":
        # What had arrived was not sent again, but for what lay in the buffers of the line.
        assert line.sent < size * 1.25


@pytest.mark.parametrize("client", ["tuspy", "tus-js-client"])
def test_a_photo_survives_a_web_process_killed_midway(server, token, photo, node, client):
    def kill():
        time.sleep(0.5)
        server.kill()
        threading.Thread(target=server.start, daemon=True).start()

    line = Line(server.port, int(photo.stat().st_size * 0.4), kill)
    if client == "tus-js-client":
        by_node(line.port, token, photo, node)
    else:
        by_python(line.port, token, photo)
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
    assert spool.place_of(kept.pk).read_bytes() == photo.read_bytes()
    assert deliver_waiting(before=clock.now()) == 1
    assert_stored(photo)


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
