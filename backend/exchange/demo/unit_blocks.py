"""Makes units with everything that hangs on them, a block at a time, without the database."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.exchange.demo.counties import County, Town, line_ewkb, point_ewkb
from backend.exchange.demo.life_templates import LifeTemplate
from backend.exchange.demo.made_up_names import CLASSES
from backend.exchange.demo.province_plan import (
    CLOCKS_RESERVED,
    RECORDS_RESERVED,
    CountyShare,
    ProvincePlan,
    entity_lines,
    person_lines,
)
from tagging.codes import ALPHABET, BODY_LENGTH, compute_check_symbol

BLOCK = 2000
_SIGNS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_KIND_SIGN = {
    "1": "锅",
    "2": "容",
    "3": "梯",
    "4": "起",
    "5": "车",
    "6": "游",
    "8": "管",
    "9": "索",
}
_RECORD_SLOTS = tuple(f"r{number}" for number in range(RECORDS_RESERVED))
_NULL = "\\N"
Rows = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Block:
    """Some units of one county: ``start`` of its share on, ``count`` of them."""

    share: CountyShare
    start: int
    count: int


def plan_blocks(plan: ProvincePlan) -> list[Block]:
    """The blocks of at most ``BLOCK`` units that make up the whole plan."""
    return [
        Block(share, start, min(BLOCK, share.units - start))
        for share in plan.shares
        for start in range(0, max(share.units, 1), BLOCK)
    ]


def make_block_rows(
    plan: ProvincePlan, block: Block, templates: Sequence[LifeTemplate]
) -> dict[str, bytes]:
    """The rows of one block in COPY's text format, by table."""
    first = block.share.first + block.start
    rng = random.Random(f"{plan.seed}/{first}")  # noqa: S311 - a repeatable province
    out: Rows = defaultdict(list)
    if not block.start:
        out["directory_legalentity"] += entity_lines(plan.seed, block.share)
        out["directory_person"] += person_lines(plan.seed, block.share)
    for pk in range(first, first + block.count):
        _add_unit(plan, block.share, pk, rng, templates, out)
    return {table: "".join(lines).encode() for table, lines in out.items()}


def _add_unit(
    plan: ProvincePlan,
    share: CountyShare,
    pk: int,
    rng: random.Random,
    templates: Sequence[LifeTemplate],
    out: Rows,
) -> None:
    number = pk - plan.first_unit
    # The first ones live the lives in order, so that a small register shares none.
    place = number if number < len(templates) else int(rng.random() * len(templates))
    shape = templates[place]
    slots = _slot_values(plan, share, pk, rng, shape)
    first = plan.first_record + number * RECORDS_RESERVED
    slots.update(
        zip(_RECORD_SLOTS[: shape.records], range(first, first + shape.records), strict=True)
    )
    for table, template in shape.rows:
        out[table].append(template % slots)
    _add_tag(slots["batch"], pk, shape, rng, out)


def _slot_values(
    plan: ProvincePlan, share: CountyShare, pk: int, rng: random.Random, template: LifeTemplate
) -> dict[str, Any]:
    """The values of the slots that a template leaves open, by name."""
    number, county, city = pk - plan.first_unit, share.county, plan.cities[share.county.city]
    maintainer: int | str = _NULL
    if template.code[0] == "3":
        maintainer = city.first_maintainer + int(rng.random() * city.maintainers)
    town = county.towns[int(rng.random() * len(county.towns))]
    position, route = _choose_position_and_route(rng, town, template.code[0])
    certificate = _NULL
    if template.registered_on is not None:
        certificate = _make_certificate_no(
            county, template.code, number, template.registered_on.year
        )
    clock = (pk - 1) * CLOCKS_RESERVED + 1
    return {
        "unit": pk, "number": number, "region": county.code, "body": city.body,
        "body_name": city.body_name, "batch": city.batch, "maintainer": maintainer,
        "authority": _NULL if share.authority is None else share.authority,
        "user": _choose_user(rng, share, template.trade), "next_user": _choose_user(rng, share, template.trade),
        "factory": f"{template.maker:02d}{number:07d}", "certificate": certificate,
        "device": _make_device_code(template.code, template.maker, template.made_in, number),
        "internal": 1 + int(rng.random() * 60), "address": county.random_address(rng, town),
        "position": position, "route": route,
        "k0": clock, "k1": clock + 1, "k2": clock + 2, "k3": clock + 3,
    }  # fmt: skip


def _choose_user(rng: random.Random, share: CountyShare, trade: int) -> int:
    """A using unit of the right class; the first of a county have the most units."""
    rows = share.entities // CLASSES
    return share.first_entity + CLASSES * int(rows * rng.random() ** 2) + trade


def _make_certificate_no(county: County, code: str, number: int, year: int) -> str:
    """A number in the grammar of TSG 08: decimal serials first, then with a letter in front."""
    if number < 100_000:
        serial = f"{number:05d}"
    else:
        rest, serial = number - 100_000, ""
        for _place in range(4):
            rest, sign = divmod(rest, len(_SIGNS))
            serial = _SIGNS[sign] + serial
        serial = _SIGNS[10 + rest] + serial
    return f"{_KIND_SIGN[code[0]]}{code[1:3]}鲁{county.letter}{serial}({year % 100:02d})"


def _make_device_code(code: str, maker: int, year: int, number: int) -> str:
    turn, rest = divmod(number, 340_000)
    licence = f"{10 + 27 * (maker % 2)}{(maker * 20 + turn) % 1000:03d}"
    return f"{code}{licence}{year}{_SIGNS[rest // 10000]}{rest % 10000:04d}"


def _choose_position_and_route(rng: random.Random, town: Town, kind: str) -> tuple[str, str]:
    """Position and, for piping, the line: both inside the county."""
    start = town.random_point(rng)
    if kind != "8":
        return point_ewkb(*start), _NULL
    end = town.random_point(rng)
    return point_ewkb(*start), line_ewkb([start, (end[0], start[1]), end])


def _add_tag(batch: int, unit: int, template: LifeTemplate, rng: random.Random, out: Rows) -> None:
    """Add a tag to nearly every unit, bound soon after registration."""
    if template.registered_on is None or rng.random() < 0.01:
        return
    body = "".join(rng.choices(ALPHABET, k=BODY_LENGTH))
    code = body + compute_check_symbol(body)
    bound = f"{template.registered_on}T15:00:00+08:00"
    out["tagging_tag"].append(f"{code}\t{batch}\t{bound}\t\n")
    out["tagging_binding"].append(f"{unit}\t{code}\t{unit}\t{bound}\t\n")
