"""Why somebody may be away, from data/reasons.toml."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.lib.problems import Refused

_FILE = Path(__file__).parent / "data" / "reasons.toml"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, with where its name is from."""

    code: str
    zh: str
    en: str
    source: str
    confidence: str

    @property
    def label(self) -> str:
        """In the reader's language."""
        return self.zh if (get_language() or "").startswith("zh") else self.en


@functools.cache
def all_reasons() -> dict[str, Reason]:
    """Every reason by its code, in the order of the file."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["reason"]
    return {row["code"]: Reason(**row) for row in rows}


def get_reason(code: str) -> Reason:
    """The reason of this code; raises Refused 422 ``reason-unknown``."""
    found = all_reasons().get(code)
    if found is None:
        told = _("Choose one of the reasons: %(codes)s.") % {"codes": ", ".join(all_reasons())}
        raise Refused("reason-unknown", told, field="reason")
    return found
