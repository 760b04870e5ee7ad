"""Filing a report from the field, and withdrawing a record with what its report did."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, UUIDField
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.directory.bodies import inspection_body_of
from backend.evidence.models import File
from backend.inspections import checklists, defects
from backend.inspections.contradictions import Circumstances, list_doubts
from backend.inspections.doubt_cases import (
    close_cases_of_reports,
    open_doubt_case,
    open_overruled_case,
)
from backend.inspections.drafts import ReportDraft
from backend.inspections.models import Checklist, Issue, RejectedReport, Report
from backend.inspections.photos import FoundPhotos, gather_photos
from backend.inspections.planned_tasks import close_task
from backend.lib import clock, locks
from backend.lib.kept_queries import Given, KeptQuery
from backend.lib.problems import Refused
from backend.lib.texts import make_storable
from backend.units.field_knowledge import FieldKnowledge
from backend.units.filing import (
    file_on_locked_unit,
    file_record,
    lock_unit_to_file_on,
    refuse_reused_id,
)
from backend.units.models import Inspection, Record, Unit, Withdrawal

_CONFLICTS = frozenset({"report-conflict", "record-conflict"})
_INSPECTORS = 120
_AS_DRAFTED = (
    "tag_code", "kind", "happened_on", "conclusion", "conclusion_reason", "second_inspector",
    "report_no", "opinion_notice_no", "opinion_answered_on", "safety_grade", "monitored_months",
    "stated_next_on", "remark", "device_time",
)  # fmt: skip


def file_report(
    *,
    actor: User,
    report_id: uuid.UUID,
    draft: ReportDraft,
    body: Mapping[str, Any],
    device: str = "",
    supersedes: uuid.UUID | None = None,
    reason: str = "",
    moment: dt.datetime | None = None,
    field_knowledge: FieldKnowledge | None = None,
    maker: User | None = None,
) -> tuple[Report, bool]:
    """File a report under the id that the phone made; returns it, and whether it is new.

    The report is issued at once: it becomes an inspection record of the unit, and its defects are
    opened and closed, in one transaction. What contradicts itself in it is flagged as its
    ``doubts`` and opens a case. ``body`` is the JSON as sent: the same content again gives the
    stored report, other content under the same id is kept and refused. ``maker`` is whose photos it
    may name beside the actor's, where somebody else made it in the field. ``supersedes`` is the report
    that this one corrects, for ``reason``. ``moment`` is when it was made, as far as that can be
    believed: it says where it stands among others of its day. What somebody ``field_knowledge`` could not know is no reason to refuse it, and
    its code is put there; ``defect-closed`` is a defect that another report closed. Raises Refused:
    403 without the right; 404 for a unit that is not the actor's; 409 ``report-conflict``; 422 for
    answers that do not fit the checklist, photos that have not arrived (``missing`` lists them),
    unknown defects, and whatever the gates of ``units`` refuse.
    """
    require_right(actor, Right.FILE_REPORT)
    raw = canonical_json(body)
    digest = hashlib.sha256(raw).hexdigest()
    try:
        with (
            refuse_reused_id(report_id),
            transaction.atomic(),
            attribute_changes_to(actor, report=str(report_id)),
        ):
            locks.wait_for_lock(f"report/{report_id}")  # there is no row to lock yet
            known = _find_stored_report(report_id)
            if known is None:
                old = _get_corrected_report(actor, supersedes, draft) if supersedes else None
                facts = _Filing(digest, device, field_knowledge, old, reason, moment, maker)
                return _file_on_locked_unit(actor, report_id, draft, facts), True
            if (known.digest, known.filed_by_id) != (digest, actor.pk):
                raise _id_reused_refusal()
            return known, False
    except Refused as refused:
        if refused.code in _CONFLICTS:
            _keep_rejected(actor, report_id, raw, code=refused.code, digest=digest, device=device)
        raise


def canonical_json(body: Mapping[str, Any]) -> bytes:
    """The one way to write ``body`` as bytes, whatever the order of its members."""
    try:
        text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        raise Refused("too-deep", _("The JSON is nested too deeply."), status=400) from None
    return text.encode("utf-8", "surrogatepass")


_STORED = KeptQuery(
    lambda: (
        Report.objects.with_record()
        .select_related("unit", "checklist")
        .filter(pk=Given("report", UUIDField()))
    )
)


def _find_stored_report(report_id: uuid.UUID) -> Report | None:
    return next(iter(_STORED.fetch(report=report_id)), None)


def _id_reused_refusal() -> Refused:
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
            "device": make_storable(device)[:64],
            "at": clock.now(),
        },
    )


@dataclass(frozen=True)
class _Filing:
    """What goes with a report beside its draft. ``old`` is the report that it corrects."""

    digest: str
    device: str
    field_knowledge: FieldKnowledge | None
    old: Report | None
    reason: str
    moment: dt.datetime | None
    maker: User | None


def _get_corrected_report(actor: User, report_id: uuid.UUID, draft: ReportDraft) -> Report:
    """The report that a correction names, of the same unit and within the actor's sight."""
    seen = Report.objects.visible_to(actor).with_record()
    old = seen.filter(pk=report_id, unit=draft.unit, issue__isnull=False).first()
    if old is None:
        text = _("There is no such report of this unit to correct.")
        raise Refused("report-unknown", text, field="supersedes")
    return old


def _file_on_locked_unit(
    actor: User, report_id: uuid.UUID, draft: ReportDraft, facts: _Filing
) -> Report:
    unit = lock_unit_to_file_on(
        actor=actor,
        unit=draft.unit,
        right=Right.FILE_REPORT,
        field_knowledge=facts.field_knowledge,
    )
    checklist = checklists.get_checklist(
        code=draft.checklist,
        version=draft.checklist_version,
        unit=unit,
        kind=draft.kind,
        day=draft.happened_on,
    )
    checklists.check_answers(checklist, draft.answers)
    _check_defects(checklist, draft)
    photos = _gather_sent_photos(draft, {actor.pk, (facts.maker or actor).pk})
    report = _build_report(actor, report_id, draft, checklist, facts)
    record = file_on_locked_unit(
        actor=actor,
        unit=unit,
        record=_build_record(report, facts),
        evidence=photos.files,
        moment=facts.moment,
        field_knowledge=facts.field_knowledge,
    )
    report.doubts = _list_doubts(draft, checklist, facts.old)
    if photos.elsewhere:
        report.doubts.append("photo-elsewhere")
    report.save(force_insert=True)
    _issue_report(report, draft, record, facts)
    return report


def _list_doubts(draft: ReportDraft, checklist: Checklist, old: Report | None) -> list[str]:
    left = defects.severities_left_open(draft, old)
    return list_doubts(draft, Circumstances(checklist.items, left, checklist.has_narrower))


def _issue_report(report: Report, draft: ReportDraft, record: Record, facts: _Filing) -> None:
    """Put the report in force as ``record``, with all that follows from it."""
    Issue.objects.create(
        report=report,
        record_id=record.pk,
        issued_by=report.filed_by,
        issued_at=report.received_at,
    )
    if facts.old is not None:
        defects.undo_report(facts.old, report)
        close_cases_of_reports([facts.old.pk], f"report {report.pk} corrected it")
        open_overruled_case(report, maker=facts.old.filed_by, said=facts.old.conclusion)
    defects.close_defects(report, draft, facts.field_knowledge)
    defects.open_found_defects(report, draft)
    if draft.defects or draft.closes or facts.old is not None:
        defects.update_defect_counts(draft.unit)
    close_task(report, record)
    open_doubt_case(report, record, facts.field_knowledge)


def _check_defects(checklist: Checklist, draft: ReportDraft) -> None:
    known = {item["id"] for item in checklist.items} | {""}
    for index, defect in enumerate(draft.defects):
        if defect.item not in known:
            text = _("The checklist has no such item.")
            raise Refused("defect-item-unknown", text, field=f"defects/{index}/item")


def _gather_sent_photos(draft: ReportDraft, senders: Collection[int]) -> FoundPhotos:
    """The photos that the draft names; refuses it where some have not come."""
    found = gather_photos(draft.all_photos, senders, unit=draft.unit)
    if found.missing:
        text = _("Some photos have not arrived yet. Send them, then file the report again.")
        raise Refused("photos-missing", text, field="photos", missing=found.missing)
    return found


def _build_record(report: Report, facts: _Filing) -> Inspection:
    """The lifecycle record that the report becomes; ``units`` checks and writes it.

    The reason of a correction heads the remark, before that of the conclusion: the timeline shows
    it beside what it replaces.
    """
    said = (facts.reason, report.conclusion_reason, report.remark)
    return Inspection(
        client_id=report.pk,
        device=report.device,
        supersedes=facts.old.record if facts.old else None,
        happened_on=report.happened_on,
        remark="\n".join(filter(None, said)),
        kind=report.kind,
        conclusion=report.conclusion,
        body=report.body,
        body_name=report.body.name if report.body else "",
        report_no=report.report_no,
        inspectors=report.inspectors[:_INSPECTORS],
        opinion_notice_no=report.opinion_notice_no,
        opinion_answered_on=report.opinion_answered_on,
        safety_grade=report.safety_grade,
        monitored_months=report.monitored_months,
        stated_next_on=report.stated_next_on,
    )


def _build_report(
    actor: User, report_id: uuid.UUID, draft: ReportDraft, checklist: Checklist, facts: _Filing
) -> Report:
    """The report as it will be stored, not yet judged."""
    fix = draft.fix
    return Report(
        **{name: getattr(draft, name) for name in _AS_DRAFTED},
        id=report_id,
        unit_id=draft.unit,
        checklist=checklist,
        answers=dict(draft.answers),
        body=inspection_body_of(actor),
        position=fix.to_point() if fix else None,
        accuracy_m=fix.accuracy_m if fix else None,
        datum=fix.datum if fix else "",
        source_coordinates=[fix.longitude, fix.latitude] if fix else None,
        received_at=clock.now(),
        device=make_storable(facts.device)[:64],
        filed_by=actor,
        digest=facts.digest,
    )


def withdraw_record(
    *,
    actor: User,
    unit: Unit,
    withdrawn: Record,
    reason: str,
    happened_on: dt.date | None = None,
    remark: str = "",
    evidence: Sequence[File] = (),
    client_id: uuid.UUID | None = None,
) -> tuple[Record, bool]:
    """Take back a record that was no fact of its unit; returns the withdrawal, and whether it is new.

    It bears the day of ``withdrawn`` unless told another, which is refused. What the reports of that
    record did to defects is undone. Raises Refused as ``file_record`` does: 403 for who filed it.
    """
    record = Withdrawal(
        happened_on=happened_on or withdrawn.happened_on, reason=reason, remark=remark
    )
    with transaction.atomic(), attribute_changes_to(actor):
        filed, new = file_record(
            actor=actor,
            unit=unit,
            record=record,
            evidence=evidence,
            supersedes=withdrawn,
            client_id=client_id,
            right=Right.WITHDRAW_RECORD,
        )
        if new:
            _void_reports(record, unit)
    return filed, new


def _void_reports(withdrawal: Withdrawal, unit: Unit) -> None:
    """The record withdrawn may be the last of corrections: none of their reports is in force."""
    first = withdrawal.root_id
    chain = Q(issue__record=first) | Q(issue__record__root=first)
    reports = Report.objects.filter(chain, unit=unit)
    defects.void_reports(reports, withdrawal)
    defects.update_defect_counts(unit.pk)
    close_cases_of_reports(
        reports.values_list("pk", flat=True), f"record {withdrawal.pk} withdrew it"
    )
