"""What a citizen takes away: the number of each matter and the code to follow it by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from backend.hotline.models import HotlineMatter
from backend.hotline.sealed_identity import answer_code


@dataclass(frozen=True)
class Receipt:
    """One matter as its sender may know it."""

    number: str
    code: str
    nature: str


def receipts_of(matters: Iterable[HotlineMatter]) -> list[Receipt]:
    """A receipt for each matter."""
    numbers = ((child.matter.number or "", child.get_nature_display()) for child in matters)
    return [Receipt(number, answer_code(number), nature) for number, nature in numbers]
