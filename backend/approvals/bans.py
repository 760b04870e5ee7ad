"""Who may not apply again for a time (Licensing Law arts. 78 and 79, Law art. 96)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from backend.approvals.models import Application, Ban
from backend.approvals.rule_rows import years_of_ban
from backend.directory.models import LegalEntity, Person
from backend.lib.months import add_months
from backend.lib.problems import Refused


def refuse_banned(entity: LegalEntity, person: Person | None, kind: str, day: dt.date) -> None:
    """Raise Refused (409) ``applicant-banned``, with the day on which the ban ends."""
    bans = Ban.objects.filter(kind=kind, from_day__lte=day, until_day__gte=day)
    bans = bans.filter(person=person) if person else bans.filter(entity=entity, person=None)
    last = bans.order_by("-until_day").first()
    if last is not None:
        detail = _("You may not apply for this until %(day)s, for the reason %(cause)s.") % {
            "day": last.until_day,
            "cause": last.get_cause_display(),
        }
        raise Refused("applicant-banned", detail, status=409, until=last.until_day.isoformat())


def impose_ban(application: Application, cause: str, day: dt.date) -> Ban | None:
    """Ban who applied from applying for the same again, from ``day`` on; None where no row says for how long."""
    years = years_of_ban(cause, day)
    if not years:
        return None
    return Ban.objects.create(
        entity=application.applicant,
        person=application.person,
        kind=application.kind,
        cause=cause,
        from_day=day,
        until_day=add_months(day, 12 * years),
        application=application,
    )
