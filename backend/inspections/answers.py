"""The answers of a report beside the texts of the checklist that they answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from backend.inspections.models import Report

PASS, FAIL, NA = "pass", "fail", "na"


class AnsweredItem(NamedTuple):
    """One item of a checklist with its answer; None where it was left open."""

    item: Mapping[str, Any]
    answer: Any


def answered_items(report: Report) -> Iterator[AnsweredItem]:
    """Every item of the report's checklist, in the order of the form."""
    for item in report.checklist.items:
        yield AnsweredItem(item, report.answers.get(item["id"]))


def text_of_item(report: Report, item: str, *, english: bool = False) -> str:
    """The text of the checklist under the id ``item``; empty where there is none."""
    name = "text_en" if english else "text"
    return next((each[name] for each in report.checklist.items if each["id"] == item), "")
