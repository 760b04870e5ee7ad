"""The rules of the register as data: the files in ``data``, each row with its source."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@functools.cache
def read_law(name: str) -> dict[str, Any]:
    """The document ``data/<name>.toml``; whoever reads it changes nothing in it."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)
