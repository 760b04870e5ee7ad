"""Finds facts that can hardly be true, and opens a case for the supervisor. The facts stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from backend.cases.actions import open_case
from backend.cases.models import Case
from backend.fieldwork.item_regions import find_tag_region
from backend.fieldwork.item_times import is_possible_moment
from backend.fieldwork.models import Item
from backend.fieldwork.plausibility_limits import load_limits
from backend.inspections.contradictions import select_unfit_codes
from backend.inspections.doubt_cases import case_subject
from geo.tour import metres_between
from tagging.models import Scan, Tag

_LOOKED_AT = 50
_OF_TAGS = frozenset({Case.Kind.RETIRED_TAG, Case.Kind.TWO_PLACES})


@dataclass(frozen=True)
class Implausibility:
    """Why a fact can hardly be true, and the other facts that speak against it."""

    kind: Case.Kind
    subject: str
    facts: dict[str, Any] = field(default_factory=dict)
    others: tuple[int, ...] = ()


def list_implausibilities(item: Item, tag: Tag | None) -> Iterator[Implausibility]:
    """Everything implausible about an item whose place and tag are noted on it."""
    phone = f"{item.user_id}/{item.device}"
    clock_right = is_possible_moment(item.made_at, item.received_at)
    if not clock_right:
        said = item.made_at.isoformat() if item.made_at else None
        yield Implausibility(Case.Kind.CLOCK, phone, {"made_at": said, "skew": item.skew})
    if item.mock:
        yield Implausibility(Case.Kind.MOCK, phone)
    ended = tag_end(tag)
    if ended is not None and ended < item.moment:
        yield Implausibility(Case.Kind.RETIRED_TAG, item.tag_code, {"ended_at": ended.isoformat()})
    if item.position is None:
        return
    if clock_right:
        yield from _list_jumps(item, phone)
    if item.tag_code:
        yield from _list_tags_elsewhere(item)


def open_cases(item: Item, implausibilities: list[Implausibility], tag: Tag | None) -> None:
    """Put the item into the open case of each doubt, opening it where there is none.

    One case may hold facts of people of several counties: one place hears of all of them.
    """
    for doubt in implausibilities:
        case = open_case(
            kind=doubt.kind,
            subject=doubt.subject,
            region_id=_case_region(item, doubt, tag),
            user=item.user,
            facts=doubt.facts,
        )
        case.items.add(item.pk, *doubt.others)


def join_report_case(item: Item) -> None:
    """Put the item of a report that contradicts itself into the case that the report opened."""
    if item.report is None or not (item.report.doubts or select_unfit_codes(item.flags)):
        return
    subject = case_subject(item.report.pk)
    kind = Case.Kind.REPORT_DOUBTFUL
    case = Case.objects.filter(kind=kind, subject=subject, closed_at=None).first()
    if case is not None:
        case.items.add(item.pk)


def _case_region(item: Item, implausibility: Implausibility, tag: Tag | None) -> str | None:
    """A case about a tag is for where its unit is, whoever sent the fact; else for the sender's."""
    of_tag = find_tag_region(tag) if implausibility.kind in _OF_TAGS else None
    return of_tag or item.user.region_id or item.region_id


def tag_end(tag: Tag | None) -> dt.datetime | None:
    """The time since when a tag is void; None while it is in force."""
    if tag is None:
        return None
    binding = getattr(tag, "binding", None)
    return tag.retired_at or (binding.unbound_at if binding is not None else None)


def _list_jumps(item: Item, phone: str) -> Iterator[Implausibility]:
    """The facts before or after it on the same phone that are too far away."""
    track = Item.objects.filter(user=item.user_id, device=item.device, position__isnull=False)
    track = track.only("moment", "position", "accuracy_m")
    track = track.exclude(pk=item.pk).exclude(flags__contains=["clock"])
    before = track.filter(moment__lte=item.moment).order_by("-moment")[:1]
    after = track.filter(moment__gt=item.moment).order_by("moment")[:1]
    for other in (*before, *after):
        km = _distance_apart_km(item, other.position, other.accuracy_m)
        hours = abs((item.moment - other.moment).total_seconds()) / 3600
        if km >= load_limits().jump_least_km and km > load_limits().jump_km_h * hours:
            facts = {"km": round(km, 1), "seconds": round(hours * 3600)}
            yield Implausibility(Case.Kind.JUMP, phone, facts, (other.pk,))


def _list_tags_elsewhere(item: Item) -> Iterator[Implausibility]:
    """The same tag seen too far away at nearly the same time, by whatever phone."""
    span = (item.moment - load_limits().places_within, item.moment + load_limits().places_within)
    items = Item.objects.filter(
        tag_code=item.tag_code, position__isnull=False, moment__range=span
    ).only("moment", "position", "accuracy_m")
    for other in items.exclude(pk=item.pk).order_by("-moment")[:_LOOKED_AT]:
        km = _distance_apart_km(item, other.position, other.accuracy_m)
        if km > load_limits().places_least_km:
            facts = {"km": round(km, 1)}
            yield Implausibility(Case.Kind.TWO_PLACES, item.tag_code, facts, (other.pk,))
            return
    scans = Scan.objects.filter(
        code=item.tag_code, position__isnull=False, received_at__range=span, items=None
    )
    for scan in scans.order_by("-id")[:_LOOKED_AT]:
        km = _distance_apart_km(item, scan.position, scan.accuracy_m)
        if km > load_limits().places_least_km:
            facts = {"km": round(km, 1), "scan": scan.pk}
            yield Implausibility(Case.Kind.TWO_PLACES, item.tag_code, facts)
            return


def _distance_apart_km(item: Item, place: Any, accuracy_m: float | None) -> float:
    """Kilometres between two fixes, less what both may be wrong by."""
    assert item.position is not None
    unsure = (item.accuracy_m or 0.0) + (accuracy_m or 0.0)
    return (
        max(0.0, metres_between((item.position.x, item.position.y), (place.x, place.y)) - unsure)
        / 1000
    )
