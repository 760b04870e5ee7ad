"""The titles of columns as people write them: with stars, line breaks and wide letters."""

from __future__ import annotations

import re
import unicodedata

_NEED = re.compile(r"\((?:必填|必填项|选填|非必填|required|optional)\)$")


def clean_title(cell: str) -> str:
    """A heading as it is shown: one line, without the star of a column that must be filled in."""
    return " ".join(cell.split()).strip("*＊").strip()


def matching_key(title: str) -> str:
    """The form of a heading that is the same for two headings that say the same."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return _NEED.sub("", "".join(folded.split()).strip("*"))
