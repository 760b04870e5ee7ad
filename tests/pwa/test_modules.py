"""The rules of the client that need no browser, by Node's own test runner."""

from __future__ import annotations

import subprocess

import pytest

from dev.paths import ROOT
from mobile_api.client import BUILD_FOLDER


def test_the_rules_of_the_client_hold() -> None:
    told = subprocess.run(
        ["npm", "test", "--silent"],
        cwd=ROOT / "mobile_api" / "pwa",
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_the_page_lets_scripts_in_from_nowhere_else(client) -> None:
    page = client.get("/m/")
    assert page.status_code == 200
    rules = page.headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in rules
    assert "connect-src 'self';" in rules
    assert "unsafe-inline" not in rules
    assert "camera=(self)" in page.headers["Permissions-Policy"]
    text = b"".join(page.streaming_content).decode()
    assert "http" not in text.replace("http-equiv", "")


def test_hashed_files_are_kept_and_the_others_asked_for_anew(db, client) -> None:
    asset = next(path.name for path in (BUILD_FOLDER / "assets").glob("app-*.js"))
    kept = client.get(f"/m/assets/{asset}", headers={"accept-encoding": "gzip"})
    assert "immutable" in kept.headers["Cache-Control"]
    assert kept.headers["Content-Encoding"] == "gzip"
    kept.close()
    for name in ("", "sw.js", "manifest.webmanifest"):
        answer = client.get(f"/m/{name}")
        assert answer.headers["Cache-Control"] == "no-cache"
        answer.close()


@pytest.mark.parametrize("name", ["nothing", "../client.py", "assets/", "%2e%2e/package.json"])
def test_nothing_outside_the_build_is_served(client, name: str) -> None:
    assert client.get(f"/m/{name}").status_code == 404
