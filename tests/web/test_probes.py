"""Probes are answered before all else, and by no more than their own patience."""

from __future__ import annotations

import threading

import pytest

from backend.web.views import health


@pytest.fixture
def behind_tls(settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["jinzhi.example"]


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_probe_needs_neither_tls_nor_a_name(client, db, behind_tls, monkeypatch, path):
    monkeypatch.setattr(health, "PATIENCE_S", 60)
    assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/", headers={"host": "jinzhi.example"}).status_code == 301


@pytest.mark.parametrize(("name", "status"), [("s3", 200), ("redis", 200), ("db", 503)])
def test_what_hangs_is_down_and_is_not_asked_again_beside(
    client, db, monkeypatch, settings, name, status
):
    over, asked = threading.Event(), []
    monkeypatch.setattr(health, "PATIENCE_S", 3)

    def hang() -> bool:
        asked.append(name)
        return over.wait(120)

    monkeypatch.setitem(health._CHECKS, name, hang)
    try:
        for _time in range(2):
            response = client.get("/readyz")
            assert response.status_code == status
            assert response.json()[name] == "down"
        assert asked == [name]
    finally:
        over.set()
    health._under_way[name].result()
    assert client.get("/readyz").json()[name] == "ok"
