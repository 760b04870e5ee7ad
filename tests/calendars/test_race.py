"""Two act at once on one room or one duty: one wins, the other is told."""

from __future__ import annotations

import pytest

from backend.calendars.models import Duty, Meeting
from backend.calendars.swaps import agree_to_swap, ask_for_swap
from tests.calendars.scenes import Bureau, build_bureau
from tests.matters.test_race import at_once
from tests.world import World


@pytest.fixture
def bureau(committed_world: World) -> Bureau:
    """The bureau in committed rows."""
    return build_bureau(committed_world)


def test_of_two_who_book_one_room_at_once_one_is_told(bureau: Bureau):
    calls = [lambda who=who: bureau.call(actor=who) for who in (bureau.clerk, bureau.leader)]
    assert at_once(*calls) == ["done", "room-taken"]
    assert Meeting.objects.count() == 1


def test_of_two_swaps_of_one_duty_agreed_to_at_once_one_is_told(bureau: Bureau):
    roster = bureau.roster(people=[bureau.handler.pk, bureau.mate.pk, bureau.clerk.pk])
    mine = bureau.duty(roster, bureau.handler)
    swaps = [
        ask_for_swap(actor=other, duty=bureau.duty(roster, other).pk, other=mine.pk)
        for other in (bureau.mate, bureau.clerk)
    ]
    calls = [lambda pk=swap.pk: agree_to_swap(actor=bureau.handler, swap=pk) for swap in swaps]
    assert at_once(*calls) == ["done", "duty-ended"]
    standing = Duty.objects.standing().filter(day=mine.day, shift=mine.shift, leads=False)
    assert standing.count() == 1
