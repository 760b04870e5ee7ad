"""Loading the holidays of a year."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.lib import clock
from backend.lib.locks import wait_for_lock
from backend.lib.problems import not_allowed
from backend.workdays.models import PublishedYear
from backend.workdays.published import read_tables
from backend.workdays.recomputation import order_recomputations
from backend.workdays.year_checks import check_beside_others, check_year_table
from backend.workdays.year_tables import SHIPPED, YearTable, read_year_tables

_LOCK = "workdays/publish"


@transaction.atomic
def load_year(
    *,
    actor: User,
    table: YearTable,
    check_unchanged: Callable[[PublishedYear], None] | None = None,
) -> PublishedYear:
    """Take the holidays of a year as ``actor`` read them in the notice; they hold from now on.

    Whatever was counted over that year is counted anew in the background. The same table again
    changes nothing; one that holds already is shown to ``check_unchanged`` before it is replaced,
    which may raise. Refused (403) without the right for the whole province, (422) where the table
    has a gap, an overlap, a day twice, a worked weekday, or no holiday.
    """
    require_right(actor, Right.LOAD_HOLIDAYS)
    if not (actor.region_id or "").endswith("0000"):
        raise not_allowed(_("The holidays hold for the whole province: ask its administrator."))
    wait_for_lock(_LOCK)
    standing = PublishedYear.objects.in_force().filter(year=table.year).first()
    if standing is not None and check_unchanged is not None:
        check_unchanged(standing)
    return publish_years([table], loaded_by=actor)[0]


@transaction.atomic
def publish_years(
    tables: Iterable[YearTable], *, loaded_by: User | None = None
) -> list[PublishedYear]:
    """Write ``tables``, all or none, and order what was counted over them to be counted anew.

    For callers that have no actor, or asked for his right. Refused (422) like ``load_year``.
    """
    wait_for_lock(_LOCK)
    standing, rows = read_tables(), []
    for table in tables:
        check_year_table(table)
        check_beside_others(table, standing)
        if standing.get(table.year) != table:
            PublishedYear.objects.create(
                **table.document(), loaded_at=clock.now(), loaded_by=loaded_by
            )
            standing[table.year] = table
            order_recomputations()
        rows.append(PublishedYear.objects.in_force().get(year=table.year))
    return rows


def load_holidays() -> int:
    """Load the years that came with the product; returns how many were new.

    One that was loaded before by the same number stays away: an administrator may have corrected
    it since.
    """
    tables = [
        table
        for table in read_year_tables(SHIPPED)
        if not PublishedYear.objects.filter(year=table.year, number=table.number).exists()
    ]
    return len(publish_years(tables))
