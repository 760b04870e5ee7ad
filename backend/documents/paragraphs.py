"""The structure of a text by its ordinals: 一、 above （一） above 1. above （1） (GB/T 9704, 7.3.3; C)."""

from __future__ import annotations

import re
from typing import NamedTuple

_ORDINALS = (
    re.compile(r"[一二三四五六七八九十百]+、"),
    re.compile(r"（[一二三四五六七八九十百]+）"),
    re.compile(r"[0-9]{1,3}[.．](?![0-9])"),
    re.compile(r"（[0-9]{1,3}）"),
)


class Paragraph(NamedTuple):
    """One paragraph: its level, 1 to 4 with an ordinal, else 0; what is set as heading, and the rest."""

    level: int
    heading: str
    text: str


def read_paragraphs(body: str) -> list[Paragraph]:
    """The paragraphs of a text, one a line; empty lines are none.

    The heading reaches to the first full stop, which ends it where text follows.
    """
    return [_read_paragraph(line.strip()) for line in body.splitlines() if line.strip()]


def _read_paragraph(line: str) -> Paragraph:
    level = next((n for n, ordinal in enumerate(_ORDINALS, 1) if ordinal.match(line)), 0)
    if level == 0:
        return Paragraph(0, "", line)
    end = line.find("。") + 1
    return Paragraph(level, line[:end], line[end:]) if end else Paragraph(level, line, "")
