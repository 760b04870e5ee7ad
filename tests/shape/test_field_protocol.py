"""docs/field-protocol.md is enough to write a client by: its tables are those of the code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

from backend.config.settings import ROOT
from backend.fieldwork.models import Item
from backend.fieldwork.serializers import CorrectionItemShape, DefectShape, ScanShape
from backend.inspections.checklists import VERDICTS
from backend.inspections.models import Severity
from backend.units.models import Conclusion, InspectionKind
from mobile_api.outbox_serializers import DUPLICATE
from mobile_api.serializers import SignInShape
from tagging.codes import ALPHABET, compute_check_symbol, normalise_code
from tests.mobile_api.conftest import phone_of
from tests.world import World

TEXT = (ROOT / "docs" / "field-protocol.md").read_text("utf-8")


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the first table below ``heading``, without its head."""
    table = TEXT.partition(f"## {heading}")[2].partition("\n|")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("| ").split("|")]


def words(before: str) -> set[str]:
    """The words in backquotes between ``before`` and the end of its sentence."""
    return set(re.findall(r"`([^`]+)`", TEXT.partition(before)[2].partition(".")[0]))


def test_every_route_is_in_the_table() -> None:
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text("utf-8"))
    served = {
        f"`{method.upper()} {path.removeprefix('/mobile/v1/')}`"
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/mobile/v1/")
    }
    assert {row[0] for row in rows("Every route")} == served


def test_the_limits_are_those_that_are_answered(world: World) -> None:
    start = '{"outbox_max_items"'
    told = start + TEXT.partition(f"`{start}")[2].partition("`")[0]
    assert phone_of(world.lin).get("/mobile/v1/limits").json() == json.loads(told)


def test_the_lengths_of_members_are_those_that_are_checked() -> None:
    shapes = {
        "sign-in": SignInShape(), "scan": ScanShape(), "report": CorrectionItemShape(),
        "defect": DefectShape(),
    }  # fmt: skip
    checked = {
        (name, f"`{field}`", str(most))
        for name, shape in shapes.items()
        for field, given in shape.fields.items()
        if (most := getattr(given, "max_length", None))
    }
    told = {(row[0], row[1], row[2].split()[0]) for row in rows("How long a member may be")}
    assert told == checked


def test_the_words_are_those_of_the_code() -> None:
    assert words("A `pass_fail` item is answered") == set(VERDICTS)
    assert words("Conclusions are") == set(Conclusion.values)
    assert words("Kinds of inspection are") == set(InspectionKind.values)
    assert words("A defect is") == set(Severity.values)
    assert {row[0].strip("`") for row in rows("The outbox")} == {*Item.State.values, DUPLICATE}


def test_the_code_of_a_tag_can_be_checked_by_the_document() -> None:
    assert f"`{ALPHABET}`" in TEXT
    body, symbol, whole = re.search(r"`(\w{11})` is closed by `(\w)`: `(\w{12})`", TEXT).groups()
    assert compute_check_symbol(body) == symbol
    assert normalise_code(whole) == whole
