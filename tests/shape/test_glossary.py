"""docs/domain.md: what code cites stands there, and the product speaks by its glossary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

DOMAIN = Path("docs/domain.md").read_text()
ROOMS = ("backend", "geo", "tagging", "mobile_api", "media_config", "tests")
CHINESE = (
    Path("backend/web/locale/zh_Hans/LC_MESSAGES/django.po"),
    Path("mobile_api/pwa/src/words/zh.ts"),
)


def sources() -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in Path(room).rglob("*"):
            if path.suffix in {".py", ".toml"} and "node_modules" not in path.parts:
                yield path, path.read_text()


def unused_words() -> list[str]:
    table = DOMAIN.split("| is not called |", 1)[1]
    cells = [line.split("|")[3] for line in table.splitlines() if line.count("|") == 4]
    return [word.strip() for cell in cells[1:] for word in cell.split(",") if word.strip()]


def test_every_cited_section_stands_in_the_document() -> None:
    known = set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?) ", DOMAIN, re.M))
    cited = {
        (str(path), number)
        for path, text in sources()
        for found in re.findall(r"\bdomain (\d\.\d(?: and \d\.\d)*)", text)
        for number in found.split(" and ")
    }
    assert len(cited) > 10
    assert {where for where in cited if where[1] not in known} == set()


def test_every_rule_of_a_test_stands_in_the_document() -> None:
    rows = set()
    for first, last in re.findall(r"^\| (\d+)(?:–(\d+))? \|", DOMAIN, re.M):
        rows |= set(range(int(first), int(last or first) + 1))
    tested = {
        int(number) for _path, text in sources() for number in re.findall(r"test_rule_(\d+)", text)
    }
    assert len(tested) > 10
    assert tested <= rows


@pytest.mark.parametrize("word", unused_words())
def test_the_product_calls_nothing_by_another_word(word: str) -> None:
    told = [
        f"{path}: {line.strip()}"
        for path in CHINESE
        for line in path.read_text().splitlines()
        if word in line and not line.startswith(("#", "msgid"))
    ]
    assert told == []
