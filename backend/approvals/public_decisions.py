"""How applications were decided, for everybody: no personal data (Licensing Law art. 40)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from backend.approvals.models import Application, Certificate
from backend.matters.labels import say_standing


def decided_applications() -> QuerySet[Application]:
    """Those that were granted or refused, with what is told of them."""
    rows = Application.objects.decided_in_public()
    return rows.select_related("matter__office", "matter__flow", "applicant", "granted")


def tell_decision(application: Application) -> dict[str, Any]:
    """What everybody may know of one. A natural person's name is masked, whose certificate it is not told."""
    certificate = getattr(application, "granted", None)
    return {
        "number": application.matter.number,
        "kind": application.kind,
        "kind_name": application.kind_row.title,
        "applicant": application.applicant.shown_name,
        "office": application.matter.office.name,
        "outcome": application.matter.outcome,
        "outcome_name": say_standing(application.matter),
        "decided_on": application.decided_on,
        "certificate_no": certificate.number if certificate else "",
        "expires_on": certificate.expires_on if certificate else None,
        "ending": certificate.ending if certificate else "",
    }


def find_ended_certificate(code: str) -> Certificate | None:
    """The certificate whose paper has this code, where it has ended before its time."""
    return Certificate.objects.filter(paper__code=code).exclude(ending="").first()
