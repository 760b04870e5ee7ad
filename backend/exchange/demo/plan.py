"""Who gets which keys: the whole province laid out before a single unit is made.

Keys follow from the plan, so that several processes can make units side by side and one seed
always gives one province.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.exchange.demo.copying import line
from backend.exchange.demo.names import (
    CLASSES,
    company,
    credit_code,
    identity,
    mobile,
    person,
)  # fmt: skip
from backend.exchange.demo.places import County
from backend.units.due import Rule

UNITS_PER_ENTITY = 8
UNITS_PER_MAINTAINER = 1500
RECORDS_RESERVED = 64
CLOCKS_RESERVED = 4
_PERSON_EVERY = 3


@dataclass(frozen=True, slots=True)
class Share:
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
class Plan:
    """The whole layout."""

    seed: int
    today: dt.date
    shares: Sequence[Share]
    cities: dict[str, CityShare]
    rules: dict[str, Sequence[Rule]]
    first_unit: int
    first_record: int
    last_entity: int


def shares_of(
    counties: Sequence[County], *, units: int, first_unit: int, first_entity: int,
    first_person: int, authorities: dict[str, int],
) -> list[Share]:  # fmt: skip
    """Units by people, the remainders handed on so that the sum is exact."""
    whole = sum(county.people for county in counties)
    shares, seen, given = [], 0, 0
    entity, person = first_entity, first_person
    for county in counties:
        seen += county.people
        count = units * seen // whole - given
        entities = CLASSES * max(1, round(count / UNITS_PER_ENTITY / CLASSES))
        authority = authorities.get(county.code)
        shares.append(Share(county, first_unit + given, count, entity, entities, person, authority))
        given += count
        entity += entities
        person += len(range(0, entities, _PERSON_EVERY))
    return shares


def cities_of(
    shares: Sequence[Share], *, first_entity: int, first_batch: int
) -> dict[str, CityShare]:
    """One inspection body and some maintainers for each city."""
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


def entity_lines(seed: int, share: Share) -> Iterator[str]:
    """The using units of one county."""
    rng = random.Random(f"{seed}/entities/{share.county.code}")  # noqa: S311 - repeatable
    county = share.county
    for number in range(share.entities):
        name = company(rng, county.name[:2], number % CLASSES)
        town = rng.choice(county.towns)
        pk = share.first_entity + number
        yield _entity(rng, pk, name, county.code, county.address(rng, town))


def body_lines(plan: Plan) -> Iterator[str]:
    """The inspection body and the maintainers of each city."""
    rng = random.Random(f"{plan.seed}/bodies")  # noqa: S311 - a repeatable province
    for code, city in plan.cities.items():
        yield _entity(rng, city.body, city.body_name, code, "")
        for pk in range(city.first_maintainer, city.first_maintainer + city.maintainers):
            name = (
                company(rng, city.body_name[:2], 0)
                .replace("物业", "电梯维保")
                .replace("置业", "电梯")
            )
            yield _entity(rng, pk, name, code, "")


def _entity(rng: random.Random, pk: int, name: str, region: str, address: str) -> str:
    code = credit_code(region, pk)
    return line((pk, name, code, "", False, region, address, mobile(rng)))


def person_lines(seed: int, share: Share) -> Iterator[str]:
    """A safety officer for every third using unit of one county."""
    rng = random.Random(f"{seed}/people/{share.county.code}")  # noqa: S311 - repeatable
    for place, number in enumerate(range(0, share.entities, _PERSON_EVERY)):
        name, born = person(rng), identity(rng, share.county.code, place)
        yield line(
            (share.first_person + place, name, born, mobile(rng), share.first_entity + number)
        )
