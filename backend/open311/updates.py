"""Updates of requests, as FixMyStreet added them to GeoReport v2: what happened to each, and what its sender adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.hotline.models import HotlineMatter
from backend.hotline.updates import add_citizen_update
from backend.lib.problems import not_found
from backend.matters.models import Step
from backend.open311.public_list import listed_matters, read_span

_MOST = 1000


def list_updates(params: Mapping[str, str]) -> list[Step]:
    """The steps of the listed matters in the span asked for, oldest first, a thousand at most."""
    steps = Step.objects.filter(
        matter__in=listed_matters().order_by().values("pk"), at__range=read_span(params)
    )
    return list(steps.select_related("matter").order_by("at", "pk")[:_MOST])


def update_document(step: Step) -> dict[str, Any]:
    """One update. What people wrote to each other, and what its sender added, is not in it."""
    closed = step.matter.closed_at is not None and step.at >= step.matter.closed_at
    return {
        "update_id": step.pk,
        "service_request_id": step.matter.number,
        "status": "closed" if closed else "open",
        "updated_datetime": step.at,
        "description": step.action,
        "media_url": None,
    }


def post_update(told: Mapping[str, str], owner: User) -> Step:
    """Add to a request what its sender writes; raises Refused 404 for one that another program sent."""
    number = told.get("service_request_id", "")
    sent = HotlineMatter.objects.select_related("matter", "reporter")
    child = sent.filter(sent_by=owner, matter__number=number).first()
    if child is None:
        raise not_found(_("There is no such request of yours."))
    return add_citizen_update(child, told.get("description", ""))
