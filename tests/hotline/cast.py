"""The desks of a city and a county, and what is told to them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point

from backend.accounts.models import Role, User
from backend.accounts.programs import make_program_token
from backend.hotline.intake import receive_letter
from backend.hotline.letters import Letter
from backend.hotline.models import Channel, HotlineMatter, HotlinePhoto, Nature
from backend.hotline.sealed_identity import Identity
from backend.lib import clock
from tests.world import World, make_user

ZHANG = Identity(
    name="张建国", sex="M", phone="13812341234", address="济南市历下区文化东路29号3单元"
)
"""Who tells it in these tests: nothing of him may stand where it must not."""
LIXIA = Point(117.05, 36.65, srid=4326)


@dataclass
class HotlineCast:
    """Who sits at which desk of 济南 and of 历下."""

    world: World
    operator: User
    clerk: User
    leader: User
    county_clerk: User
    county_handler: User
    county_leader: User
    neighbour_handler: User

    def write(self, nature: str = "complaint", account: str = "电梯门夹人", **facts: Any) -> str:
        """Send a letter as a citizen does; returns its number."""
        return self.send(natures=(nature,), account=account, **facts)[0].matter.number or ""

    def send(
        self,
        natures: Sequence[str] = ("complaint",),
        account: str = "电梯门夹人",
        actor: User | None = None,
        **letter: Any,
    ) -> list[HotlineMatter]:
        """The matters that a letter of 张建国 from 历下 opened."""
        told: dict[str, Any] = {
            "key": uuid.uuid4(),
            "channel": Channel.WEB,
            "reporter": ZHANG,
            "position": LIXIA,
        } | letter
        natures = tuple(map(Nature, natures))
        return receive_letter(actor=actor, letter=Letter(natures=natures, account=account, **told))

    def program_key(self, scopes: Sequence[str] = ("open311",)) -> str:
        """A token with which a program of the operator writes."""
        ends_on = clock.today() + dt.timedelta(days=30)
        name = f"program {uuid.uuid4().hex[:8]}"
        _row, text = make_program_token(
            actor=self.operator, name=name, scopes=list(scopes), ends_on=ends_on, read_only=False
        )
        return text

    def photos_of(self, number: str) -> int:
        """How many photos came with a matter."""
        return HotlinePhoto.objects.filter(matter__matter__number=number).count()


def seat_hotline(world: World) -> HotlineCast:
    """The people at their desks."""
    return HotlineCast(
        world=world,
        operator=make_user("operator", Role.OPERATOR, world.city),
        clerk=make_user("clerk", Role.CLERK, world.city),
        leader=make_user("leader", Role.LEADER, world.city),
        county_clerk=make_user("county-clerk", Role.CLERK, world.lixia),
        county_handler=make_user("county-handler", Role.HANDLER, world.lixia),
        county_leader=make_user("county-leader", Role.LEADER, world.lixia),
        neighbour_handler=make_user("neighbour", Role.HANDLER, world.shizhong),
    )
