"""The bill of materials names all that is shipped; weaknesses are asked of a registry or not at all."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import metadata

import pytest

from backend.config.settings import ROOT
from dev.audit import NoAnswer, weaknesses_of
from dev.components import Component, bill_of_materials, python_components

DJANGO = Component("pypi", "django", "5.2")


def test_each_locked_package_is_in_the_bill_and_installed_at_that_version():
    pinned = {component.name: component.version for component in python_components()}
    assert pinned["django"] == metadata.version("django")
    lines = (ROOT / "requirements" / "base.txt").read_text().splitlines()
    assert len(pinned) == sum("==" in line.partition("#")[0] for line in lines)
    named = {component["purl"] for component in bill_of_materials()["components"]}
    assert f"pkg:pypi/django@{pinned['django']}" in named
    assert any(purl.startswith("pkg:npm/preact@") for purl in named)
    assert not any("typescript" in purl for purl in named)  # builds and is not shipped


def test_the_command_writes_the_same_bill_each_time(tmp_path):
    for name in ("a", "b"):
        command = [sys.executable, "-m", "dev", "sbom", str(tmp_path / name)]
        subprocess.run(command, cwd=ROOT, check=True)
    written = (tmp_path / "a").read_text()
    assert written == (tmp_path / "b").read_text()
    told = json.loads(written)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")


@pytest.fixture
def registry() -> Iterator[str]:
    """A registry on this machine, which knows two weaknesses of Django 5.2."""
    known = [{"id": "PYSEC-1", "summary": "bad"}, {"id": "PYSEC-2", "withdrawn": "2026-01-01"}]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = {"vulnerabilities": known} if "/django/5.2/" in self.path else {}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_weakness_is_told_and_a_silent_registry_is_said_to_be_silent(registry):
    assert weaknesses_of(DJANGO, registry) == ["django 5.2: PYSEC-1 bad"]
    with pytest.raises(NoAnswer):
        weaknesses_of(Component("pypi", "other", "1"), registry)
    with pytest.raises(NoAnswer):
        weaknesses_of(DJANGO, "http://127.0.0.1:9")
