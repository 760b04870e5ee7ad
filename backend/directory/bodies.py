"""Inspection bodies: for which of them somebody inspects."""

from __future__ import annotations

from django.db.models import BigIntegerField, QuerySet

from backend.accounts.models import User
from backend.directory.models import LegalEntity
from backend.lib.kept_queries import Given, KeptQuery


def _body_of_given_member() -> QuerySet[LegalEntity]:
    member = Given("user", BigIntegerField())
    bodies = LegalEntity.objects.filter(memberships__user=member, inspectionbody__isnull=False)
    return bodies.order_by("inspectionbody__approved_until", "pk").reverse()[:1]


_BODY = KeptQuery(_body_of_given_member)


def inspection_body_of(user: User) -> LegalEntity | None:
    """The inspection body that ``user`` acts for, if one; of several the one approved longest."""
    return next(iter(_BODY.fetch(user=user.pk)), None)
