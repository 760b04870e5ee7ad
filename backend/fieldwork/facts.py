"""Turns an item into what it means: a scan in the log, or a report in the register."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from backend.accounts.models import User
from backend.events.feed import CURSOR_DAYS
from backend.fieldwork import lacking
from backend.fieldwork.limits import limits
from backend.fieldwork.models import Item
from backend.fieldwork.plausibility import end_of
from backend.fieldwork.reading import draft_of, fix_of
from backend.fieldwork.regions import code_in, tag_of
from backend.fieldwork.shapes import CorrectionFact, ReportFact, ScanFact
from backend.fieldwork.times import believed
from backend.inspections.actions import file_report
from backend.inspections.drafts import ReportDraft
from backend.inspections.models import Report
from backend.lib.clock import SHANGHAI
from backend.units.afield import Afield
from backend.units.models import Unit
from backend.units.standing import ENDED
from tagging.models import Tag
from tagging.scans import record_scan

NO_FIX = "position-nought"
_SHAPES = {Item.Kind.REPORT: ReportFact, Item.Kind.CORRECTION: CorrectionFact}


def enter(
    item: Item,
    body: Any,
    *,
    filer: User,
    without_photos: bool = False,
    without_items: Collection[uuid.UUID] = (),
) -> Tag | None:
    """Write the fact, and note on the item what it says of place and tag; returns the tag.

    With ``without_photos`` a report is filed without those that have not come, and flagged. A
    correction of one of ``without_items``, which never came, is a plain report. Raises
    ValidationError (of the shape) and Refused (of the world).
    """
    if item.kind == Item.Kind.SCAN:
        return _enter_scan(item, body)
    return _enter_report(
        item, body, filer, without_photos=without_photos, without_items=without_items
    )


def _enter_scan(item: Item, body: Any) -> Tag | None:
    shape = ScanFact(data=body)
    shape.is_valid(raise_exception=True)
    facts = shape.validated_data
    item.scan = record_scan(
        raw=facts["raw"],
        user=item.user,
        device=item.device,
        client_id=item.item_id,
        scanned_at=facts.get("scanned_at") or item.made_at,
        fix=fix_of(facts.get("position")),
    )
    _note(item, facts, item.scan.code or "")
    tag = tag_of(item.tag_code)
    item.flags = _tag_flags(item, tag, unit=None) + _place_flags(facts)
    return tag


def _enter_report(
    item: Item,
    body: Any,
    filer: User,
    *,
    without_photos: bool,
    without_items: Collection[uuid.UUID],
) -> Tag | None:
    assert item.item_id is not None
    shape = _SHAPES[Item.Kind(item.kind)](data=body)
    shape.is_valid(raise_exception=True)
    facts = shape.validated_data
    supersedes = _supersedes(facts)
    draft = _on_its_day(item, facts)
    lacked: list[str] = []
    if without_photos:
        draft, lacked = lacking.without_missing(draft, {item.user_id, filer.pk})
    unit = Unit.objects.filter(pk=draft.unit).only("status", "updated_at").first()
    afield = Afield(since=_pack_of(item, draft))
    item.report, _new = file_report(
        actor=filer,
        report_id=item.item_id,
        draft=draft,
        body=body,
        device=item.device,
        supersedes=supersedes if supersedes not in without_items else None,
        reason=facts.get("reason", ""),
        moment=item.moment,
        afield=afield,
        maker=item.user,
    )
    _note(item, facts, code_in(draft.tag_code))
    tag = tag_of(item.tag_code)
    item.flags = (
        afield.overlooked + item.report.doubts + _report_flags(item, item.report, unit, draft)
    )
    item.flags += _tag_flags(item, tag, unit=draft.unit) + _place_flags(facts)
    item.flags += [lacking.FLAG] if lacked else []
    return tag


def _pack_of(item: Item, draft: ReportDraft) -> dt.datetime:
    """How old the pack may be by which the work was done.

    Not older than the day of the inspection says, nor than a cursor lives: what a phone says of
    its clock must not reach back to a unit that moved away years ago.
    """
    begun = dt.datetime.combine(draft.happened_on, dt.time(), SHANGHAI)
    oldest = item.received_at - dt.timedelta(days=CURSOR_DAYS)
    return max(item.moment, begun, oldest) - limits().pack_days


def _supersedes(facts: Mapping[str, Any]) -> uuid.UUID | None:
    return facts.get("supersedes")


def _on_its_day(item: Item, facts: Mapping[str, Any]) -> ReportDraft:
    """The draft on the day of the inspection.

    A correction that names no day keeps that of the report corrected: it is made later. For
    others the day of the phone's wrong clock is not that of the inspection; a day typed in is.
    """
    draft = draft_of(facts)
    if facts.get("happened_on") is None and (day := _corrected_day(facts)) is not None:
        return dataclasses.replace(draft, happened_on=day)
    said = draft.device_time.astimezone(SHANGHAI).date()
    if draft.happened_on != said:
        return draft
    moment = believed(draft.device_time.astimezone(dt.UTC), item.skew, item.received_at)
    return dataclasses.replace(draft, happened_on=moment.astimezone(SHANGHAI).date())


def _corrected_day(facts: Mapping[str, Any]) -> dt.date | None:
    """Whether the corrected report may be corrected is not asked here."""
    supersedes = _supersedes(facts)
    if supersedes is None:
        return None
    days = Report.objects.filter(pk=supersedes).values_list("issue__record__happened_on", flat=True)
    return days.first()


def _note(item: Item, facts: Mapping[str, Any], code: str) -> None:
    fix = fix_of(facts.get("position"))
    item.position = fix.point() if fix else None
    item.accuracy_m = fix.accuracy_m if fix else None
    item.mock = facts.get("mock", False)
    item.tag_code = code


def _place_flags(facts: Mapping[str, Any]) -> list[str]:
    """A position was sent that is none: its receiver had no fix."""
    sent = facts.get("position")
    return [NO_FIX] if sent is not None and fix_of(sent) is None else []


def _report_flags(item: Item, report: Report, unit: Unit | None, draft: ReportDraft) -> list[str]:
    """What has changed between the making of a report and its arrival."""
    twins = Report.objects.filter(
        unit=report.unit_id, kind=report.kind, happened_on=draft.happened_on
    ).exclude(pk=report.pk)
    ended = report.checklist.valid_to
    found = {
        "unit-changed": unit is not None and unit.updated_at > item.moment,
        "unit-ended": unit is not None and unit.status in ENDED,
        "checklist-ended": ended is not None and ended <= clock_day(item),
        "twin": item.kind == Item.Kind.REPORT and twins.exists(),
    }
    return [word for word, holds in found.items() if holds]


def clock_day(item: Item) -> dt.date:
    """The day on which the item arrived, in China."""
    return item.received_at.astimezone(SHANGHAI).date()


def _tag_flags(item: Item, tag: Tag | None, *, unit: int | None) -> list[str]:
    found = {
        "tag-unknown": bool(item.tag_code) and tag is None,
        "tag-ended": end_of(tag) is not None,
        "tag-moved": tag is not None
        and unit is not None
        and tag.bound is not None
        and tag.bound.unit_id != unit,
    }
    return [word for word, holds in found.items() if holds]
