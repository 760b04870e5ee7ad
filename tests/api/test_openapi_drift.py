"""The committed OpenAPI document says what the code does; ``make schema`` writes it."""

from __future__ import annotations

import io
from pathlib import Path

from django.core.management import call_command

from backend.config.settings import ROOT


def test_the_document_is_that_of_the_code_and_draws_no_warning(tmp_path: Path) -> None:
    written = tmp_path / "openapi.yaml"
    said = io.StringIO()
    options = ["--lang", "en", "--validate", "--fail-on-warn", "--file", str(written)]
    call_command("spectacular", *options, stderr=said)
    committed = ROOT / "docs" / "openapi.yaml"
    assert committed.read_text("utf-8") == written.read_text("utf-8"), "run: make schema"
