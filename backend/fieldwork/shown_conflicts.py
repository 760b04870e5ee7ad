"""Two contents under one id: what counts, and what came beside it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from backend.accounts.models import User
from backend.fieldwork.models import Item
from backend.inspections.models import Report
from backend.units.models import Unit

_OF_REPORT = (
    "unit_id", "kind", "happened_on", "answers", "conclusion", "conclusion_reason", "report_no",
    "second_inspector", "safety_grade", "monitored_months", "stated_next_on", "remark",
)  # fmt: skip


class Difference(NamedTuple):
    """A member that reads otherwise; empty where a content does not have it."""

    name: str
    counts: str
    beside: str


class Conflict(NamedTuple):
    """An item that came under a known id, and in what it differs from the content that counts."""

    item: Item
    differences: list[Difference]


def newest_conflicts(user: User, most: int) -> list[Conflict]:
    """The newest conflicts of the jurisdiction of ``user``."""
    items = Item.objects.judged_by(user).filter(state=Item.State.CONFLICT)
    rows = items.select_related("user").order_by("-pk")[:most]
    return [
        Conflict(item, _list_differences(_accepted_body(item, user), _body_of(item)))
        for item in rows
    ]


def _accepted_body(item: Item, user: User) -> dict[str, Any]:
    """The body that counts under the item's id; of a report that came by itself its facts.

    Nothing where it is of somebody's whose units ``user`` does not see.
    """
    same = Item.objects.filter(user=item.user_id, item_id=item.item_id, rival=False)
    first = same.exclude(pk=item.pk).first()
    if first is not None:
        return _body_of(first)
    mine = Unit.objects.visible_to(user).values("pk")
    report = Report.objects.filter(pk__in=[item.item_id], unit__in=mine).first()
    if report is None:
        return {}
    return {name.removesuffix("_id"): getattr(report, name) for name in _OF_REPORT}


def _body_of(item: Item) -> dict[str, Any]:
    body = item.sent_document["body"]
    return body if isinstance(body, dict) else {"": body}


def _list_differences(counts: dict[str, Any], beside: dict[str, Any]) -> list[Difference]:
    one, other = dict(_list_members(counts)), dict(_list_members(beside))
    names = [*one, *(name for name in other if name not in one)]
    pairs = (Difference(name, one.get(name, ""), other.get(name, "")) for name in names)
    return [pair for pair in pairs if pair.counts != pair.beside]


def _list_members(body: dict[str, Any], before: str = "") -> list[tuple[str, str]]:
    """The members that say something, those of objects by their path."""
    found: list[tuple[str, str]] = []
    for name, value in body.items():
        if isinstance(value, dict):
            found += _list_members(value, f"{before}{name}.")
        elif value not in (None, "", []):
            text = (
                value
                if isinstance(value, str)
                else json.dumps(value, default=str, ensure_ascii=False)
            )
            found.append((f"{before}{name}", text))
    return found
