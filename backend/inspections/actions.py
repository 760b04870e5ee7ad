"""Filing a report from the field."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from backend.accounts.history import written_by
from backend.accounts.models import User
from backend.accounts.rights import Right, require
from backend.evidence.models import File
from backend.inspections import checklists
from backend.inspections.drafts import ReportDraft
from backend.inspections.models import Checklist, Defect, RejectedReport, Report, Severity
from backend.inspections.photos import here
from backend.inspections.planning import close_task
from backend.lib import clock, locks
from backend.lib.problems import Refused
from backend.lib.texts import storable
from backend.units.afield import Afield
from backend.units.filing import file_record
from backend.units.models import Inspection, Record, Unit

_CONFLICTS = frozenset({"report-conflict", "record-conflict"})


def file_report(
    *,
    actor: User,
    report_id: uuid.UUID,
    draft: ReportDraft,
    body: Mapping[str, Any],
    device: str = "",
    supersedes: uuid.UUID | None = None,
    reason: str = "",
    afield: Afield | None = None,
) -> tuple[Report, bool]:
    """File a report under the id that the phone made; returns it, and whether it is new.

    The report becomes an inspection record of the unit, and its defects are opened and closed, in
    one transaction. ``body`` is the JSON as sent: the same content again gives the stored report,
    other content under the same id is kept and refused. ``supersedes`` is the report that this one
    corrects, for ``reason``. What somebody ``afield`` could not know is no reason to refuse it, and
    its code is put there; ``defect-closed`` is a defect that another report closed. Raises Refused:
    403 without the right; 404 for a unit that is not the actor's; 409 ``report-conflict``; 422 for
    answers that do not fit the checklist, photos that have not arrived (``missing`` lists them),
    unknown defects, and whatever the gates of ``units`` refuse.
    """
    require(actor, Right.FILE_REPORT)
    raw = canonical(body)
    digest = hashlib.sha256(raw).hexdigest()
    try:
        with transaction.atomic(), written_by(actor, report=str(report_id)):
            locks.wait_for(f"report/{report_id}")  # there is no row to lock yet
            known = _stored(report_id)
            if known is None:
                old = _corrected(actor, supersedes, draft) if supersedes else None
                facts = _Filing(digest, device, afield, old, reason)
                return _file(actor, report_id, draft, facts), True
            if (known.digest, known.filed_by_id) != (digest, actor.pk):
                raise _conflict()
            return known, False
    except Refused as refused:
        if refused.code in _CONFLICTS:
            _keep_rejected(actor, report_id, raw, code=refused.code, digest=digest, device=device)
        raise


def canonical(body: Mapping[str, Any]) -> bytes:
    """The one way to write ``body`` as bytes, whatever the order of its members."""
    try:
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        raise Refused("too-deep", _("The JSON is nested too deeply."), status=400) from None
    return text.encode("utf-8", "surrogatepass")


def _stored(report_id: uuid.UUID) -> Report | None:
    return Report.objects.select_related("unit", "checklist").filter(pk=report_id).first()


def _conflict() -> Refused:
    text = _("This report id was used for other content. It is kept; file it under a new id.")
    return Refused("report-conflict", text, status=409)


def _keep_rejected(
    actor: User, report_id: uuid.UUID, raw: bytes, *, code: str, digest: str, device: str
) -> None:
    RejectedReport.objects.get_or_create(
        report_id=report_id,
        digest=digest,
        user=actor,
        defaults={
            "body": raw,
            "code": code,
            "device": storable(device)[:64],
            "at": clock.now(),
        },
    )


@dataclass(frozen=True)
class _Filing:
    """What goes with a report beside its draft. ``old`` is the report that it corrects."""

    digest: str
    device: str
    afield: Afield | None
    old: Report | None
    reason: str


def _corrected(actor: User, report_id: uuid.UUID, draft: ReportDraft) -> Report:
    """The report that a correction names, of the same unit and within the actor's sight."""
    seen = Report.objects.visible_to(actor).select_related("record")
    old = seen.filter(pk=report_id, unit=draft.unit).first()
    if old is None:
        text = _("There is no such report of this unit to correct.")
        raise Refused("report-unknown", text, field="supersedes")
    return old


def _file(actor: User, report_id: uuid.UUID, draft: ReportDraft, facts: _Filing) -> Report:
    unit = Unit.objects.select_related("category").get_visible(actor, draft.unit, facts.afield)
    checklist = checklists.find(
        code=draft.checklist, version=draft.checklist_version, unit=unit, kind=draft.kind
    )
    checklists.check_answers(checklist, draft.answers)
    _check_defects(checklist, draft)
    photos = _photos(draft.all_photos)
    record, _new = file_record(
        actor=actor,
        unit=unit,
        record=_record(actor, draft, facts.reason),
        evidence=photos,
        supersedes=facts.old.record if facts.old else None,
        client_id=report_id,
        device=storable(facts.device)[:64],
        right=Right.FILE_REPORT,
        afield=facts.afield,
    )
    report = _write(actor, report_id, draft, record, checklist, facts)
    if facts.old is not None:
        _take_back(facts.old, report)
    _close(report, draft, facts.afield)
    _open(report, draft)
    _count_open(draft.unit)
    close_task(report, record)
    return report


def _check_defects(checklist: Checklist, draft: ReportDraft) -> None:
    known = {item["id"] for item in checklist.items} | {""}
    for index, defect in enumerate(draft.defects):
        if defect.item not in known:
            text = _("The checklist has no such item.")
            raise Refused("defect-item-unknown", text, field=f"defects/{index}/item")


def _photos(wanted: Sequence[str]) -> list[File]:
    """The photos in the order named. Whoever knows the hash of a photo has held the photo."""
    found, missing = here(wanted)
    if missing:
        text = _("Some photos have not arrived yet. Send them, then file the report again.")
        raise Refused("photos-missing", text, field="photos", missing=missing)
    return found


def _record(actor: User, draft: ReportDraft, reason: str) -> Inspection:
    """The lifecycle record that the report becomes; ``units`` checks and writes it.

    The reason of a correction heads the remark: the timeline shows it beside what it replaces.
    """
    return Inspection(
        happened_on=draft.happened_on,
        remark="\n".join(filter(None, (reason, draft.remark))),
        kind=draft.kind,
        conclusion=draft.conclusion,
        report_no=draft.report_no,
        inspectors=str(actor),
        opinion_notice_no=draft.opinion_notice_no,
        opinion_answered_on=draft.opinion_answered_on,
        safety_grade=draft.safety_grade,
        monitored_months=draft.monitored_months,
        stated_next_on=draft.stated_next_on,
    )


def _write(
    actor: User,
    report_id: uuid.UUID,
    draft: ReportDraft,
    record: Record,
    checklist: Checklist,
    facts: _Filing,
) -> Report:
    fix = draft.fix
    return Report.objects.create(
        id=report_id,
        record_id=record.pk,
        unit_id=draft.unit,
        tag_code=draft.tag_code,
        checklist=checklist,
        kind=draft.kind,
        answers=dict(draft.answers),
        conclusion=draft.conclusion,
        report_no=draft.report_no,
        opinion_notice_no=draft.opinion_notice_no,
        opinion_answered_on=draft.opinion_answered_on,
        safety_grade=draft.safety_grade,
        stated_next_on=draft.stated_next_on,
        remark=draft.remark,
        position=fix.point() if fix else None,
        accuracy_m=fix.accuracy_m if fix else None,
        datum=fix.datum if fix else "",
        source_coordinates=[fix.longitude, fix.latitude] if fix else None,
        device_time=draft.device_time,
        received_at=clock.now(),
        device=storable(facts.device)[:64],
        filed_by=actor,
        digest=facts.digest,
    )


def _take_back(old: Report, report: Report) -> None:
    """Undo what a corrected report did to defects; the correction names those that it knows."""
    # What ``old`` itself took back of a report before it stays taken back.
    closed = Defect.objects.filter(closed_by_report=old)
    closed = closed.exclude(report__record__superseded_by__isnull=False)
    closed.update(closed_on=None, closed_by_report=None)
    found = Defect.objects.filter(report=old, closed_on=None)
    found.update(closed_on=report.record.happened_on, closed_by_report=report)


def _close(report: Report, draft: ReportDraft, afield: Afield | None) -> None:
    """Close the defects named; all of them must be of this unit, and open.

    That another report has closed one meanwhile may be overlooked: it stays closed by that.
    """
    wanted = set(draft.closes)
    if not wanted:
        return
    named = Defect.objects.filter(unit=report.unit_id, pk__in=wanted)
    open_ones = named.filter(closed_on=None)
    closed = open_ones.update(closed_on=draft.happened_on, closed_by_report=report)
    if closed == len(wanted):
        return
    if afield is None or named.count() < len(wanted):
        text = _("Only open defects of this unit can be closed. Fetch the unit again.")
        raise Refused("defect-not-open", text, field="closes")
    afield.note("defect-closed")


def _open(report: Report, draft: ReportDraft) -> None:
    Defect.objects.bulk_create(
        Defect(
            report=report,
            unit_id=report.unit_id,
            item=defect.item,
            text=defect.text,
            severity=Severity(defect.severity),
            photos=list(defect.photos),
            found_on=draft.happened_on,
        )
        for defect in draft.defects
    )


def _count_open(unit: int) -> None:
    """Bring the unit's figure up to date; ``file_record`` holds the unit's lock."""
    open_ones = Defect.objects.filter(unit=unit, closed_on=None)
    counted = open_ones.aggregate(
        open_defects=Count("pk"),
        serious_defects=Count("pk", filter=Q(severity=Severity.SERIOUS)),
    )
    Unit.objects.filter(pk=unit).exclude(**counted).update(**counted)
