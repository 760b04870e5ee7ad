"""The rules of holds as data: ``data/hold_rules.toml``, each with its source."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "hold_rules.toml"


@functools.cache
def hold_rules() -> dict[str, Any]:
    """The document as it stands in the file."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)
