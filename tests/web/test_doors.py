"""What surrounds the pages: headers, health, sign-in, languages, errors."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.web.security import build_content_security_policy
from backend.web.views import health
from tests.world import PASSWORD, World


def test_every_page_has_a_content_security_policy(client, db, settings):
    csp = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in csp
    assert settings.S3_PUBLIC_ENDPOINT_URL.rstrip("/") in csp
    assert "unsafe" not in csp
    assert "frame-ancestors 'none'" in csp


def test_only_the_docs_may_run_inline_scripts():
    assert "'unsafe-inline'" in build_content_security_policy("/api/docs/")
    assert "unsafe" not in build_content_security_policy("/api/v1/units/")
    assert "unsafe" not in build_content_security_policy("/T/X")


def test_livez_asks_nothing(client):
    assert client.get("/livez").content == b"ok\n"


def test_readyz_names_each_part(client, db, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE_S", 60)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"db": "ok", "redis": "ok", "s3": "ok"}


def test_unknown_page_is_told_in_words_and_unknown_resource_as_problem(client, db):
    page = client.get("/nowhere", headers={"accept-language": "zh-CN"})
    assert page.status_code == 404
    assert "没有" in page.content.decode()
    assert client.get("/api/v1/nowhere")["Content-Type"] == "application/problem+json"


def test_a_broken_page_still_answers(db, monkeypatch):
    def broken(*_args: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("backend.web.views.home.render", broken)
    response = Client(raise_request_exception=False).get("/")
    assert response.status_code == 500
    assert "12315" in response.content.decode()


def test_people_sign_in_and_out_with_plain_forms(client, world: World):
    page = client.get("/accounts/login/", headers={"accept-language": "zh-CN"}).content.decode()
    assert "登录" in page
    assert "<script" not in page
    response = client.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
    assert response["Location"] == "/"
    assert "Lin" in client.get("/").content.decode()
    assert "<form" in client.get("/accounts/logout/").content.decode()
    client.post("/accounts/logout/")
    assert 'name="code"' in client.get("/").content.decode()


def test_a_wrong_password_is_told(client, world: World):
    response = client.post("/accounts/login/", {"login": "lin", "password": "wrong"})
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/password/change/"])
def test_account_pages_wear_our_layout(client, world: World, path):
    client.force_login(world.lin)
    page = client.get(path, follow=True).content.decode()
    assert "web/base.css" in page
    assert 'class="skip"' in page


def test_the_language_can_be_switched_without_scripts(client, db):
    assert 'lang="zh-hans"' in client.get("/").content.decode()
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = client.get("/").content.decode()
    assert '<html lang="en">' in page
    assert "Is this unit in order?" in page
