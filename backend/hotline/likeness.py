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
from backend.hotline.secrecy import digest_phone
from backend.lib import clock
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


def find_matters_of_caller(user: User, phone: str) -> list[HotlineMatter]:
    """The latest matters that came from this phone, of those that ``user`` may see."""
    if not phone:
        return []
    seen = HotlineMatter.objects.visible_to(user)
    return list(seen.filter(reporter__phone_digest=digest_phone(phone)).order_by("-pk")[:MOST])


def find_like_matters(user: User, told: Told) -> list[HotlineMatter]:
    """The latest matters of the last 90 days about the same unit, or the same product or trader nearby, that ``user`` may see."""
    alike = Q(pk__in=[])
    if told.unit is not None:
        alike |= Q(matter__links__unit=told.unit)
    for field, text in (("product_name", told.product), ("against_name", told.against)):
        if len(text) > 1:
            alike |= name_contains(text, column=field) & _is_near(told.position)
    recent = HotlineMatter.objects.visible_to(user).filter(
        matter__received_at__gte=clock.now() - WINDOW
    )
    return list(recent.filter(alike, spam=False).distinct().order_by("-pk")[:MOST])


def find_units_near(user: User, position: Point | None) -> list[Unit]:
    """The units around ``position`` that ``user`` may see, nearest first, each with ``away``."""
    if position is None:
        return []
    box = box_around(position.x, position.y, NEAR_M)
    near = Unit.objects.visible_to(user).filter(position__bboverlaps=box)
    return list(near.annotate(away=Distance("position", position)).order_by("away")[:MOST])


def _is_near(position: Point | None) -> Q:
    if position is None:
        return Q()
    box = box_around(position.x, position.y, NEAR_M)
    return Q(position__bboverlaps=box) | Q(position__isnull=True)
