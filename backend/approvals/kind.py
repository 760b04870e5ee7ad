"""What the floor of matters must know of applications."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.approvals.carried_out import carry_out
from backend.approvals.decided_details import (
    ASK_SUPPLEMENT,
    CORRECT,
    CorrectionForm,
    SupplementRequestForm,
    record_details,
)
from backend.approvals.enclosures import list_files
from backend.approvals.models import Application
from backend.matters.kinds import Kind
from backend.matters.models import Matter


def known_facts(matter: Matter) -> dict[str, Any]:
    """What the flows of applications ask for."""
    child = Application.objects.get(pk=matter.pk)
    return {
        "supplement_asked": child.supplement_asked_at is not None,
        "waiting_for": child.waiting_for,
        "renews": child.purpose == Application.Purpose.RENEWAL,
        "deemed": child.renewed_by_silence,
        "extended": matter.deadlines.filter(extended_by__isnull=False).exists(),
    }


APPLICATION = Kind(
    name="application",
    title=_("Application"),
    model=Application,
    flows=(
        "application-registration",
        "application-licence",
        "application-personnel",
        "construction-notice",
    ),
    facts=known_facts,
    partial="web/desk/kinds/application.html",
    serializer="backend.api.approvals.serializers.ApplicationFacts",
    record_details=record_details,
    detail_forms={
        CORRECT: f"{CorrectionForm.__module__}.{CorrectionForm.__qualname__}",
        ASK_SUPPLEMENT: f"{SupplementRequestForm.__module__}.{SupplementRequestForm.__qualname__}",
    },
    carry_out=carry_out,
    enclosures=list_files,
)
