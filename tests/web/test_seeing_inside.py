"""One id names a request wherever it left a trace; figures are told to who knows the token."""

from __future__ import annotations

import gzip
import json
import logging
import os
import subprocess
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django_guid import clear_guid, get_guid, set_guid

from backend.accounts.change_author import attribute_changes_to
from backend.jobs.actions import create_job
from backend.jobs.models import Job
from backend.lib.json_logs import JSONFormatter
from tests.world import World

ID = "0b7a3c6e-3a55-4e8e-9d38-6f2f4f0a1c11"


@pytest.fixture
def named():
    set_guid(ID)
    yield ID
    clear_guid()


@pytest.mark.parametrize("path", ["/", "/T/x", "/api/v1/nowhere", "/livez"])
def test_every_answer_bears_an_id_and_keeps_the_one_of_a_proxy(client, db, path):
    assert uuid.UUID(client.get(path)["X-Request-ID"])
    assert client.get(path, headers={"X-Request-ID": ID})["X-Request-ID"] == ID
    assert client.get(path, headers={"X-Request-ID": "<script>"})["X-Request-ID"] != "<script>"


def test_a_history_row_bears_the_id_of_its_request(world: World, named):
    with attribute_changes_to(world.lin):
        world.lift.address = "改了"
        world.lift.save()
    told: Any = world.lift  # its history is a relation that pghistory makes
    row = told.events.latest("pgh_id")
    assert row.pgh_context.metadata["request"] == ID


def test_what_a_page_writes_bears_the_id_of_its_answer(client, world: World):
    client.force_login(world.lin)
    answer = client.post("/i18n/setlang/", {"language": "en"}, headers={"X-Request-ID": ID})
    assert answer["X-Request-ID"] == ID
    assert get_guid() is None


def test_a_job_bears_the_id_of_the_request_that_ordered_it(world: World, named):
    job, _made = create_job(actor=world.lin, kind="import", parameters={})
    assert Job.objects.get(pk=job.pk).request_id == ID


def test_a_log_line_as_json_bears_the_id_and_the_error():
    try:
        raise ValueError("否")
    except ValueError:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "no %s", ("x",), sys.exc_info())
    record.correlation_id = ID
    line = JSONFormatter().format(record)
    told = json.loads(line)
    assert "\n" not in line
    assert (told["message"], told["request"], told["level"]) == ("no x", ID, "ERROR")
    assert "ValueError: 否" in told["error"]


def test_figures_are_told_to_nobody_where_no_token_is_set(client, db, settings):
    settings.METRICS_TOKEN = ""
    for headers in ({}, {"Authorization": "Bearer "}):
        assert client.get("/metrics", headers=headers).status_code == 404


def test_figures_are_told_to_who_knows_the_token(client, world: World, settings):
    settings.METRICS_TOKEN = "told"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 404
    create_job(actor=world.lin, kind="import", parameters={})
    answer = client.get("/metrics", headers={"Authorization": "Bearer told"})
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    assert 'jinzhi_jobs{state="queued"} 1.0' in lines
    assert "jinzhi_photos_spooled 0.0" in lines
    assert "jinzhi_cases_open 0.0" in lines


class Listener(BaseHTTPRequestHandler):
    """Keeps what is sent to it."""

    got: list[bytes] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        is_packed = self.headers.get("Content-Encoding") == "gzip"
        self.got.append(gzip.decompress(body) if is_packed else body)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


def test_an_error_is_reported_where_it_is_configured_and_without_values():
    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    code = (
        "import django, logging; django.setup()\n"
        "def fail(secret):\n    raise RuntimeError('on purpose')\n"
        "try:\n    fail('a ' + 'name')\nexcept RuntimeError:\n    logging.exception('broken')\n"
        "import sentry_sdk; sentry_sdk.flush(10)"
    )
    dsn = f"http://key@127.0.0.1:{server.server_port}/1"
    told = {"SENTRY_DSN": dsn, "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    plain = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    subprocess.run([sys.executable, "-c", code], env=plain | told, check=True)
    server.shutdown()
    sent = b"".join(Listener.got)
    assert b"on purpose" in sent
    assert b"a name" not in sent
