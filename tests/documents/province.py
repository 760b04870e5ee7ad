"""A province of 17 cities and 143 counties with an office each, and who writes and signs there."""

from __future__ import annotations

from dataclasses import dataclass

from backend.accounts.models import Role, User
from backend.directory.models import Authority
from backend.documents.reference_files import load_document_rules
from backend.offices.models import Office, Post
from backend.papers.series import open_series
from backend.papers.template_files import load_templates
from geo.models import Region
from tests.world import LONG_AGO, World, make_user, office_of

CITIES = (
    "青岛", "淄博", "枣庄", "东营", "烟台", "潍坊", "济宁", "泰安", "威海", "日照", "莱芜", "临沂", "德州",
    "聊城", "滨州", "菏泽",
)  # fmt: skip
"""Beside 济南 of the world, as in 2006."""
COUNTIES = 141
"""Beside the two of the world."""


@dataclass
class ProvinceCast:
    """Who sits where; ``postman`` signs and passes on in every city but 济南."""

    world: World
    drafter: User
    checker: User
    lawyer: User
    leader: User
    city_clerk: User
    county_clerk: User
    county_leader: User
    neighbour_clerk: User
    postman: User


def seat_province(world: World) -> ProvinceCast:
    """The offices and the people, with what documents need and a series for the two who write."""
    load_templates()
    load_document_rules()
    province, city, county = (office_of(row) for row in (world.province, world.city, world.lixia))
    office_of(world.shizhong)
    others = _make_level(_regions_of_cities(world.province), [province])
    _make_level(_regions_of_counties(), others)
    keeper = make_user("keeper", Role.ADMINISTRATOR, world.province)
    open_series(actor=keeper, office=province.pk, word="鲁市监发")
    open_series(actor=keeper, office=county.pk, word="历市监发")
    postman = make_user("postman", Role.CLERK, world.city)
    Post.objects.filter(user=postman).update(office=others[0])
    Post.objects.bulk_create(
        Post(user=postman, office=one, role=Role.CLERK, starts_on=LONG_AGO) for one in others[1:]
    )
    assert city.children.count() == 2
    return ProvinceCast(
        world=world,
        postman=postman,
        drafter=make_user("drafter", Role.HANDLER, world.province),
        checker=make_user("checker", Role.CLERK, world.province),
        lawyer=make_user("lawyer", Role.HANDLER, world.province),
        leader=make_user("leader", Role.LEADER, world.province),
        city_clerk=make_user("city-clerk", Role.CLERK, world.city),
        county_clerk=make_user("county-clerk", Role.CLERK, world.lixia),
        county_leader=make_user("county-leader", Role.LEADER, world.lixia),
        neighbour_clerk=make_user("neighbour-clerk", Role.CLERK, world.shizhong),
    )


def _regions_of_cities(province: Region) -> list[Region]:
    return [
        Region(code=f"37{n:02}00", name=f"{name}市", level=Region.Level.CITY, parent=province)
        for n, name in enumerate(CITIES, start=2)
    ]


def _regions_of_counties() -> list[Region]:
    counties = []
    for number in range(COUNTIES):
        place, city = divmod(number, len(CITIES))
        code, name = f"37{city + 2:02}", CITIES[city]
        counties.append(
            Region(
                code=f"{code}{place + 21:02}", name=f"{name}{place + 1}县",
                level=Region.Level.COUNTY, parent_id=f"{code}00",
            )
        )  # fmt: skip
    return counties


def _make_level(regions: list[Region], above: list[Office]) -> list[Office]:
    """The regions with an authority and an office each, below those of the regions above."""
    Region.objects.bulk_create(regions)
    heads = {office.region_id: office for office in above}
    authorities = Authority.objects.bulk_create(
        Authority(
            code=f"S{region.pk}", name=f"{region.name}市场监督管理局", level=region.level,
            region=region, parent_id=heads[str(region.parent_id)].authority_id,
        )
        for region in regions
    )  # fmt: skip
    Office.objects.bulk_create(
        Office(
            code=one.code, name=one.name, authority=one, region=one.region,
            parent=heads[str(one.region.parent_id)],
        )
        for one in authorities
    )  # fmt: skip
    return list(Office.objects.filter(region__in=regions).order_by("code"))
