"""Names: a module is a thing and no activity, a lone participle is a boolean, and a verb says what is
given where nothing is found."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOMS = ("backend", "geo", "tagging", "mobile_api", "media_config", "dev", "bench")
THINGS = frozenset(
    {"filing", "masking", "paging", "ping", "ranking", "staging", "standing", "throttling"}
    | {"incoming", "mapping", "opening", "unit_filing", "wording"}
)
"""Nouns of the field and of programming that end like an activity."""
MANY = re.compile(r"(list|dict|set|frozenset|tuple|Iterator|Iterable|Sequence|\w*QuerySet)\b")
CALLED_BY_ADDRESS = frozenset({"displaced"})


def modules() -> Iterator[Path]:
    for room in ROOMS:
        for path in Path(room).rglob("*.py"):
            if not {"migrations", "node_modules"} & set(path.parts):
                yield path


@cache
def functions() -> list[tuple[Path, ast.FunctionDef]]:
    """Every function of every module, those within classes and functions too."""
    return [
        (path, node)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    ]


def answer_of(function: ast.FunctionDef) -> str:
    return ast.unparse(function.returns or ast.Constant(None))


def wrong_ones(verb: str, fits: Callable[[str], bool], *, methods: bool = False) -> list[str]:
    """Where ``verb`` begins the name of a function whose answer does not fit.

    Without ``methods`` for functions alone: frameworks call methods by names of their own.
    """
    return [
        f"{path}: {function.name} -> {answer_of(function)}"
        for path, function in functions()
        if function.name.lstrip("_").split("_")[0] == verb
        if methods or "self" not in [given.arg for given in function.args.args]
        if not fits(answer_of(function))
    ]


def test_a_module_is_a_thing() -> None:
    stems = {path.stem for path in modules()}
    assert {stem for stem in stems if stem.endswith("ing")} - THINGS == set()


def test_what_finds_may_give_none() -> None:
    assert wrong_ones("find", lambda answer: "None" in answer, methods=True) == []


def test_what_gets_refuses_where_there_is_none() -> None:
    assert wrong_ones("get", lambda answer: "None" not in answer) == []


def test_what_lists_gives_many() -> None:
    assert wrong_ones("list", lambda answer: MANY.match(answer) is not None) == []


def test_a_function_of_one_participle_tells_true_or_false() -> None:
    lone = [
        function.name
        for _path, function in functions()
        if function.name.strip("_").endswith("ed") and "_" not in function.name.strip("_")
        if "bool" not in ast.unparse(function.returns or ast.Constant(None)).lower()
        if not any(ast.unparse(by).startswith("wraps") for by in function.decorator_list)
    ]
    assert set(lone) - CALLED_BY_ADDRESS == set()
