"""Makes units with everything that hangs on them, a block at a time, without the database."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from backend.exchange.demo import mix
from backend.exchange.demo.copying import OWN, line
from backend.exchange.demo.lives import Life, Who, live
from backend.exchange.demo.names import CLASSES, MAKERS
from backend.exchange.demo.places import County, Town, line_ewkb, point_ewkb
from backend.exchange.demo.plan import CLOCKS_RESERVED, RECORDS_RESERVED, Plan, Share
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
        for start in range(0, share.units, BLOCK)
    ]


def make(plan: Plan, block: Block) -> dict[str, bytes]:
    """The rows of one block in COPY's text format, by table."""
    first = block.share.first + block.start
    rng = random.Random(f"{plan.seed}/{first}")  # noqa: S311 - a repeatable province
    out: dict[str, list[str]] = defaultdict(list)
    for pk in range(first, first + block.count):
        _unit(plan, block.share, pk, rng, out)
    return {table: "".join(lines).encode() for table, lines in out.items()}


def _unit(plan: Plan, share: Share, pk: int, rng: random.Random, out: dict[str, list[str]]) -> None:
    number, city = pk - plan.first_unit, plan.cities[share.county.city]
    code = mix.category(rng)
    kind = code[0]
    maker = mix.maker(rng, kind, len(MAKERS))
    trade = mix.trade(rng, kind)
    who = Who(
        share.county.code, _user(rng, share, trade), _user(rng, share, trade), city.body,
        city.body_name, share.authority,
    )  # fmt: skip
    life = Life(code, mix.parameters(rng, code), rng, plan.today, who, "")
    factory_no = f"{maker:02d}{number:07d}"
    life.certificate_no = "待定"
    live(life, plan.rules[code], maker, factory_no)
    certificate = None
    if life.registered_on is not None:
        certificate = _certificate(share.county, code, number, life.registered_on.year)
        next(e for e in life.entries if e.stage == "registration").own["certificate_no"] = (
            certificate
        )
    device = _device_code(code, maker, life.made_on.year, number)
    maintainer = city.first_maintainer + rng.randrange(city.maintainers) if kind == "3" else None
    town = rng.choice(share.county.towns)
    out["units_unit"].append(
        line(
            (pk, device, certificate, code, kind, "", "2014", "", _model(kind, rng), factory_no,
             f"{rng.randint(1, 60)}#", "", life.parameters, life.user, life.user, maintainer,
             share.county.code, share.county.address(rng, town), *_shape(share.county, rng, town, kind),
             "WGS84", False, life.registered_on, *_state(plan, life, pk, out), 0,
             f"{life.entries[0].on}T09:00:00+08:00", f"{plan.today}T00:00:00+08:00", 1)
        )
    )  # fmt: skip
    _records(plan, life, pk, number, out)
    _tag(city.batch, pk, life, rng, out)


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


def _model(kind: str, rng: random.Random) -> str:
    return f"{'_GRTQCYXPK'[int(kind)]}{rng.choice(('-II', '-III', ''))}{rng.randint(10, 99)}"


def _shape(county: County, rng: random.Random, town: Town, kind: str) -> tuple[Any, Any]:
    """Position and, for piping, the line: both inside the county."""
    start = county.point(rng, town)
    if kind != "8":
        return point_ewkb(*start), None
    end = county.point(rng, Town("", *start))
    return point_ewkb(*start), line_ewkb([start, (end[0], start[1]), end])


def _state(plan: Plan, life: Life, pk: int, out: dict[str, list[str]]) -> tuple[Any, ...]:
    """The derived columns from ``status`` to ``next_due_on``; writes the clocks on the way."""
    dues = life.dues(plan.rules[life.code])
    for number, due in enumerate(dues):
        key = (pk - 1) * CLOCKS_RESERVED + 1 + number
        out["units_clock"].append(
            line((key, pk, due.clock, due.last_on, due.due_on, due.opens_on, due.rule_code))
        )
    inspections, blocked = life.inspections, life.blocked
    last = inspections[-1]
    return (
        life.status, life.registered_on, blocked, "failed" if blocked else "", last.on,
        last.own["conclusion"], life.grade, min((d.due_on for d in dues if d.due_on), default=None),
    )  # fmt: skip


def _records(plan: Plan, life: Life, unit: int, number: int, out: dict[str, list[str]]) -> None:
    first = plan.first_record + number * RECORDS_RESERVED
    for offset, entry in enumerate(life.entries):
        entry.pk = first + offset
    for entry in life.entries:
        if entry.points_at is not None:
            entry.own[entry.points_at[0]] = entry.points_at[1].pk
        filed = f"{min(entry.on + dt.timedelta(days=1), plan.today)}T10:00:00+08:00"
        out["units_record"].append(
            line((entry.pk, unit, entry.stage, entry.on, life.who.region, filed, "demo", "", ""))
        )
        own = (entry.own.get(name, none) for name, none in OWN[entry.stage].items())
        out[f"units_{entry.stage}"].append(line((entry.pk, *own)))


def _tag(batch: int, unit: int, life: Life, rng: random.Random, out: dict[str, list[str]]) -> None:
    """A tag on nearly every unit, bound soon after registration."""
    if life.registered_on is None or rng.random() < 0.01:
        return
    body = "".join(rng.choices(ALPHABET, k=BODY))
    code = body + check_symbol(body)
    bound = f"{life.registered_on}T15:00:00+08:00"
    out["tagging_tag"].append(line((code, batch, bound, "")))
    out["tagging_binding"].append(line((unit, code, unit, bound, "")))
