"""The committed OpenAPI document says what the code does; ``make schema`` writes it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from django.core.management import call_command

from backend.config.settings import ROOT


def test_the_document_is_that_of_the_code_and_draws_no_warning(tmp_path: Path) -> None:
    written = tmp_path / "openapi.yaml"
    said = io.StringIO()
    options = ["--lang", "en", "--validate", "--fail-on-warn", "--file", str(written)]
    call_command("spectacular", *options, stderr=said)
    committed = ROOT / "docs" / "openapi.yaml"
    assert committed.read_text("utf-8") == written.read_text("utf-8"), "run: make schema"


def operations() -> Iterator[Any]:
    """Every operation of the document."""
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
    for path in document["paths"].values():
        yield from path.values()


def test_every_operation_has_a_name_for_programs_and_a_summary_of_its_own() -> None:
    names = [operation["operationId"] for operation in operations()]
    summaries = [operation["summary"] for operation in operations()]
    assert [name for name in names if not name.isidentifier()] == []
    assert len(set(names)) == len(names)
    assert len(set(summaries)) == len(summaries)


def test_the_stage_of_a_record_says_which_details_it_has() -> None:
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
    shapes = document["components"]["schemas"]
    for name, suffix in (("Record", ""), ("FilingRequest", "Request")):
        told_apart = shapes[name]["discriminator"]
        assert told_apart["propertyName"] == "stage"
        for stage, place in told_apart["mapping"].items():
            shape = shapes[place.rpartition("/")[2]]["properties"]
            assert shape["stage"]["const"] == stage
            details = f"#/components/schemas/{stage.title()}Details{suffix}"
            assert shape["details"]["$ref"] == details
