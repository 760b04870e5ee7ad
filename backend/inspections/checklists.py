"""Which checklist fits, and whether the answers fit the checklist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from backend.inspections.models import Checklist
from backend.lib import clock
from backend.lib.kept_queries import Given, KeptQuery
from backend.lib.problems import Refused
from backend.units.models import Unit

VERDICTS = ("pass", "fail", "na")
"""√, × and 无此项 of the paper form."""

_TEXT_MOST = 2000
# By the length of its prefix; of two as long the one of one kind of inspection is narrower.
_NARROWNESS = Length("category_prefix") * 2 + Case(When(inspection_kind="", then=0), default=1)


def current_checklists(
    category: str = "", *, ahead: dt.timedelta = dt.timedelta()
) -> QuerySet[Checklist]:
    """The checklists in force today or coming into force within ``ahead``, for one category code
    or for all."""
    today = clock.today()
    found = Checklist.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today + ahead
    )
    if category:
        fits = Q(category_prefix="") | Q(wanted__startswith=F("category_prefix"))
        found = found.annotate(wanted=Value(category)).filter(fits)
    return found.order_by("-category_prefix", "code", "-version")


def _checklist_of_given_version() -> QuerySet[Checklist]:
    """The checklist of a code and version, and whether a narrower one was in force."""
    day, code = Given("day", DateField()), Given("code", CharField())
    others = Checklist.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        Q(inspection_kind="") | Q(inspection_kind=Given("kind", CharField())),
        valid_from__lte=day,
    ).exclude(code=code)
    others = others.annotate(wanted=Given("category", CharField()), narrowness=_NARROWNESS)
    narrower = others.filter(
        wanted__startswith=F("category_prefix"), narrowness__gt=OuterRef("narrowness")
    )
    told: dict[str, Any] = {"narrowness": _NARROWNESS, "has_narrower": Exists(narrower)}
    version = Given("version", IntegerField())
    return Checklist.objects.annotate(**told).filter(code=code, version=version)


_NAMED = KeptQuery(_checklist_of_given_version)


def get_checklist(*, code: str, version: int, unit: Unit, kind: str, day: dt.date) -> Checklist:
    """The named version with ``has_narrower``, if it is meant for such a unit and inspection.

    That is whether on ``day`` another was in force for such a unit and inspection that is meant for
    fewer. Raises Refused (422).
    """
    found = _NAMED.fetch(code=code, version=version, kind=kind, day=day, category=unit.category_id)
    if not found:
        text = _("There is no such checklist. Fetch the checklists again.")
        raise Refused("checklist-unknown", text, field="checklist")
    checklist = found[0]
    wrong_kind = checklist.inspection_kind not in ("", kind)
    if wrong_kind or not unit.category_id.startswith(checklist.category_prefix):
        text = _("This checklist is for other units or another kind of inspection.")
        raise Refused("checklist-does-not-fit", text, field="checklist")
    return checklist


def check_answers(checklist: Checklist, answers: Mapping[str, Any]) -> None:
    """Refuse (422) answers that are missing, unknown, of the wrong type or out of range.

    The problem names every wrong item by its pointer, so that one round trip mends them all.
    """
    items = {item["id"]: item for item in checklist.items}
    wrong = {key: _("The checklist has no such item.") for key in answers if key not in items}
    for key, item in items.items():
        told = _describe_fault(item, answers.get(key))
        if told:
            wrong[key] = told
    if not wrong:
        return
    errors = [
        {"pointer": f"/answers/{_escape_pointer_key(key)}", "detail": wrong[key]} for key in wrong
    ]
    raise Refused("answers-invalid", errors[0]["detail"], errors=errors)


def _describe_fault(item: Mapping[str, Any], answer: Any) -> str:
    """What is wrong with one answer; empty when nothing is."""
    if answer is None or answer == "":
        return _("Answer this item.") if item.get("required") else ""
    if item["type"] == "pass_fail":
        return "" if answer in VERDICTS else _("Answer pass, fail or na.")
    if item["type"] == "number":
        return _describe_number_fault(item, answer)
    if not isinstance(answer, str) or len(answer) > _TEXT_MOST:
        return _("Answer with a text of at most %(most)d characters.") % {"most": _TEXT_MOST}
    return ""


def _describe_number_fault(item: Mapping[str, Any], answer: Any) -> str:
    if isinstance(answer, bool) or not isinstance(answer, (int, float)):
        return _("Answer with a number.")
    low, high = item.get("min"), item.get("max")
    if (low is not None and answer < low) or (high is not None and answer > high):
        return _("The value must lie between %(low)s and %(high)s %(unit)s.") % {
            "low": "-∞" if low is None else low,
            "high": "∞" if high is None else high,
            "unit": item.get("unit", ""),
        }
    return ""


def _escape_pointer_key(key: str) -> str:
    """Escape a key for a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
