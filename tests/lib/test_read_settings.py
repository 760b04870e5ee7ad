"""What the environment says is read once, and what it says wrongly stops the start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backend.lib import environ

NAMES = "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "NUM_PROXIES"


def read_by_a_new_process(**told: str) -> list[str]:
    """The settings of ``NAMES``, a line each, as a process with ``told`` in its environment has them."""
    lines = "; ".join(f"print(settings.{name})" for name in NAMES)
    command = [sys.executable, "-c", f"from backend.config import settings; {lines}"]
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    asked = subprocess.run(
        command, cwd=settings.ROOT, env=kept | told, capture_output=True, text=True, check=True
    )
    return asked.stdout.splitlines()


def test_the_address_alone_says_by_which_name_the_service_is_asked():
    hosts, origins, proxies = read_by_a_new_process(PUBLIC_BASE_URL="https://jinzhi.example.cn/")
    assert "'jinzhi.example.cn'" in hosts
    assert origins == "['https://jinzhi.example.cn']"
    assert proxies == "0"


def test_what_is_said_counts_more():
    told = {"ALLOWED_HOSTS": "a.example", "CSRF_TRUSTED_ORIGINS": "https://a.example"}
    hosts, origins, _proxies = read_by_a_new_process(PUBLIC_BASE_URL="https://b.example", **told)
    assert (hosts, origins) == ("['a.example']", "['https://a.example']")


def test_an_empty_value_is_none(monkeypatch):
    monkeypatch.setenv("GIVEN", "")
    assert environ.read_text("GIVEN", "default") == "default"
    assert environ.read_integer("GIVEN", 7) == 7
    assert environ.read_flag("GIVEN", default=True) is True
    assert environ.read_list("GIVEN", "a, b") == ["a", "b"]
    assert environ.read_choice("GIVEN", ("line", "json")) == "line"
    with pytest.raises(ImproperlyConfigured, match="GIVEN is not set"):
        environ.read_text("GIVEN")
