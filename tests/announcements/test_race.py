"""Two act on one announcement at once: it ends once, and is urged once."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection

from backend.accounts.models import Role
from backend.announcements.actions import withdraw_announcement
from backend.announcements.models import Announcement
from backend.announcements.urge import urge_missing
from tests.announcements.board import Board, build_board
from tests.matters.test_race import at_once
from tests.owner import as_owner
from tests.world import World, make_user


@pytest.fixture
def board(committed_world: World) -> Iterator[Board]:
    """The board in committed rows."""
    yield build_board(committed_world)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE offices_office CASCADE")


def test_of_two_who_withdraw_or_urge_at_once_one_is_told(board: Board):
    mate = make_user("mate", Role.CLERK, board.world.province)
    made = board.publish()
    both = (board.leader, mate)
    urging = [lambda who=who: urge_missing(actor=who, announcement=made.pk) for who in both]
    assert at_once(*urging) == ["done", "urged-already"]
    ending = [
        lambda who=who: withdraw_announcement(actor=who, announcement=made.pk, reason="改期")
        for who in both
    ]
    assert at_once(*ending) == ["announcement-withdrawn", "done"]


def test_a_second_click_at_once_publishes_nothing_twice(board: Board):
    key = uuid.uuid4()
    assert at_once(*[lambda: board.publish(key=key)] * 2) == ["done", "done"]
    assert Announcement.objects.count() == 1
