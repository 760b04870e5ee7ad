"""The answers of a report as people read them: √, × or 无此项, or what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backend.inspections.answers import FAIL, NA, PASS, answered_items
from backend.inspections.models import Report

_SIGN_BY_VERDICT = {PASS: "√", FAIL: "×"}


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One item of a report; ``bad`` is one that failed."""

    id: str
    text: str
    result: str
    bad: bool


def answer_lines(report: Report) -> list[AnswerLine]:
    """The items of a report with √, × or 无此项, the measured value or the text."""
    return list(_iterate_lines(report))


def _iterate_lines(report: Report) -> Iterator[AnswerLine]:
    name = "text_en" if is_english() else "text"
    for item, answer in answered_items(report):
        yield AnswerLine(item["id"], item[name], _format_answer(item, answer), answer == FAIL)


def _format_answer(item: Mapping[str, Any], answer: Any) -> str:
    if answer is None or answer == "":
        return "—"
    if item["type"] == "pass_fail":
        return _("not applicable") if answer == NA else _SIGN_BY_VERDICT.get(answer, str(answer))
    return f"{answer} {item.get('unit', '')}".strip()


def is_english() -> bool:
    """Whether the user asked for English."""
    return not (get_language() or "").startswith("zh")
