"""What a person carries: the units of his jurisdiction, of the entities he acts for, or of his tasks."""

from __future__ import annotations

import datetime as dt
import enum
import zlib
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from backend.accounts.models import Role, User
from backend.accounts.rights import jurisdiction_filter, regions_of
from backend.directory.models import Membership
from backend.inspections.models import Task
from backend.lib import clock
from backend.units.models import Unit
from backend.units.models.unit import UnitQuerySet
from geo.models import Region

_TASK_DAYS_AHEAD = dt.timedelta(days=7)
_MAX_TASKS = 300


class DutyKind(enum.StrEnum):
    """How far a duty reaches."""

    AREA = "area"
    TASKS = "tasks"


@dataclass(frozen=True)
class Duty:
    """What ``user`` carries, in the terms of the feed: region codes or entities.

    ``listed`` are the only units of a duty that is a list of tasks; the regions are theirs.
    """

    user: User
    regions: tuple[str, ...] = ()
    entities: tuple[int, ...] = ()
    listed: tuple[int, ...] | None = None

    @property
    def fingerprint(self) -> str:
        """A check sum that differs for another duty: a cursor of the old one is worth nothing
        then."""
        if self.listed is not None:
            named = ",".join(map(str, (DutyKind.TASKS, *self.listed)))
        else:
            named = ",".join(map(str, (*regions_of(self.user), *self.entities)))
        return f"{zlib.crc32(named.encode()):x}"

    @property
    def units(self) -> UnitQuerySet:
        """The units carried; each is one that the user may see."""
        seen = Unit.objects.visible_to(self.user)
        return seen if self.listed is None else seen.filter(pk__in=self.listed)

    def concerns(self, unit: int | None) -> bool:
        """Whether a change of ``unit``, in the duty's regions or entities, is told."""
        return self.listed is None or unit in self.listed


def parse_duty_kind(text: str) -> DutyKind:
    """The kind of duty that ``text`` names; raises ValidationError (400)."""
    try:
        return DutyKind(text)
    except ValueError:
        known = _("Known duties: %(names)s.") % {"names": ", ".join(DutyKind)}
        raise ValidationError({"duty": [known]}) from None


def load_duty(user: User, kind: DutyKind = DutyKind.AREA) -> Duty:
    """The duty as it is now, in one query, or two for a list."""
    if kind == DutyKind.TASKS:
        listed = tuple(sorted({task["unit"] for task in load_tasks(user)}))
        places = Unit.objects.filter(pk__in=listed).values_list("region_id", flat=True)
        return Duty(user, regions=tuple(sorted(set(places))), listed=listed)
    if user.role == Role.ENTERPRISE:
        mine = Membership.objects.filter(user=user).order_by("entity_id")
        return Duty(user, entities=tuple(mine.values_list("entity_id", flat=True)))
    codes = Region.objects.filter(jurisdiction_filter(user, "code")).order_by("code")
    return Duty(user, regions=tuple(codes.values_list("code", flat=True)))


def load_tasks(user: User) -> list[dict[str, Any]]:
    """The user's open tasks of these days, on units that he sees."""
    rows = Task.objects.to_do(user, clock.today() + _TASK_DAYS_AHEAD)
    told = rows.annotate(on=F("planned_on")).values("id", "unit", "kind", "on", "note")
    return list(told[:_MAX_TASKS])
