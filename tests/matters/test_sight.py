"""Who sees a matter: offices that have or had it, those above them, and people by name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from backend.accounts.models import User
from backend.lib import clock
from backend.matters.models import Matter, MatterReader
from backend.offices.models import Post
from tests.matters.offices import give_post, lend_post, make_matter

NAMED = Matter.Secrecy.NAMED


def sees(user: User, matter: Matter) -> bool:
    return Matter.objects.visible_to(user).filter(pk=matter.pk).exists()


def name_reader(matter: Matter, **who: Any) -> None:
    MatterReader.objects.create(matter=matter, since=clock.now(), **who)


def test_the_office_and_those_above_it_see_a_matter(desks):
    matter = make_matter(desks.lixia)
    assert sees(desks.clerk, matter)
    assert sees(desks.leader, matter)


def test_neither_an_office_beside_nor_one_below_sees_it(desks):
    assert not sees(desks.stranger, make_matter(desks.lixia))
    assert not sees(desks.clerk, make_matter(desks.bureau))


def test_an_office_that_had_it_sees_it_still(desks):
    matter = make_matter(desks.shizhong)
    name_reader(matter, office=desks.lixia)
    assert sees(desks.clerk, matter)


def test_an_account_without_a_post_sees_nothing(world, desks):
    assert not sees(world.zhao, make_matter(desks.lixia))


def test_a_post_that_ended_or_has_not_begun_shows_nothing(desks):
    matter, day = make_matter(desks.lixia), clock.today()
    Post.objects.filter(user=desks.clerk).update(ends_on=day - dt.timedelta(days=1))
    assert not sees(desks.clerk, matter)
    Post.objects.filter(user=desks.clerk).update(starts_on=day + dt.timedelta(days=1), ends_on=None)
    assert not sees(desks.clerk, matter)
    Post.objects.filter(user=desks.clerk).update(starts_on=day, ends_on=day)
    assert sees(desks.clerk, matter)


def test_a_substitute_sees_it_for_the_days_of_the_substitution(desks):
    matter, day = make_matter(desks.lixia), clock.today()
    lent = lend_post(desks.clerk.posts.get(), desks.stranger)
    assert sees(desks.stranger, matter)
    lent.ends_on = day - dt.timedelta(days=1)
    lent.save()
    assert not sees(desks.stranger, matter)


def test_of_several_posts_each_counts(desks):
    matter = make_matter(desks.lixia)
    give_post(desks.stranger, desks.lixia)
    assert sees(desks.stranger, matter)


def test_a_restricted_matter_is_seen_by_those_named_alone(desks):
    matter = make_matter(desks.lixia, secrecy=NAMED)
    name_reader(matter, user=desks.handler)
    assert sees(desks.handler, matter)
    for other in (desks.mate, desks.clerk, desks.leader):
        assert not sees(other, matter)


def test_a_restricted_matter_asked_of_a_role_is_seen_by_its_holders_there_alone(desks):
    matter = make_matter(desks.lixia, secrecy=NAMED)
    name_reader(matter, office=desks.lixia, role="handler")
    assert sees(desks.handler, matter)
    assert sees(desks.mate, matter)
    for other in (desks.clerk, desks.leader, desks.stranger):
        assert not sees(other, matter)


def test_the_list_of_a_wide_and_a_narrow_reader_takes_as_many_queries(
    desks, django_assert_num_queries
):
    for office in (desks.lixia, desks.shizhong, desks.bureau):
        for _ in range(3):
            make_matter(office)
    for user, seen in ((desks.leader, 9), (desks.clerk, 3)):
        with django_assert_num_queries(3):
            assert len(Matter.objects.visible_to(user).order_by("-id")[:50]) == seen
