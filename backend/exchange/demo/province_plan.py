"""Who gets which keys: the whole province laid out before a single unit is made.

Keys follow from the plan, so that several processes can make units side by side and one seed
always gives one province.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.exchange.demo.copy_format import copy_line
from backend.exchange.demo.counties import County
from backend.exchange.demo.made_up_names import (  # fmt: skip
    CLASSES,
    make_company_name,
    make_credit_code,
    make_mobile_number,
    make_person_name,
    make_resident_id,
)
from backend.units.inspection_due import Rule

UNITS_PER_ENTITY = 8
UNITS_PER_MAINTAINER = 1500
RECORDS_RESERVED = 64
CLOCKS_RESERVED = 4
_PERSON_EVERY = 3


@dataclass(frozen=True, slots=True)
class CountyShare:
    """What one county gets: units from ``first`` on, entities and people likewise."""

    county: County
    first: int
    units: int
    first_entity: int
    entities: int
    first_person: int
    authority: int | None


@dataclass(frozen=True, slots=True)
class CityShare:
    """What one city has for all its counties. ``body`` is its inspection body."""

    body: int
    body_name: str
    first_maintainer: int
    maintainers: int
    batch: int


@dataclass(frozen=True, slots=True)
class ProvincePlan:
    """The layout of the whole demonstration province: shares, cities, rules and first keys."""

    seed: int
    today: dt.date
    shares: Sequence[CountyShare]
    cities: dict[str, CityShare]
    rules: dict[str, Sequence[Rule]]
    first_unit: int
    first_record: int
    last_entity: int


def plan_county_shares(
    counties: Sequence[County], *, units: int, first_unit: int, first_entity: int,
    first_person: int, authorities: dict[str, int],
) -> list[CountyShare]:  # fmt: skip
    """Share out the units by people, the remainders handed on so that the sum is exact."""
    whole = sum(county.people for county in counties)
    shares, seen, given = [], 0, 0
    entity, person = first_entity, first_person
    for county in counties:
        seen += county.people
        count = units * seen // whole - given
        entities = CLASSES * max(1, round(count / UNITS_PER_ENTITY / CLASSES))
        authority = authorities.get(county.code)
        shares.append(
            CountyShare(county, first_unit + given, count, entity, entities, person, authority)
        )
        given += count
        entity += entities
        person += len(range(0, entities, _PERSON_EVERY))
    return shares


def plan_city_shares(
    shares: Sequence[CountyShare], *, first_entity: int, first_batch: int
) -> dict[str, CityShare]:
    """Give each city one inspection body and some maintainers."""
    units: dict[str, int] = {}
    names: dict[str, str] = {}
    for share in shares:
        units[share.county.city] = units.get(share.county.city, 0) + share.units
        names[share.county.city] = share.county.city_name
    cities, entity = {}, first_entity
    for number, (city, count) in enumerate(sorted(units.items())):
        maintainers = max(2, count // UNITS_PER_MAINTAINER)
        name = f"{names[city]}特种设备检验研究院"
        cities[city] = CityShare(entity, name, entity + 1, maintainers, first_batch + number)
        entity += 1 + maintainers
    return cities


def entity_lines(seed: int, share: CountyShare) -> Iterator[str]:
    """The using units of one county."""
    rng = random.Random(f"{seed}/entities/{share.county.code}")  # noqa: S311 - repeatable
    county = share.county
    for number in range(share.entities):
        name = make_company_name(rng, county.name[:2], number % CLASSES)
        town = rng.choice(county.towns)
        pk = share.first_entity + number
        yield _entity_line(rng, pk, name, county.code, county.random_address(rng, town))


def body_lines(plan: ProvincePlan) -> Iterator[str]:
    """The inspection body and the maintainers of each city."""
    rng = random.Random(f"{plan.seed}/bodies")  # noqa: S311 - a repeatable province
    for code, city in plan.cities.items():
        yield _entity_line(rng, city.body, city.body_name, code, "")
        for pk in range(city.first_maintainer, city.first_maintainer + city.maintainers):
            name = (
                make_company_name(rng, city.body_name[:2], 0)
                .replace("物业", "电梯维保")
                .replace("置业", "电梯")
            )
            yield _entity_line(rng, pk, name, code, "")


def _entity_line(rng: random.Random, pk: int, name: str, region: str, address: str) -> str:
    code = make_credit_code(region, pk)
    return copy_line((pk, name, code, "", False, region, address, make_mobile_number(rng)))


def person_lines(seed: int, share: CountyShare) -> Iterator[str]:
    """A safety officer for every third using unit of one county."""
    rng = random.Random(f"{seed}/people/{share.county.code}")  # noqa: S311 - repeatable
    for place, number in enumerate(range(0, share.entities, _PERSON_EVERY)):
        name, born = make_person_name(rng), make_resident_id(rng, share.county.code, place)
        yield copy_line(
            (
                share.first_person + place,
                name,
                born,
                make_mobile_number(rng),
                share.first_entity + number,
                share.county.code,
            )
        )
