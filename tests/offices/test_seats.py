"""Who may act for a role in an office on a day, and on whose behalf."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.models import Role
from backend.lib import clock
from backend.offices.models import Office, Substitution
from backend.offices.seats import Seats, holders_of, substitutes_of
from tests.offices.cast import give
from tests.world import World, office_of

DAY = dt.date(2026, 11, 28)
BEFORE, AFTER = DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=1)


@pytest.fixture
def office(world: World) -> Office:
    """The office of 历下."""
    return office_of(world.lixia)


def stand_in(post, substitute, first: dt.date, last: dt.date) -> Substitution:
    return Substitution.objects.create(
        post=post, substitute=substitute, starts_on=first, ends_on=last, reason="leave",
        made_by=post.user, made_at=clock.now(),
    )  # fmt: skip


def test_somebody_sits_where_his_posts_in_force_are(world: World, office):
    other = office_of(world.shizhong)
    give(world.lin, office, Role.HANDLER)
    give(world.lin, other, Role.CLERK)
    seats = Seats.of(world.lin, DAY)
    assert {(office.pk, "handler"), (other.pk, "clerk")} <= seats.pairs
    seat = seats.at(office.pk, "handler")
    assert seat is not None
    assert seat.holder is None
    assert seats.at(office.pk, "clerk") is None


def test_a_post_counts_from_its_first_day_to_its_last(world: World, office):
    give(world.lin, office, Role.HANDLER, starts_on=DAY, ends_on=DAY)
    for day, sits in ((BEFORE, False), (DAY, True), (AFTER, False)):
        assert (Seats.of(world.lin, day).at(office.pk, "handler") is not None) is sits
        assert (world.lin in holders_of(office.pk, ["handler"], day)) is sits


def test_an_office_that_ended_seats_nobody(world: World, office):
    give(world.lin, office, Role.HANDLER)
    Office.objects.filter(pk=office.pk).update(valid_to=DAY)
    assert Seats.of(world.lin, BEFORE).at(office.pk, "handler") is not None
    assert Seats.of(world.lin, DAY).at(office.pk, "handler") is None


def test_a_closed_account_sits_nowhere(world: World, office):
    give(world.lin, office, Role.HANDLER)
    world.lin.is_active = False
    world.lin.save()
    assert Seats.of(world.lin, DAY).seats == ()
    assert world.lin not in holders_of(office.pk, ["handler"], DAY)


def test_a_substitute_acts_for_the_holder_in_his_days_and_both_names_are_told(world: World, office):
    post = give(world.lin, office, Role.HANDLER)
    stand_in(post, world.wei, DAY, DAY)
    seat = Seats.of(world.wei, DAY).at(office.pk, "handler")
    assert seat is not None
    assert (seat.holder, seat.post) == (world.lin.pk, post.pk)
    assert Seats.of(world.wei, DAY).people == {world.wei.pk, world.lin.pk}
    assert list(substitutes_of(world.lin.pk, DAY)) == [world.wei]
    for day in (BEFORE, AFTER):
        assert Seats.of(world.wei, day).at(office.pk, "handler") is None


def test_his_own_seat_comes_before_the_one_that_he_was_lent(world: World, office):
    stand_in(give(world.lin, office, Role.HANDLER), world.wei, DAY, DAY)
    give(world.wei, office, Role.HANDLER)
    seat = Seats.of(world.wei, DAY).at(office.pk, "handler")
    assert seat is not None
    assert seat.holder is None
    lent = Seats.of(world.wei, DAY).at(office.pk, "handler", world.lin.pk)
    assert lent is not None
    assert lent.holder == world.lin.pk


def test_a_substitute_does_not_pass_on_what_he_does_for_another(world: World, office):
    stand_in(give(world.lin, office, Role.HANDLER), world.wei, DAY, DAY)
    stand_in(give(world.wei, office, Role.CLERK), world.chen, DAY, DAY)
    assert Seats.of(world.chen, DAY).at(office.pk, "clerk") is not None
    assert Seats.of(world.chen, DAY).at(office.pk, "handler") is None


def test_a_post_ends_and_with_it_its_substitute(world: World, office):
    stand_in(give(world.lin, office, Role.HANDLER, ends_on=BEFORE), world.wei, DAY, DAY)
    assert Seats.of(world.wei, DAY).at(office.pk, "handler") is None


def test_the_same_post_is_held_once_and_lent_once_at_a_time(world: World, office):
    post = give(world.lin, office, Role.HANDLER, ends_on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        give(world.lin, office, Role.HANDLER, starts_on=DAY)
    give(world.lin, office, Role.HANDLER, starts_on=AFTER)
    stand_in(post, world.wei, BEFORE, DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        stand_in(post, world.chen, DAY, DAY)
