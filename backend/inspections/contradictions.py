"""A report judged as a whole: in what its parts contradict each other.

Nothing is refused by this: somebody was there and saw it. What contradicts is flagged, and a
supervisor looks.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.inspections.drafts import ReportDraft
from backend.inspections.models import Severity
from backend.units.models.records import FAILED
from tagging.codes import CodeError, normalise_code

_FILE = Path(__file__).parent / "data" / "contradictions.toml"


@dataclass(frozen=True)
class Circumstances:
    """What a report is held against: the items answered and what the register knows beside it.

    ``left_open`` are the severities of the unit's defects that the report does not close;
    ``special``: a more special checklist than the one answered was in force.
    """

    items: Collection[Mapping[str, Any]]
    left_open: Collection[str] = ()
    special: bool = False


def list_doubts(draft: ReportDraft, circumstances: Circumstances) -> list[str]:
    """The codes of everything that contradicts, as they stand on items and in cases."""
    found = [*_list_doubts_of_conclusion(draft, circumstances)]
    if circumstances.special:
        found.append("generic-checklist")
    if draft.tag_code and not _is_read(draft.tag_code):
        found.append("tag-misread")
    return found


def select_unfit_codes(codes: Collection[str]) -> list[str]:
    """Those of ``codes`` by which the kind, the conclusion or the grade fits no such unit."""
    return [code for code in codes if code in _read_contradictions()["unfit"]["codes"]]


def _list_doubts_of_conclusion(draft: ReportDraft, about: Circumstances) -> Iterator[str]:
    judged = [item for item in about.items if item["type"] == "pass_fail"]
    answers = [answer for item in judged if (answer := draft.answers.get(item["id"]))]
    if draft.conclusion in FAILED:
        # A fault that is no item's, or one of earlier that is still open, may be why it failed.
        if answers and set(answers) <= {"pass", "na"} and "pass" in answers and not draft.defects:
            yield from [] if about.left_open else ["failed-all-passed"]
        return
    if answers and set(answers) == {"na"}:
        yield "passed-nothing-seen"
    if answers and set(answers) == {"fail"}:
        yield "passed-all-failed"
    elif draft.conclusion not in _read_contradictions()["failed_items"]["admitted_by"] and any(
        item.get("required") and draft.answers.get(item["id"]) == "fail" for item in judged
    ):
        yield "passed-item-failed"
    if Severity.SERIOUS in {*about.left_open, *(defect.severity for defect in draft.defects)}:
        yield "passed-with-serious"


def _is_read(code: str) -> bool:
    try:
        normalise_code(code)
    except CodeError:
        return False
    return True


@functools.cache
def _read_contradictions() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
