"""What the floor of matters must know of official documents."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.documents.carrying_out import carry_out
from backend.documents.decided_details import DETAIL_FORMS, record_details
from backend.documents.drafts import FLOW, KIND, STUB_FLOW
from backend.documents.enclosures import list_files
from backend.documents.models import Document, Party
from backend.matters.kinds import Kind
from backend.matters.models import Matter


def known_facts(matter: Matter) -> dict[str, Any]:
    """What the flows of documents ask for: who drafts it."""
    return {"drafter": matter.opened_by_id}


def joint_offices(matter: Matter) -> list[int]:
    """The offices that issue it too, whose people are asked to countersign."""
    joint = Party.objects.filter(document=matter.pk, part=Party.Part.JOINT)
    return list(joint.values_list("office", flat=True))


DOCUMENT = Kind(
    name=KIND,
    title=_("Official document"),
    model=Document,
    flows=(FLOW, STUB_FLOW),
    facts=known_facts,
    partial="web/desk/kinds/document.html",
    serializer="backend.api.documents.serializers.DocumentFacts",
    record_details=record_details,
    carry_out=carry_out,
    enclosures=list_files,
    further_offices=joint_offices,
    detail_forms={
        decision: f"{form.__module__}.{form.__qualname__}"
        for decision, form in DETAIL_FORMS.items()
    },
)
