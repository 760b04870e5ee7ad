"""What is like a matter that is being told: calls of the same phone, others about the same thing, units at the place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import Q

from backend.accounts.models import User
from backend.directory.name_search import name_contains
from backend.hotline.models import HotlineMatter
from backend.hotline.sealed_identity import digest_phone
from backend.lib import clock
from backend.matters.models import Link
from backend.units.models import Unit
from geo.areas import box_around

WINDOW = dt.timedelta(days=90)
"""How far back another matter may lie to be taken for the same."""
NEAR_M = 500.0
"""How far from the place, to each side."""
MOST = 8


@dataclass(frozen=True)
class Told:
    """What is known so far of a matter that is being told."""

    product: str = ""
    against: str = ""
    position: Point | None = None
    unit: Unit | None = None


def list_matters_of_caller(user: User, phone: str) -> list[HotlineMatter]:
    """The latest matters that came from this phone, of those that ``user`` may see."""
    if not phone:
        return []
    seen = HotlineMatter.objects.visible_to(user)
    return list(seen.filter(reporter__phone_digest=digest_phone(phone)).order_by("-pk")[:MOST])


def list_like_matters(user: User, told: Told) -> list[HotlineMatter]:
    """The latest matters of the last 90 days about the same unit, or the same product or trader nearby, that ``user`` may see."""
    recent = HotlineMatter.objects.visible_to(user).filter(
        matter__received_at__gte=clock.now() - WINDOW
    )
    return list(recent.filter(_is_alike(told), spam=False).order_by("-pk")[:MOST])


def list_like_letters(user: User, child: HotlineMatter) -> list[HotlineMatter]:
    """The matters that might be joined with ``child``: of the same unit, or of the same product or
    trader nearby, received within 90 days of it, of other letters, that ``user`` may see."""
    about = child.matter.links.filter(kind=Link.Kind.ABOUT, unit__isnull=False).first()
    told = Told(
        product=child.product_name,
        against=child.against_name,
        position=child.position,
        unit=about.unit if about else None,
    )
    received = child.matter.received_at
    others = HotlineMatter.objects.visible_to(user).filter(
        matter__received_at__range=(received - WINDOW, received + WINDOW),
        nature=child.nature,
        spam=False,
    )
    like = others.filter(_is_alike(told)).exclude(sent_as=child.sent_as)
    return list(like.select_related("matter").order_by("-pk")[:MOST])


def leave_out_joined(child: HotlineMatter, others: list[HotlineMatter]) -> list[HotlineMatter]:
    """``others`` without those that ``child`` is joined with, whichever of both leads."""
    joined = Link.objects.filter(kind=Link.Kind.JOINED_WITH)
    ends = joined.filter(Q(matter=child.pk) | Q(other=child.pk)).values_list("matter", "other")
    known = {number for pair in ends for number in pair}
    return [other for other in others if other.pk not in known]


def list_units_near(user: User, position: Point | None) -> list[Unit]:
    """The units around ``position`` that ``user`` may see, nearest first, each with ``away``."""
    if position is None:
        return []
    box = box_around(position.x, position.y, NEAR_M)
    near = Unit.objects.visible_to(user).filter(position__bboverlaps=box)
    return list(near.annotate(away=Distance("position", position)).order_by("away")[:MOST])


def _is_alike(told: Told) -> Q:
    about = Link.objects.filter(unit=told.unit) if told.unit is not None else Link.objects.none()
    # Its few keys are read first: an index has them, while a join of either or none has no index.
    alike = Q(pk__in=list(about.values_list("matter", flat=True)))
    for field, text in (("product_name", told.product), ("against_name", told.against)):
        if len(text) > 1:
            alike |= name_contains(text, column=field) & _may_be_near(told.position)
    return alike


def _may_be_near(position: Point | None) -> Q:
    if position is None:
        return Q()
    box = box_around(position.x, position.y, NEAR_M)
    return Q(position__bboverlaps=box) | Q(position__isnull=True)
