"""Renewal and change of certificates: in time, and by the clock where nobody decided (Licensing Law art. 50)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from backend.approvals.kinds import ApplicationKind
from backend.approvals.models import Application, Certificate
from backend.deadlines.due import compute_due, rule_in_force
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.happenings import can_happen, let_happen
from backend.matters.steps import NOBODY, lock_matter_unless_busy

_RULE = "licence-renewal-application"
_HAPPENING = "deem-renewed"


def refuse_unfit_certificate(
    kind: ApplicationKind, purpose: str, certificate: Certificate | None, today: dt.date
) -> None:
    """Refuse a renewal or change of what cannot be, and one that comes too late.

    Raises Refused: 422 ``certificate-missing``, ``certificate-unfit``; 409 ``certificate-ended``,
    ``renewal-too-late`` with the last day that was in time.
    """
    if (certificate is None) != (purpose == Application.Purpose.NEW):
        detail = _("Name the certificate that is to be renewed or changed, and only then.")
        raise Refused("certificate-missing", detail, field="certificate")
    if certificate is None:
        return
    if certificate.kind != kind.name or certificate.expires_on is None:
        detail = _("This certificate is of another kind, or has no end.")
        raise Refused("certificate-unfit", detail, field="certificate")
    if certificate.ending or certificate.expires_on < today:
        raise Refused("certificate-ended", _("It has ended. Apply for a new one."), status=409)
    if purpose == Application.Purpose.RENEWAL:
        _refuse_late(certificate.expires_on, today)


def last_day_to_renew(expires_on: dt.date, today: dt.date) -> dt.date:
    """The last day on which a renewal is asked for in time."""
    return compute_due(rule_in_force(_RULE, today), expires_on).on


def _refuse_late(expires_on: dt.date, today: dt.date) -> None:
    last = last_day_to_renew(expires_on, today)
    if today > last:
        detail = _("A renewal is asked for until %(day)s. Apply for a new one.") % {"day": last}
        raise Refused("renewal-too-late", detail, status=409, until=last.isoformat())


def renew_undecided(most: int) -> int:
    """Let up to ``most`` renewals count as granted that nobody decided before the expiry; how many.

    One that somebody holds just now is left for the next run; twice is as once.
    """
    undecided = Application.objects.filter(
        purpose=Application.Purpose.RENEWAL,
        matter__closed_at=None,
        renewed_by_silence=False,
        decided_on=None,
        certificate__ending="",
        certificate__expires_on__lt=clock.today(),
    )
    return sum(
        _renew_by_silence(number) for number in undecided.values_list("pk", flat=True)[:most]
    )


def _renew_by_silence(number: int) -> bool:
    with lock_matter_unless_busy(number) as matter:
        if matter is None or _HAPPENING not in can_happen(matter):
            return False
        old = Certificate.objects.select_for_update().filter(ending="", followed_by=number)
        if not old.exists():
            return False
        let_happen(matter, _HAPPENING, NOBODY)
        return True
