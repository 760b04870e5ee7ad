"""Certificates: given for what was granted, and ended before their time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.approvals.bans import impose_ban
from backend.approvals.issued_papers import issue_for
from backend.approvals.models import Application, Ban, Certificate
from backend.approvals.news import tell_applicant
from backend.approvals.numbers import take_licence_number
from backend.approvals.registrations import file_registration
from backend.approvals.rule_rows import words_of_ending, years_of_validity
from backend.lib import clock
from backend.lib.months import add_months
from backend.lib.problems import Refused, not_found
from backend.matters.models import Matter
from backend.papers.actions import withdraw_paper
from backend.papers.models import Paper
from backend.papers.sight import require_right_in

Ending = Certificate.Ending
_BANS = {Ending.FRAUD: Ban.Cause.FRAUD, Ending.REVOKED: Ban.Cause.REVOKED}
"""What somebody may not apply again after, by the rows of bans."""


def grant_certificate(application: Application, actor: User | None) -> Certificate:
    """The certificate of a granted application, with its days; made once, by nobody where silence granted it.

    A unit's registration is filed by ``actor``. What a change replaces ends today. Raises Refused as
    ``file_registration`` does, and 409 ``certificate-ended`` where the one to be renewed ended meanwhile.
    """
    made = Certificate.objects.filter(application=application).first()
    if made is not None:
        return made
    _refuse_ended(application)
    number = _number_of_certificate(application, actor)
    valid_from = _first_day(application)
    years = years_of_validity(application.kind, valid_from)
    expires_on = add_months(valid_from, 12 * years) - dt.timedelta(days=1) if years else None
    if application.purpose == Application.Purpose.CHANGE and application.certificate:
        expires_on = application.certificate.expires_on
        _end_certificate(application.certificate, Ending.REPLACED, actor, "")
    return Certificate.objects.create(
        application=application,
        kind=application.kind,
        number=number,
        holder=application.applicant,
        person=application.person,
        unit=application.unit,
        valid_from=valid_from,
        expires_on=expires_on,
    )


def issue_certificate(application: Application, actor: User) -> Certificate:
    """Grant it, if that was not done before, and issue its paper. Raises Refused as the actions do."""
    certificate = grant_certificate(application, actor)
    template = application.kind_row.template
    certificate.paper = issue_for(application, actor, template, _words_of(certificate))
    certificate.save(update_fields=["paper"])
    return certificate


def end_certificate(*, actor: User, certificate: int, ending: str, reason: str) -> Certificate:
    """Take a licence back, annul, revoke or cancel it by a paper; fraud and revocation ban its holder for years.

    The same again changes nothing. Raises Refused: 403, 404; 409 ``certificate-ended``,
    ``certificate-of-unit`` for a use registration, which ends with a record of the unit; 422
    ``ending-unfit``, ``reason-missing``, and as ``issue_for``.
    """
    require_right(actor, Right.END_CERTIFICATES)
    with transaction.atomic(), attribute_changes_to(actor):
        found = _lock_certificate(actor, certificate)
        reason = reason.strip()
        if (found.ending, found.ending_reason) == (ending, reason) and reason:
            return found
        _refuse_unfit_ending(found, ending, reason)
        _end_certificate(found, ending, actor, reason)
        cause = _BANS.get(Ending(ending))
        ban = impose_ban(found.application, cause, clock.today()) if cause else None
        issue_for(found.application, actor, "certificate-ending", _words_of_ending(found, ban))
        tell_applicant(found.application)
        return found


def _lock_certificate(actor: User, certificate: int) -> Certificate:
    rows = Certificate.objects.select_for_update(of=("self",)).select_related(
        "application__matter__office", "paper"
    )
    seen = Matter.objects.visible_to(actor)
    found = rows.filter(pk=certificate, application__matter__in=seen).first()
    if found is None:
        raise not_found(_("There is no such certificate in your line."))
    require_right_in(actor, Right.END_CERTIFICATES, found.application.matter.office)
    return found


def _refuse_unfit_ending(certificate: Certificate, ending: str, reason: str) -> None:
    if certificate.expires_on is None:
        detail = _("A use registration ends by a record of its unit. File that.")
        raise Refused("certificate-of-unit", detail, status=409)
    if certificate.ending:
        raise Refused("certificate-ended", _("It has ended already."), status=409)
    if ending not in Ending.values or ending == Ending.REPLACED:
        detail = _("It is taken back, annulled, annulled for fraud, revoked or cancelled.")
        raise Refused("ending-unfit", detail, field="ending")
    if not reason:
        raise Refused("reason-missing", _("Say why it ends."), field="reason")


def _end_certificate(
    certificate: Certificate, ending: str, actor: User | None, reason: str
) -> None:
    """Its paper is no longer valid either; one that is followed by another keeps saying that it was."""
    certificate.ending, certificate.ended_on = ending, clock.today()
    certificate.ended_by, certificate.ending_reason = actor, reason[:1000]
    certificate.save(update_fields=["ending", "ended_on", "ended_by", "ending_reason"])
    paper = certificate.paper
    if actor is not None and paper is not None and paper.state == Paper.State.ISSUED:
        said = reason or str(Ending(ending).label)
        withdraw_paper(actor=actor, paper=paper.pk, reason=said)


def _words_of_ending(certificate: Certificate, ban: Ban | None) -> dict[str, str]:
    """What stands on the paper by which it ends."""
    said = words_of_ending(certificate.ending, clock.today())
    until = ban.until_day.isoformat() if ban else ""
    return {
        "certificate_no": certificate.number,
        "item": certificate.application.kind_row.zh,
        "holder": certificate.holder.name,
        "shown_holder": certificate.holder.shown_name,
        "ending": said["zh"],
        "law": said["law"],
        "reason": certificate.ending_reason,
        "ended_on": str(certificate.ended_on),
        "consequence": said["consequence"].format(until_day=until),
    }


def _refuse_ended(application: Application) -> None:
    """Held until the end of the transaction, so that nobody revokes it meanwhile."""
    old = Certificate.objects.select_for_update().filter(followed_by=application).first()
    if old is not None and old.ending:
        detail = _("The certificate has ended meanwhile.")
        raise Refused("certificate-ended", detail, status=409)


def _number_of_certificate(application: Application, actor: User | None) -> str:
    """A renewed or changed licence keeps its number."""
    if application.certificate is not None:
        return application.certificate.number
    if application.unit is not None and actor is not None:
        return file_registration(application, actor)
    return take_licence_number(application.kind_row, application.matter.region_id, clock.today())


def _first_day(application: Application) -> dt.date:
    """A renewal begins when the old one ends, else it is today."""
    old, today = application.certificate, clock.today()
    if application.purpose == Application.Purpose.RENEWAL and old is not None and old.expires_on:
        return old.expires_on + dt.timedelta(days=1)
    return today


def _words_of(certificate: Certificate) -> dict[str, str]:
    """What stands on its paper."""
    application = certificate.application
    holder = certificate.holder
    # Everybody reads the masked name of a natural person where the paper is verified.
    told = {
        "certificate_no": certificate.number,
        "holder": holder.name,
        "shown_holder": holder.shown_name,
    }
    if certificate.unit is not None:
        unit = certificate.unit
        return told | {
            "category": unit.category.shown_name,
            "device_code": unit.device_code or unit.registration_code or "",
            "internal_no": unit.internal_no,
            "address": unit.address or application.form["address"],
            "granted_on": certificate.valid_from.isoformat(),
        }
    days = {
        "valid_from": certificate.valid_from.isoformat(),
        "expires_on": str(certificate.expires_on),
    }
    if certificate.person is not None:
        return (
            told
            | days
            | {
                "person": certificate.person.name,
                "scope": application.form["job"],
            }
        )
    item = application.kind_row.zh
    return told | days | {"item": item, "scope": application.form["scope"]}
