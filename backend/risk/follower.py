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
from backend.risk.figure_updates import UNITS_SCOPE, update_figures
from backend.risk.full_rebuild import LOCK, rebuild_figures, rescore_register
from backend.risk.models import Reader
from backend.risk.month_versions import begin_month_versions

_LOST = dt.timedelta(days=feed.CURSOR_DAYS)


def follow_changes() -> int:
    """Takes in everything that has changed; returns how many standings did.

    Does nothing while another process follows or rebuilds. The first call ever builds everything.
    """
    with locks.try_lock(LOCK) as held:
        if not held:
            return 0
        reader = Reader.objects.first()
        if reader is None:
            return rebuild_figures()
        if _must_rescore(reader):
            return rescore_register()
        today = clock.today()
        if reader.day < today:
            rates.recompute_rates(weights.get_model_in_force(today), today)
        total, more = 0, True
        while more:
            changed, more = _follow_batch()
            total += changed
        return total


def _must_rescore(reader: Reader) -> bool:
    """Other weights are in force, or the feed no longer tells what the reader missed."""
    return (
        reader.model != weights.get_model_in_force(clock.today()).version
        or reader.cluster != feed.read_horizon().cluster
        or reader.read_at < clock.now() - _LOST
    )


@transaction.atomic
def _follow_batch() -> tuple[int, bool]:
    """Follow one batch in one transaction; returns how many scores changed, and whether there is more."""
    reader = Reader.objects.select_for_update().get()
    today = max(clock.today(), reader.day)
    begin_month_versions(reader.day, today)
    upto = feed.read_horizon()
    told = changes.take_feed_changes(reader, upto)
    passed = changes.read_day_changes(today)
    units = {*told.units, *passed.units, *changes.list_scanned_units(reader, upto)}
    changed = 0
    if units:
        model = weights.get_model_in_force(today)
        facts = {"units": sorted(units)}
        changed = update_figures(
            model=model, day=today, scope=UNITS_SCOPE, parameters=facts, most=len(units)
        )
    if not passed.more:
        reader.version += reader.day < today
        reader.day = today
    reader.version += changed > 0
    reader.read_at = clock.now()
    reader.save()
    return changed, told.more or passed.more
