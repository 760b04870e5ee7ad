"""Who publishes and who reads: a leader of the province with a department, and the people of two counties."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from backend.accounts.models import Role, User
from backend.announcements.actions import publish_announcement
from backend.announcements.audience import Audience
from backend.announcements.models import Announcement
from backend.announcements.wording import Wording
from backend.lib import clock
from backend.offices.models import Office
from tests.matters.offices import give_post, make_office
from tests.world import World, make_user, office_of


@dataclass
class Board:
    """The offices, who publishes for them, and a reader in a department of the county."""

    world: World
    province: Office
    city: Office
    lixia: Office
    shizhong: Office
    section: Office
    leader: User
    city_clerk: User
    lixia_clerk: User
    sectioned: User

    def publish(self, *, actor: User | None = None, **changes: Any) -> Announcement:
        """An announcement of the province to 历下, or as ``changes`` say."""
        until = clock.today() + dt.timedelta(days=20)
        said = {"title": "国庆值班", "body": "请值班。", "matters_until": until}
        asked: dict[str, Any] = {"office": self.province.pk, "key": uuid.uuid4()}
        asked["audience"] = Audience(offices=[self.lixia.pk])
        words = {name: changes.pop(name) for name in Wording._fields if name in changes}
        asked |= {"wording": Wording(**said | words)} | changes
        return publish_announcement(actor=actor or self.leader, **asked)[0]

    def to_confirm(self, **changes: Any) -> Announcement:
        """One that is to be confirmed within a week."""
        return self.publish(confirm_by=clock.today() + dt.timedelta(days=7), **changes)


def build_board(world: World) -> Board:
    """Everything above, in the database of the running test."""
    province, city, lixia, shizhong = (
        office_of(region) for region in (world.province, world.city, world.lixia, world.shizhong)
    )
    section = make_office("S370102-1", "特设科", lixia, lixia.authority, world.lixia)
    sectioned = make_user("sectioned", Role.HANDLER, world.lixia)
    give_post(sectioned, section)
    return Board(
        world, province, city, lixia, shizhong, section,
        leader=make_user("leader", Role.LEADER, world.province),
        city_clerk=make_user("city-clerk", Role.CLERK, world.city),
        lixia_clerk=make_user("lixia-clerk", Role.CLERK, world.lixia),
        sectioned=sectioned,
    )  # fmt: skip


def names_of_addressees(announcement: Announcement) -> set[str]:
    """The names that the addressees sign in with."""
    return set(announcement.receipts.values_list("addressee__username", flat=True))
