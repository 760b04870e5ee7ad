"""What a person carries: the units of his jurisdiction, or of the entities he acts for."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from backend.accounts.models import Role, User
from backend.accounts.rights import in_jurisdiction
from backend.directory.models import Membership
from geo.models import Region


@dataclass(frozen=True)
class Duty:
    """The scope of ``visible_to(user)`` in the terms of the feed: region codes or entities."""

    user: User
    regions: tuple[str, ...] = ()
    entities: tuple[int, ...] = ()

    @property
    def mark(self) -> str:
        """Another one for another duty: a cursor of the old one is worth nothing then."""
        named = ",".join(map(str, (self.user.region_id, *self.entities)))
        return f"{zlib.crc32(named.encode()):x}"


def duty_of(user: User) -> Duty:
    """The duty as it is now, in one query."""
    if user.role == Role.ENTERPRISE:
        mine = Membership.objects.filter(user=user).order_by("entity_id")
        return Duty(user, entities=tuple(mine.values_list("entity_id", flat=True)))
    codes = Region.objects.filter(in_jurisdiction(user, "code")).order_by("code")
    return Duty(user, regions=tuple(codes.values_list("code", flat=True)))
