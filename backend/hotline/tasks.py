"""What the hotline does by itself."""

from __future__ import annotations

import datetime as dt

from celery import shared_task

from backend.hotline.clusters.kept_clusters import keep_clusters
from backend.hotline.digests import send_digests
from backend.hotline.visits import take_in_visits
from backend.lib import clock


@shared_task(ignore_result=True)
def find_clusters_until_yesterday() -> None:
    """Look for clusters that last until yesterday, which is over."""
    keep_clusters(clock.today() - dt.timedelta(days=1))


@shared_task(ignore_result=True)
def send_weekly_digests() -> int:
    """Tell supervisors of the last week, those that were not told yet; returns how many."""
    return send_digests(clock.today())


@shared_task(ignore_result=True)
def take_in_reported_visits() -> int:
    """Take the ends of visits into their matters; returns how many."""
    return take_in_visits()
