"""What the containers promise beyond the code."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from django.conf import settings

from backend.config.celery import app
from backend.evidence.tasks import make_renditions

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVING = ("web", "worker", "pictures", "beat")


def test_storage_is_reached_through_the_proxy_alone_which_forbids_guessing_types() -> None:
    services = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    assert "ports" not in services["storage"]
    told = (DOCKER / "Caddyfile").read_text()
    storage = told[told.index("{$STORAGE_ADDRESS}") :]
    assert "X-Content-Type-Options nosniff" in storage
    assert "reverse_proxy {$STORAGE:storage:8333}" in storage
    assert "STORAGE_ADDRESS" in services["proxy"]["environment"]


def documented_settings() -> set[str]:
    """What .env.example names for the service itself."""
    told = (ROOT / ".env.example").read_text().partition("# --- docker/compose.yaml only")[0]
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", told, re.MULTILINE))


def test_every_documented_setting_reaches_the_containers() -> None:
    given = set(COMPOSE["x-app"]["environment"])
    assert documented_settings() - given == {"DATABASE_OWNER_URL", "SPOOL_DIR"}


def test_every_setting_that_is_read_is_documented() -> None:
    read = re.findall(
        r"environ\.\w+\(\s*\"([A-Z0-9_]+)", (ROOT / "backend/config/settings.py").read_text()
    )
    assert set(read) - documented_settings() == set()


def test_only_migrations_are_given_the_owner_and_the_key_that_makes_buckets() -> None:
    services = COMPOSE["services"]
    for name in SERVING:
        told = str(services[name]["environment"])
        assert "POSTGRES_PASSWORD" not in told
        assert "OWNER" not in told
        assert "S3_ADMIN" not in told
    assert "jinzhi_service:" in services["web"]["environment"]["DATABASE_URL"]
    assert "DATABASE_OWNER_URL" in services["migrate"]["environment"]


def test_whatever_stays_up_has_a_health_check_and_a_limit() -> None:
    for name, service in COMPOSE["services"].items():
        assert "mem_limit" in service, name
        if service["restart"] != "no":
            assert "test" in service["healthcheck"], name


def test_pictures_are_drawn_by_a_worker_of_their_own_behind_all_others() -> None:
    services = COMPOSE["services"]
    queue = app.amqp.router.route({}, make_renditions.name)["queue"].name
    assert queue == settings.PICTURES_QUEUE
    words = services["pictures"]["command"]
    assert words[:2] == ["nice", "-n"]
    assert words[words.index("-Q") + 1] == queue
    assert "-Q" not in services["worker"]["command"]  # the queue of all else


def test_the_image_has_what_writes_its_bill_of_materials(tmp_path: Path) -> None:
    told = (DOCKER / "Dockerfile.dockerignore").read_text().splitlines()
    (tmp_path / "dev").mkdir()
    for line in told:
        if line.startswith("!dev/"):
            shutil.copy(ROOT / line[1:], tmp_path / line[1:])
    locks = ("mobile_api/pwa", "backend/web/client")
    for file in ("requirements/base.txt", *(f"{folder}/package-lock.json" for folder in locks)):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    command = [sys.executable, "-m", "dev.components"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert "pkg:pypi/django@" in made.stdout


def test_a_database_that_is_restored_reaches_the_log_in_its_archive() -> None:
    services = COMPOSE["services"]
    (archive,) = (v for v in services["archive"]["volumes"] if v.endswith(":/archive"))
    assert f"{archive}:ro" in services["postgres"]["volumes"]
    assert services["archive"]["image"] == services["postgres"]["image"]  # one user for its files
