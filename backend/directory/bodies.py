"""Inspection bodies: for which of them somebody inspects."""

from __future__ import annotations

from backend.accounts.models import User
from backend.directory.models import LegalEntity


def inspection_body_of(user: User) -> LegalEntity | None:
    """The inspection body that ``user`` acts for, if one; of several the one approved longest."""
    bodies = LegalEntity.objects.filter(memberships__user=user, inspectionbody__isnull=False)
    return bodies.order_by("inspectionbody__approved_until", "pk").last()
