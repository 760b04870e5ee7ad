"""Keeping scores and figures current: what changed is rescored, and the difference is added.

Each batch is one transaction that moves the reader's position with what it did, so a kill loses
nothing and repeats nothing. One at a time follows: a lock by name, and the reader's row.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from backend.events import feed
from backend.lib import clock, locks
from backend.risk import changes, rates, weights
from backend.risk.applying import SOME, apply
from backend.risk.models import Reader
from backend.risk.months import turn_months
from backend.risk.rebuilding import LOCK, rebuild, rescore

_LOST = dt.timedelta(days=feed.CURSOR_DAYS)


def follow() -> int:
    """Takes in everything that has changed; returns how many standings did.

    Does nothing while another process follows or rebuilds. The first call ever builds everything.
    """
    with locks.tried(LOCK) as held:
        if not held:
            return 0
        reader = Reader.objects.first()
        if reader is None:
            return rebuild()
        if _must_rescore(reader):
            return rescore()
        today = clock.today()
        if reader.day < today:
            rates.draw(weights.in_force(today), today)
        total, more = 0, True
        while more:
            changed, more = _batch()
            total += changed
        return total


def _must_rescore(reader: Reader) -> bool:
    """Other weights are in force, or the feed no longer tells what the reader missed."""
    return (
        reader.model != weights.in_force(clock.today()).version
        or reader.cluster != feed.horizon().cluster
        or reader.read_at < clock.now() - _LOST
    )


@transaction.atomic
def _batch() -> tuple[int, bool]:
    """One transaction; returns how many standings changed, and whether there is more to do."""
    reader = Reader.objects.select_for_update().get()
    today = max(clock.today(), reader.day)
    turn_months(reader.day, today)
    upto = feed.horizon()
    told = changes.of_the_feed(reader, upto)
    passed = changes.of_the_day(today)
    units = {*told.units, *passed.units, *changes.of_the_scans(reader, upto)}
    changed = 0
    if units:
        model = weights.in_force(today)
        facts = {"units": sorted(units)}
        changed = apply(model=model, day=today, scope=SOME, facts=facts, most=len(units))
    if not passed.more:
        reader.version += reader.day < today
        reader.day = today
    reader.version += changed > 0
    reader.read_at = clock.now()
    reader.save()
    return changed, told.more or passed.more
