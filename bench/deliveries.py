"""One paper to 160 offices in one go, until the last inbox has it, beside the bare SQL.

Each office has a clerk, who is notified. The bare SQL writes the same distribution and the same
160 deliveries, without history and without notifications.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction

from backend.accounts.models import Role, User
from backend.deliveries.actions import send_paper
from backend.deliveries.models import Delivery
from backend.lib import clock
from backend.offices.models import Office, Post
from backend.papers.actions import issue_paper, register_paper
from backend.papers.template_files import load_templates
from bench.callers import result_row
from bench.papers import draft, make_office, make_series

OFFICES = 160
ROUNDS = 12
_DISTRIBUTION = """
    INSERT INTO deliveries_distribution (paper_id, sender_id, path, title, note, sent_at, sent_by_id)
    VALUES (%s, %s, 'bare/', 'bare', '', now(), %s) RETURNING id
"""
_DELIVERIES = """
    INSERT INTO deliveries_delivery (distribution_id, paper_id, receiver_id, state, reason)
    SELECT %s, %s, unnest(%s::bigint[]), 'sent', ''
"""


def run() -> list[dict[str, Any]]:
    """Rows for the table of figures."""
    load_templates()
    office, clerk = make_office()
    series = make_series(office)
    receivers = _make_receivers(office)
    papers = [draft(clerk, office) for _ in range(2 * ROUNDS)]
    for paper in papers:
        register_paper(actor=clerk, paper=paper, series=series.pk)
        issue_paper(actor=clerk, paper=paper)

    def send(paper: int) -> None:
        send_paper(actor=clerk, paper=paper, sender_office=office.pk, receiver_offices=receivers)

    def send_bare(paper: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_DISTRIBUTION, [paper, office.pk, clerk.pk])
            (distribution,) = cursor.fetchone()
            cursor.execute(_DELIVERIES, [distribution, paper, receivers])

    ours, bare = _median_ms(send, papers[:ROUNDS]), _median_ms(send_bare, papers[ROUNDS:])
    assert Delivery.objects.filter(paper__in=papers).count() == 2 * ROUNDS * OFFICES
    return [
        result_row("deliveries.to_160_offices", ours, "ms", ROUNDS, "bare SQL", bare),
        result_row("deliveries.bare_sql", bare, "ms", ROUNDS),
    ]


def _median_ms(send: Callable[[int], None], papers: list[int]) -> float:
    took = []
    for paper in papers:
        begun = time.perf_counter()
        send(paper)
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took)


def _make_receivers(above: Office) -> list[int]:
    made = []
    for number in range(OFFICES):
        facts = {"authority": above.authority, "region": above.region, "parent": above}
        name = f"bench-{number}"
        office, _new = Office.objects.get_or_create(code=name, defaults={"name": name, **facts})
        clerk, _new = User.objects.get_or_create(
            username=name,
            defaults={
                "role": Role.CLERK,
                "region": above.region,
                "password": UNUSABLE_PASSWORD_PREFIX,
            },
        )
        Post.objects.get_or_create(
            user=clerk, office=office, role=Role.CLERK, defaults={"starts_on": clock.today()}
        )
        made.append(office.pk)
    return made
