"""What the floor of matters must know of incoming documents."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from backend.incoming.carrying_out import carry_out
from backend.incoming.decided_details import DETAIL_FORMS, record_details
from backend.incoming.enclosures import list_files
from backend.incoming.models import IncomingDocument
from backend.incoming.registration import KIND
from backend.matters.kinds import Kind
from backend.matters.models import Matter
from backend.offices.models import Office


def known_facts(_matter: Matter) -> dict[str, Any]:
    """Its flow asks for nothing but what every flow knows."""
    return {}


def offices_descending_from_holder(matter: Matter) -> list[int]:
    """The offices below the one that has it, whose people may help and read."""
    return list(Office.objects.descending_from(matter.office).values_list("pk", flat=True))


INCOMING = Kind(
    name=KIND,
    title=_("Incoming document"),
    model=IncomingDocument,
    flows=(KIND,),
    facts=known_facts,
    partial="web/desk/kinds/incoming.html",
    serializer="backend.api.incoming.IncomingFacts",
    record_details=record_details,
    carry_out=carry_out,
    enclosures=list_files,
    further_offices=offices_descending_from_holder,
    detail_forms={
        decision: f"{form.__module__}.{form.__qualname__}"
        for decision, form in DETAIL_FORMS.items()
    },
)
