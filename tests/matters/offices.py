"""A province with its bureau, two counties below it, and who sits where."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from backend.accounts.models import Role, User
from backend.directory.models import Authority
from backend.flows.models import FlowVersion
from backend.lib import clock
from backend.matters.models import Matter, MatterReader
from backend.offices.models import Office, Post, Substitution
from geo.models import Region
from tests.world import World, make_user

LONG_AGO = dt.date(2020, 1, 1)


@dataclass
class Desks:
    """The offices and the people at their desks."""

    bureau: Office
    hotline: Office
    lixia: Office
    shizhong: Office
    leader: User
    operator: User
    clerk: User
    handler: User
    mate: User
    stranger: User


def seat_people(world: World) -> Desks:
    """The offices of 历下 and 市中 below the bureau of the province, with a person for each role."""
    top = Authority.objects.create(
        code="37A", name="山东省质监局", level="province", region=world.province
    )
    bureau = make_office("37", "省局", None, top, world.province)
    hotline = make_office("37-12365", "12365中心", bureau, top, world.province)
    lixia = make_office("370102", "历下分局", bureau, top, world.lixia)
    shizhong = make_office("370103", "市中分局", bureau, top, world.shizhong)
    desks = Desks(
        bureau, hotline, lixia, shizhong,
        leader=make_user("leader", Role.LEADER, world.province),
        operator=make_user("operator", Role.OPERATOR, world.province),
        clerk=make_user("clerk", Role.CLERK, world.lixia),
        handler=make_user("handler", Role.HANDLER, world.lixia),
        mate=make_user("mate", Role.HANDLER, world.lixia),
        stranger=make_user("stranger", Role.HANDLER, world.shizhong),
    )  # fmt: skip
    for user, office in (
        (desks.leader, bureau), (desks.operator, hotline), (desks.clerk, lixia),
        (desks.handler, lixia), (desks.mate, lixia), (desks.stranger, shizhong),
    ):  # fmt: skip
        give_post(user, office)
    return desks


def make_office(
    code: str, name: str, parent: Office | None, authority: Authority, region: Region
) -> Office:
    """An office, with the path that the database gives it."""
    office = Office.objects.create(
        code=code, name=name, parent=parent, authority=authority, region=region
    )
    office.refresh_from_db(fields=["path"])
    return office


def give_post(
    user: User, office: Office, role: str = "", *, ends_on: dt.date | None = None
) -> Post:
    """A post that began long ago, of the user's own role unless another is named; in place of any
    that he had in the authority's own office."""
    role = role or user.role
    Post.objects.filter(user=user, office__code=f"S{user.region_id}", role=role).delete()
    return Post.objects.create(
        user=user, office=office, role=role, starts_on=LONG_AGO, ends_on=ends_on
    )


def lend_post(post: Post, substitute: User, *, ends_on: dt.date | None = None) -> Substitution:
    """``substitute`` does the work of ``post`` from long ago until today, or ``ends_on``."""
    return Substitution.objects.create(
        post=post, substitute=substitute, starts_on=LONG_AGO, reason="休假", made_by=post.user,
        ends_on=ends_on or clock.today(), made_at=clock.now(),
    )  # fmt: skip


def make_matter(office: Office, **facts: object) -> Matter:
    """A bare matter that ``office`` has."""
    flow = FlowVersion.objects.get(name="errand")
    matter = Matter.objects.create(
        kind="errand", title="电梯困人投诉", flow=flow, state="open", office=office,
        region=office.region, received_at=clock.now(), **facts,
    )  # fmt: skip
    if matter.secrecy == Matter.Secrecy.OPEN:
        MatterReader.objects.create(matter=matter, office=office, since=clock.now())
    return matter
