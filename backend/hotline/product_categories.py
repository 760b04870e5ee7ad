"""The categories by which products are counted: data/product_categories.toml."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path

from django.utils.translation import get_language

_FILE = Path(__file__).parent / "data" / "product_categories.toml"


def product_category_choices() -> list[tuple[str, str]]:
    """Code and name of each category, in the reader's language."""
    name = "zh" if (get_language() or "").startswith("zh") else "en"
    return [(entry["code"], entry[name]) for entry in _load_categories()]


def product_category_name(code: str) -> str:
    """The category's name in the reader's language; the code itself where the file knows it no more."""
    return dict(product_category_choices()).get(code, code)


@functools.cache
def _load_categories() -> tuple[dict[str, str], ...]:
    return tuple(tomllib.loads(_FILE.read_text(encoding="utf-8"))["category"])
