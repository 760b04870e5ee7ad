"""Makes units with everything that hangs on them, a block at a time, without the database."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.exchange.demo.names import CLASSES
from backend.exchange.demo.places import County, Town, line_ewkb, point_ewkb
from backend.exchange.demo.plan import (
    CLOCKS_RESERVED,
    RECORDS_RESERVED,
    Plan,
    Share,
    entity_lines,
    person_lines,
)
from backend.exchange.demo.shapes import Shape
from tagging.codes import ALPHABET, BODY, check_symbol

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

    share: Share
    start: int
    count: int


def blocks(plan: Plan) -> list[Block]:
    """All work, in portions."""
    return [
        Block(share, start, min(BLOCK, share.units - start))
        for share in plan.shares
        for start in range(0, max(share.units, 1), BLOCK)
    ]


def make(plan: Plan, block: Block, shapes: Sequence[Shape]) -> dict[str, bytes]:
    """The rows of one block in COPY's text format, by table."""
    first = block.share.first + block.start
    rng = random.Random(f"{plan.seed}/{first}")  # noqa: S311 - a repeatable province
    out: Rows = defaultdict(list)
    if not block.start:
        out["directory_legalentity"] += entity_lines(plan.seed, block.share)
        out["directory_person"] += person_lines(plan.seed, block.share)
    for pk in range(first, first + block.count):
        _unit(plan, block.share, pk, rng, shapes, out)
    return {table: "".join(lines).encode() for table, lines in out.items()}


def _unit(
    plan: Plan, share: Share, pk: int, rng: random.Random, shapes: Sequence[Shape], out: Rows
) -> None:
    number = pk - plan.first_unit
    # The first ones live the lives in order, so that a small register shares none.
    place = number if number < len(shapes) else int(rng.random() * len(shapes))
    shape = shapes[place]
    slots = _slots(plan, share, pk, rng, shape)
    first = plan.first_record + number * RECORDS_RESERVED
    slots.update(
        zip(_RECORD_SLOTS[: shape.records], range(first, first + shape.records), strict=True)
    )
    for table, template in shape.rows:
        out[table].append(template % slots)
    _tag(slots["batch"], pk, shape, rng, out)


def _slots(plan: Plan, share: Share, pk: int, rng: random.Random, shape: Shape) -> dict[str, Any]:
    """What a shape leaves open."""
    number, county, city = pk - plan.first_unit, share.county, plan.cities[share.county.city]
    maintainer: int | str = _NULL
    if shape.code[0] == "3":
        maintainer = city.first_maintainer + int(rng.random() * city.maintainers)
    town = county.towns[int(rng.random() * len(county.towns))]
    position, route = _place(rng, town, shape.code[0])
    certificate = _NULL
    if shape.registered_on is not None:
        certificate = _certificate(county, shape.code, number, shape.registered_on.year)
    clock = (pk - 1) * CLOCKS_RESERVED + 1
    return {
        "unit": pk, "number": number, "region": county.code, "body": city.body,
        "body_name": city.body_name, "batch": city.batch, "maintainer": maintainer,
        "authority": _NULL if share.authority is None else share.authority,
        "user": _user(rng, share, shape.trade), "next_user": _user(rng, share, shape.trade),
        "factory": f"{shape.maker:02d}{number:07d}", "certificate": certificate,
        "device": _device_code(shape.code, shape.maker, shape.made_in, number),
        "internal": 1 + int(rng.random() * 60), "address": county.address(rng, town),
        "position": position, "route": route,
        "k0": clock, "k1": clock + 1, "k2": clock + 2, "k3": clock + 3,
    }  # fmt: skip


def _user(rng: random.Random, share: Share, trade: int) -> int:
    """A using unit of the right class; the first of a county have the most units."""
    rows = share.entities // CLASSES
    return share.first_entity + CLASSES * int(rows * rng.random() ** 2) + trade


def _certificate(county: County, code: str, number: int, year: int) -> str:
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


def _device_code(code: str, maker: int, year: int, number: int) -> str:
    turn, rest = divmod(number, 340_000)
    licence = f"{10 + 27 * (maker % 2)}{(maker * 20 + turn) % 1000:03d}"
    return f"{code}{licence}{year}{_SIGNS[rest // 10000]}{rest % 10000:04d}"


def _place(rng: random.Random, town: Town, kind: str) -> tuple[str, str]:
    """Position and, for piping, the line: both inside the county."""
    start = town.point(rng)
    if kind != "8":
        return point_ewkb(*start), _NULL
    end = town.point(rng)
    return point_ewkb(*start), line_ewkb([start, (end[0], start[1]), end])


def _tag(batch: int, unit: int, shape: Shape, rng: random.Random, out: Rows) -> None:
    """A tag on nearly every unit, bound soon after registration."""
    if shape.registered_on is None or rng.random() < 0.01:
        return
    body = "".join(rng.choices(ALPHABET, k=BODY))
    code = body + check_symbol(body)
    bound = f"{shape.registered_on}T15:00:00+08:00"
    out["tagging_tag"].append(f"{code}\t{batch}\t{bound}\t\n")
    out["tagging_binding"].append(f"{unit}\t{code}\t{unit}\t{bound}\t\n")
