"""The score calls a unit due soon on the very days on which its page and the phones do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from backend.lib import clock
from backend.risk import score_sql, weights
from backend.risk.figure_updates import UNITS_SCOPE
from backend.units.models import Unit
from backend.units.standing import due_soon_until
from tests.world import World

ONE = dt.timedelta(days=1)


def seen(unit: Unit, day: dt.date) -> tuple[bool, dt.date]:
    """Whether it is due soon on ``day``, and when something changes next."""
    model = weights.get_model_in_force(clock.today())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT due_soon, changes_on FROM ({score_sql.unit_scores_sql(model, UNITS_SCOPE[0])}) s",
            {"day": day, "units": [unit.pk]},
        )
        found: tuple[bool, dt.date] = cursor.fetchone()
    return found


@pytest.mark.parametrize(
    "due", [f"2027-{end}" for end in ("01-31", "02-28", "03-28", "03-31", "05-15")]
)
def test_due_soon_begins_and_ends_with_the_calendar_month(world: World, due: str) -> None:
    due_on = dt.date.fromisoformat(due)
    Unit.objects.filter(pk=world.lift.pk).update(
        status="in_use", registered_on=due_on - 365 * ONE, next_due_on=due_on
    )
    first = due_on
    while due_soon_until(first - ONE) >= due_on:
        first -= ONE
    soon_before, changes_on = seen(world.lift, first - ONE)
    assert not soon_before
    assert changes_on <= first
    assert seen(world.lift, first)[0]
    assert seen(world.lift, due_on)[0]
    assert not seen(world.lift, due_on + ONE)[0]
