"""Gives each addressee his receipt: one statement for however many offices and people.

Whom an announcement reaches is frozen as offices and as people who were named. Who joins one of
the offices while the announcement matters is given a receipt too, by the same statement.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, Value

from backend.announcements.models import Announcement, Reach, Receipt
from backend.lib import clock
from backend.offices.models import Post, post_in_force

Pairs = list[tuple[int, int]]
"""Announcements, each with somebody who was given a receipt of it now."""


def address_offices(announcements: QuerySet[Announcement]) -> Pairs:
    """Give everybody with a post in an office that they reach a receipt, unless he has one."""
    held = Reach.objects.filter(
        post_in_force(clock.today(), "office__posts__"),
        announcement__in=announcements,
        office__posts__user__is_active=True,
    ).distinct("announcement_id", "office__posts__user_id")
    ordered = held.order_by(
        "announcement_id",
        "office__posts__user_id",
        F("office__posts__ends_on").desc(nulls_first=True),
        "office__posts__pk",
    )
    return _insert_addressees(
        ordered.values_list("announcement_id", "office__posts__user_id", "office_id")
    )


def address_people(announcement: Announcement, people: Collection[int]) -> Pairs:
    """Give each of ``people`` who holds a post today a receipt, unless he has one."""
    if not people:
        return []
    held = Post.objects.filter(
        post_in_force(clock.today()), user__in=people, user__is_active=True
    ).distinct("user_id")
    ordered = held.order_by("user_id", F("ends_on").desc(nulls_first=True), "pk")
    return _insert_addressees(ordered.values_list(Value(announcement.pk), "user_id", "office_id"))


def address_again(announcement: Announcement, corrected: Announcement) -> Pairs:
    """Give all who had a receipt of what is ``corrected``, and are still here, one of the new version."""
    had = Receipt.objects.filter(announcement=corrected).of_staff_today()
    return _insert_addressees(had.values_list(Value(announcement.pk), "addressee_id", "office_id"))


def _insert_addressees(rows: QuerySet[Any, Any]) -> Pairs:
    chosen, parameters = rows.query.sql_with_params()
    statement = (
        "INSERT INTO announcements_receipt (announcement_id, addressee_id, office_id) "
        f"{chosen} ON CONFLICT DO NOTHING RETURNING announcement_id, addressee_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
