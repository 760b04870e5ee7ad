"""What the containers promise beyond the code."""

from __future__ import annotations

from pathlib import Path

import yaml

DOCKER = Path(__file__).parents[2] / "docker"


def test_storage_is_reached_through_the_proxy_alone_which_forbids_guessing_types() -> None:
    services = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    assert "ports" not in services["minio"]
    told = (DOCKER / "Caddyfile").read_text()
    storage = told[told.index("{$STORAGE_ADDRESS}") :]
    assert "X-Content-Type-Options nosniff" in storage
    assert "reverse_proxy minio:9000" in storage
    assert "STORAGE_ADDRESS" in services["proxy"]["environment"]
