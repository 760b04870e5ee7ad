"""Turns an item into what it means: a scan in the log, or a report in the register."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from backend.accounts.models import User
from backend.events.feed import CURSOR_DAYS
from backend.fieldwork import missing_photos
from backend.fieldwork.drafts import build_draft, build_fix
from backend.fieldwork.item_regions import find_tag, parse_tag_code
from backend.fieldwork.item_times import estimate_moment
from backend.fieldwork.models import Item
from backend.fieldwork.plausibility import tag_end
from backend.fieldwork.plausibility_limits import load_limits
from backend.fieldwork.serializers import CorrectionItemShape, ReportItemShape, ScanItemShape
from backend.inspections.actions import file_report
from backend.inspections.drafts import ReportDraft
from backend.inspections.models import Report
from backend.lib.clock import SHANGHAI
from backend.units.field_knowledge import FieldKnowledge
from backend.units.models import Unit
from backend.units.standing import OUT_OF_USE
from tagging.models import Tag
from tagging.scans import record_scan

NO_FIX = "position-nought"
_SERIALIZERS = {Item.Kind.REPORT: ReportItemShape, Item.Kind.CORRECTION: CorrectionItemShape}


def enter_item(
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
    shape = ScanItemShape(data=body)
    shape.is_valid(raise_exception=True)
    facts = shape.validated_data
    item.scan = record_scan(
        raw=facts["raw"],
        user=item.user,
        device=item.device,
        client_id=item.item_id,
        scanned_at=facts.get("scanned_at") or item.made_at,
        fix=build_fix(facts.get("position")),
    )
    _note_place_and_tag(item, facts, item.scan.code or "")
    tag = find_tag(item.tag_code)
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
    shape = _SERIALIZERS[Item.Kind(item.kind)](data=body)
    shape.is_valid(raise_exception=True)
    facts = shape.validated_data
    supersedes = _corrected_report_id(facts)
    draft = _build_dated_draft(item, facts)
    lacked: list[str] = []
    if without_photos:
        draft, lacked = missing_photos.leave_out_missing_photos(draft, {item.user_id, filer.pk})
    unit = Unit.objects.filter(pk=draft.unit).only("status", "updated_at").first()
    afield = FieldKnowledge(since=_oldest_pack_time(item, draft))
    item.report, _new = file_report(
        actor=filer,
        report_id=item.item_id,
        draft=draft,
        body=body,
        device=item.device,
        supersedes=supersedes if supersedes not in without_items else None,
        reason=facts.get("reason", ""),
        moment=item.moment,
        field_knowledge=afield,
        maker=item.user,
    )
    _note_place_and_tag(item, facts, parse_tag_code(draft.tag_code))
    tag = find_tag(item.tag_code)
    item.flags = (
        afield.overlooked + item.report.doubts + _report_flags(item, item.report, unit, draft)
    )
    item.flags += _tag_flags(item, tag, unit=draft.unit) + _place_flags(facts)
    item.flags += [missing_photos.FLAG] if lacked else []
    return tag


def _oldest_pack_time(item: Item, draft: ReportDraft) -> dt.datetime:
    """The age of the oldest pack by which the work may have been done.

    Not older than the day of the inspection says, nor than a cursor lives: what a phone says of
    its clock must not reach back to a unit that moved away years ago.
    """
    begun = dt.datetime.combine(draft.happened_on, dt.time(), SHANGHAI)
    oldest = item.received_at - dt.timedelta(days=CURSOR_DAYS)
    return max(item.moment, begun, oldest) - load_limits().pack_days


def _corrected_report_id(data: Mapping[str, Any]) -> uuid.UUID | None:
    return data.get("supersedes")


def _build_dated_draft(item: Item, data: Mapping[str, Any]) -> ReportDraft:
    """The draft on the day of the inspection.

    A correction that names no day keeps that of the report corrected: it is made later. For
    others the day of the phone's wrong clock is not that of the inspection; a day typed in is.
    """
    draft = build_draft(data)
    if data.get("happened_on") is None and (day := _load_corrected_day(data)) is not None:
        return dataclasses.replace(draft, happened_on=day)
    said = draft.device_time.astimezone(SHANGHAI).date()
    if draft.happened_on != said:
        return draft
    moment = estimate_moment(draft.device_time.astimezone(dt.UTC), item.skew, item.received_at)
    return dataclasses.replace(draft, happened_on=moment.astimezone(SHANGHAI).date())


def _load_corrected_day(data: Mapping[str, Any]) -> dt.date | None:
    """The day of the report that a correction corrects; whether it may be corrected is asked later."""
    supersedes = _corrected_report_id(data)
    if supersedes is None:
        return None
    days = Report.objects.filter(pk=supersedes).values_list("issue__record__happened_on", flat=True)
    return days.first()


def _note_place_and_tag(item: Item, data: Mapping[str, Any], code: str) -> None:
    fix = build_fix(data.get("position"))
    item.position = fix.to_point() if fix else None
    item.accuracy_m = fix.accuracy_m if fix else None
    item.mock = data.get("mock", False)
    item.tag_code = code


def _place_flags(data: Mapping[str, Any]) -> list[str]:
    """The flag of a position that is none, because its receiver had no fix; else no flag."""
    sent = data.get("position")
    return [NO_FIX] if sent is not None and build_fix(sent) is None else []


def _report_flags(item: Item, report: Report, unit: Unit | None, draft: ReportDraft) -> list[str]:
    """The flags for what has changed between the making of a report and its arrival."""
    twins = Report.objects.filter(
        unit=report.unit_id, kind=report.kind, happened_on=draft.happened_on
    ).exclude(pk=report.pk)
    ended = report.checklist.valid_to
    found = {
        "unit-changed": unit is not None and unit.updated_at > item.moment,
        "unit-ended": unit is not None and unit.status in OUT_OF_USE,
        "checklist-ended": ended is not None and ended <= arrival_day(item),
        "twin": item.kind == Item.Kind.REPORT and twins.exists(),
    }
    return [word for word, holds in found.items() if holds]


def arrival_day(item: Item) -> dt.date:
    """The day on which the item arrived, in China."""
    return item.received_at.astimezone(SHANGHAI).date()


def _tag_flags(item: Item, tag: Tag | None, *, unit: int | None) -> list[str]:
    found = {
        "tag-unknown": bool(item.tag_code) and tag is None,
        "tag-ended": tag_end(tag) is not None,
        "tag-moved": tag is not None
        and unit is not None
        and tag.binding_in_force is not None
        and tag.binding_in_force.unit_id != unit,
    }
    return [word for word, holds in found.items() if holds]
