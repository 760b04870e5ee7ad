"""What the floor of matters must know of the hotline's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.hotline.decided_details import DETAIL_FORMS, record_details
from backend.hotline.models import HotlineMatter
from backend.hotline.papers import draft_paper_of_decision
from backend.hotline.redaction import redact
from backend.hotline.reporters import read_reporter_to_redact
from backend.hotline.split_matters import split_off
from backend.matters.kinds import Kind
from backend.matters.models import Matter


def known_facts(matter: Matter) -> dict[str, Any]:
    """What the flows of the hotline ask for."""
    child = matter.hotline
    return {
        "named": child.named,
        "complainant_consents": child.complainant_consents,
        "respondent_consents": child.respondent_consents,
        "complained_office": child.against_office_id,
    }


def redact_remark(matter: Matter, text: str) -> str:
    """The remark with whatever tells who the reporter is starred out, whoever wrote it (rule 23)."""
    return redact(text, read_reporter_to_redact(matter.hotline))


HOTLINE = Kind(
    name="hotline",
    title=_("Hotline"),
    model=HotlineMatter,
    flows=("hotline-simple", "hotline-complaint", "hotline-report", "hotline-conduct"),
    facts=known_facts,
    partial="web/desk/kinds/hotline.html",
    serializer="backend.api.hotline.serializers.HotlineFacts",
    record_details=record_details,
    detail_forms={
        decision: f"{form.__module__}.{form.__qualname__}"
        for decision, form in DETAIL_FORMS.items()
    },
    clean_text=redact_remark,
    step_names={
        "plan-visit": _("an inspector sent"),
        "visit-reported": _("the inspector has reported"),
        "visit-cancelled": _("the visit was cancelled"),
        "citizen-update": _("added by the citizen"),
        "draft-paper": _("a paper drafted"),
    },
    open_part=split_off,
    carry_out=draft_paper_of_decision,
)
