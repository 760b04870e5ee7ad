"""A web map of somebody else draws ours, and programs of maps sign in as they can."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken

MAP = "https://map.example.org"


@pytest.fixture
def token(world):
    _row, token = DeviceToken.objects.create(user=world.zhao, device_id="gis")
    return token


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/tiles/units.json", "GET"), ("/tiles/cells/5/26/12.mvt", "GET"), ("/ogc/collections", "GET"),
        ("/api/v1/units", "GET"), ("/mobile/v1/uploads", "POST"),
    ],
)  # fmt: skip
def test_a_preflight_is_answered_without_signing_in(db, settings, path, method):
    settings.CORS_ALLOWED_ORIGINS = [MAP]
    asked = {"Origin": MAP, "Access-Control-Request-Method": method,
             "Access-Control-Request-Headers": "authorization,tus-resumable"}  # fmt: skip
    answer = APIClient().options(path, headers=asked)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == MAP
    assert "tus-resumable" in answer["Access-Control-Allow-Headers"]


def test_only_the_origins_configured_and_only_these_doors(world, settings, token):
    settings.CORS_ALLOWED_ORIGINS = [MAP]
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token}")
    mine = client.get("/api/v1/units", headers={"Origin": MAP})
    assert mine["Access-Control-Allow-Origin"] == MAP
    assert "etag" in mine["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in mine
    for path, origin in (("/api/v1/units", "https://evil.example"), ("/", MAP)):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": origin})


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "bearer", "Basic"])
def test_a_token_is_taken_in_each_form(world, token, scheme):
    said = base64.b64encode(f"anybody:{token}".encode()).decode() if scheme == "Basic" else token
    client = APIClient(HTTP_AUTHORIZATION=f"{scheme} {said}")
    assert client.get("/ogc/collections/units/items").status_code == 200


@pytest.mark.parametrize(
    "said", ["Basic", "Basic !!", "Basic eA==", "Bearer", "Bearer x y", "Nope x"]
)
def test_what_is_no_token_is_refused(db, said):
    assert APIClient(HTTP_AUTHORIZATION=said).get("/api/v1/units").status_code == 401


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's programs are not installed")
@pytest.mark.django_db(transaction=True)
def test_gdal_signs_in_by_bearer_and_by_password(world, token, live_server):
    source = f"OAPIF:{live_server.url}/ogc/"
    for options in (
        ["--config", "GDAL_HTTP_HEADERS", f"Authorization: Bearer {token}"],
        ["--config", "GDAL_HTTP_USERPWD", f"gis:{token}"],
    ):
        done = subprocess.run(
            ["ogrinfo", "-ro", "-so", source, "units", *options],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert "Feature Count: 3" in done.stdout, done.stdout + done.stderr
