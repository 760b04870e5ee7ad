"""Names: a module is a thing and no activity, and a lone participle is a boolean."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOMS = ("backend", "geo", "tagging", "mobile_api", "media_config", "dev", "bench")
THINGS = frozenset(
    {"filing", "masking", "paging", "ping", "ranking", "staging", "standing", "throttling"}
    | {"incoming", "mapping", "opening", "unit_filing", "wording"}
)
"""Nouns of the field and of programming that end like an activity."""
CALLED_BY_ADDRESS = frozenset({"displaced"})


def modules() -> Iterator[Path]:
    for room in ROOMS:
        for path in Path(room).rglob("*.py"):
            if not {"migrations", "node_modules"} & set(path.parts):
                yield path


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def test_a_module_is_a_thing() -> None:
    stems = {path.stem for path in modules()}
    assert {stem for stem in stems if stem.endswith("ing")} - THINGS == set()


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_function_of_one_participle_tells_true_or_false(path: Path) -> None:
    lone = [
        function.name
        for function in functions(path)
        if function.name.strip("_").endswith("ed") and "_" not in function.name.strip("_")
        if "bool" not in ast.unparse(function.returns or ast.Constant(None)).lower()
        if not any(ast.unparse(by).startswith("wraps") for by in function.decorator_list)
    ]
    assert set(lone) - CALLED_BY_ADDRESS == set()
