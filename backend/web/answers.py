"""The answers of a report as people read them: √, × or 无此项, or what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.inspections.answering import FAIL, NA, PASS, answered
from backend.inspections.models import Report

_SIGNS = {PASS: "√", FAIL: "×"}


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a report; ``bad`` is one that failed."""

    id: str
    text: str
    result: str
    bad: bool


def lines_of(report: Report) -> list[Line]:
    """The items of a report with √, × or 无此项, the measured value or the text."""
    return list(_lines(report))


def _lines(report: Report) -> Iterator[Line]:
    name = "text_en" if is_english() else "text"
    for item, answer in answered(report):
        yield Line(item["id"], item[name], _result(item, answer), answer == FAIL)


def _result(item: Mapping[str, Any], answer: Any) -> str:
    if answer is None or answer == "":
        return "—"
    if item["type"] == "pass_fail":
        return _("not applicable") if answer == NA else _SIGNS.get(answer, str(answer))
    return f"{answer} {item.get('unit', '')}".strip()


def is_english() -> bool:
    """Whether the reader asked for English."""
    return not (get_language() or "").startswith("zh")
