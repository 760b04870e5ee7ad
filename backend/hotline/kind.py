"""What the floor of matters must know of the hotline's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from backend.hotline.decided_details import DETAIL_FORMS, record_details
from backend.hotline.models import HotlineMatter
from backend.hotline.natures import FLOWS
from backend.hotline.opened_letters import KIND
from backend.hotline.papers import draft_paper_of_decision
from backend.hotline.redaction import redact
from backend.hotline.reporters import read_reporter_to_redact
from backend.hotline.split_matters import split_off
from backend.matters.enclosures import enclose_file
from backend.matters.kinds import Enclosure, Kind
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


def list_photos(matter: Matter) -> Iterator[Enclosure]:
    """The photos that came with the letter."""
    rows = matter.hotline.photos.select_related("file").prefetch_related("file__renditions")
    for place, photo in enumerate(rows.order_by("pk"), start=1):
        title = _("Photo %(place)d") % {"place": place}
        yield enclose_file(f"photo-{photo.pk}", title, photo.file)


HOTLINE = Kind(
    name=KIND,
    title=_lazy("Hotline"),
    model=HotlineMatter,
    flows=FLOWS,
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
        "plan-visit": _lazy("an inspector sent"),
        "visit-reported": _lazy("the inspector has reported"),
        "visit-cancelled": _lazy("the visit was cancelled"),
        "citizen-update": _lazy("added by the citizen"),
        "draft-paper": _lazy("a paper drafted"),
    },
    open_part=split_off,
    carry_out=draft_paper_of_decision,
    enclosures=list_photos,
)
