"""Posts as administrators give and end them, and substitutes: who may, whom, and for which days."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from backend.absences.substitutions import end_substitution, name_substitute
from backend.accounts.models import Role, User
from backend.accounts.rights import regions_of
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.actions import end_post, give_post
from backend.offices.models import Office, Post, Substitution
from backend.offices.seats import Seats
from tests.world import World, make_user, office_of

DAY = dt.timedelta(days=1)


@pytest.fixture
def root(world: World) -> User:
    """The administrator of 济南."""
    return make_user("root", Role.ADMINISTRATOR, world.city)


def refusal(act, **facts) -> str:
    with pytest.raises(Refused) as caught:
        act(**facts)
    return caught.value.code


def test_a_second_post_in_another_county_adds_to_the_first(world: World, root):
    shizhong = office_of(world.shizhong)
    give_post(actor=root, account=world.lin, office=shizhong, role=Role.REGISTRAR)
    world.lin.refresh_from_db()
    assert regions_of(world.lin) == ("370102", "370103")
    assert (world.lin.role, world.lin.region_id) == (Role.INSPECTOR, "370102")


def test_nobody_gives_himself_a_post(world: World, root):
    facts = {"actor": root, "account": root, "office": office_of(world.city)}
    assert refusal(give_post, **facts, role=Role.LEADER) == "own-account"


def test_an_administrator_gives_posts_in_his_line_alone(world: World):
    local = make_user("local", Role.ADMINISTRATOR, world.lixia)
    for office, account in (
        (office_of(world.city), world.lin),
        (office_of(world.shizhong), world.lin),
        (office_of(world.lixia), world.chen),
    ):
        facts = {"actor": local, "account": account, "office": office}
        assert refusal(give_post, **facts, role=Role.CLERK) == "not-found"
    give_post(actor=local, account=world.lin, office=office_of(world.lixia), role=Role.CLERK)


def test_who_has_a_post_above_is_out_of_reach_of_an_administrator_below(world: World, root):
    local = make_user("local", Role.ADMINISTRATOR, world.lixia)
    post = give_post(actor=root, account=world.lin, office=office_of(world.city), role=Role.CLERK)
    facts = {"actor": local, "account": world.lin, "office": office_of(world.lixia)}
    assert refusal(give_post, **facts, role=Role.CLERK) == "not-found"
    Post.objects.filter(pk=post.pk).update(
        starts_on=clock.today() - 2 * DAY, ends_on=clock.today() - DAY
    )
    give_post(**facts, role=Role.CLERK)


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.OFFICER, Role.SUPERVISOR])
def test_nobody_both_keeps_accounts_and_inspects_or_judges(world: World, root, role):
    other = make_user("other", Role.ADMINISTRATOR, world.lixia)
    lixia = office_of(world.lixia)
    assert refusal(give_post, actor=root, account=other, office=lixia, role=role) == "roles-apart"
    judge = make_user("judge", role, world.lixia)
    facts = {"actor": root, "account": judge, "office": lixia, "role": Role.ADMINISTRATOR}
    assert refusal(give_post, **facts) == "roles-apart"


def test_a_clerk_may_keep_accounts_too(world: World, root):
    clerk = make_user("clerk", Role.CLERK, world.lixia)
    lixia = office_of(world.lixia)
    give_post(actor=root, account=clerk, office=lixia, role=Role.ADMINISTRATOR)


def test_wrong_days_and_posts_are_refused_with_nothing_written(world: World, root):
    lixia, today = office_of(world.lixia), clock.today()
    facts = {"actor": root, "account": world.lin, "office": lixia, "role": Role.CLERK}
    before = Post.objects.count()
    assert refusal(give_post, **facts, starts_on=today - DAY) == "day-invalid"
    assert refusal(give_post, **facts, ends_on=today - DAY) == "day-invalid"
    assert refusal(give_post, **(facts | {"role": Role.ENTERPRISE})) == "post-of-staff"
    assert refusal(give_post, **(facts | {"account": world.qian})) == "post-of-staff"
    assert refusal(give_post, **(facts | {"role": Role.INSPECTOR})) == "post-held"
    Office.objects.filter(pk=lixia.pk).update(valid_to=today)
    assert refusal(give_post, **facts) == "not-found"
    assert Post.objects.count() == before


def test_a_post_ends_on_a_day_and_who_had_it_is_signed_out_when_it_is_over(world: World, root):
    post = world.lin.posts.get()
    outs = world.lin.sign_outs
    end_post(actor=root, post=post)
    world.lin.refresh_from_db()
    assert (regions_of(world.lin), world.lin.sign_outs) == (("370102",), outs)
    end_post(actor=root, post=post, last_day=clock.today() - DAY)
    world.lin.refresh_from_db()
    assert (regions_of(world.lin), world.lin.sign_outs) == ((), outs + 1)
    assert refusal(end_post, actor=root, post=post) == "post-ended"


def test_nobody_ends_a_post_of_himself_or_outside_his_line(world: World, root):
    assert refusal(end_post, actor=root, post=root.posts.get()) == "own-account"
    local = make_user("local", Role.ADMINISTRATOR, world.shizhong)
    assert refusal(end_post, actor=local, post=world.lin.posts.get()) == "not-found"
    assert refusal(end_post, actor=world.lin, post=world.wei.posts.get()) == "not-allowed"


def test_of_two_administrators_who_end_each_other_at_once_one_is_refused(committed_world: World):
    people = [make_user(name, Role.ADMINISTRATOR, committed_world.city) for name in "ab"]
    meet, told = threading.Barrier(2), []

    def end(actor: User, other: User) -> None:
        post = other.posts.get()
        meet.wait(10)
        try:
            end_post(actor=actor, post=post, last_day=clock.today() - DAY)
            told.append("ended")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=pair) for pair in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["ended", "not-allowed"]


def lend(world: World, post: Post, substitute: User, actor: User, first: int = 0, last: int = 5):
    return name_substitute(
        actor=actor, post=post, substitute=substitute.pk, starts_on=clock.today() + first * DAY,
        ends_on=clock.today() + last * DAY, reason="leave",
    )  # fmt: skip


def test_somebody_names_his_own_substitute_and_so_does_an_administrator(world: World, root):
    post = world.lin.posts.get()
    lent = lend(world, post, world.wei, world.lin)
    seat = Seats.of(world.wei).at(post.office_id, Role.INSPECTOR, world.lin.pk)
    assert seat is not None
    assert (lent.made_by, seat.holder) == (world.lin, world.lin.pk)
    end_substitution(actor=world.lin, substitution=lent)
    assert not Substitution.objects.exists()
    assert lend(world, post, world.wei, root).made_by == root


def test_nobody_names_the_substitute_of_another(world: World):
    local = make_user("local", Role.ADMINISTRATOR, world.shizhong)
    for actor in (world.wei, world.zhao, local):
        post = world.lin.posts.get()
        facts = {"world": world, "post": post, "substitute": world.wei, "actor": actor}
        assert refusal(lend, **facts) == "not-found"


def test_a_substitute_is_somebody_else_of_the_same_authority(world: World):
    post = world.lin.posts.get()
    for unfit in (world.lin, world.chen, world.qian):
        facts = {"world": world, "post": post, "substitute": unfit, "actor": world.lin}
        assert refusal(lend, **facts) == "substitute-unfit"


def test_a_substitute_who_is_away_himself_is_refused_and_told_by_whom_he_is_replaced(world: World):
    lend(world, world.wei.posts.get(), world.ou, world.wei, first=5, last=9)
    with pytest.raises(Refused, match="substitute-absent") as caught:
        lend(world, world.lin.posts.get(), world.wei, world.lin, first=0, last=5)
    assert "Ou" in str(caught.value.detail)
    lend(world, world.lin.posts.get(), world.wei, world.lin, first=0, last=4)


def test_who_stands_in_for_somebody_is_not_away_in_these_days(world: World):
    lend(world, world.lin.posts.get(), world.wei, world.lin)
    facts = {"world": world, "post": world.wei.posts.get(), "substitute": world.ou}
    assert refusal(lend, **facts, actor=world.wei) == "stands-in"


def test_a_post_has_one_substitute_at_a_time(world: World):
    post = world.lin.posts.get()
    lend(world, post, world.wei, world.lin)
    facts = {"world": world, "post": post, "substitute": world.ou, "actor": world.lin}
    assert refusal(lend, **facts) == "has-substitute"
    lend(world, post, world.ou, world.lin, first=6, last=6)


def test_of_two_who_stand_in_for_each_other_at_once_one_is_refused(committed_world: World):
    world, told, meet = committed_world, [], threading.Barrier(2)

    def name(holder: User, other: User) -> None:
        post = holder.posts.get()
        meet.wait(10)
        try:
            lend(world, post, other, holder)
            told.append("named")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connection.close()

    pair = (world.lin, world.wei)
    threads = [threading.Thread(target=name, args=two) for two in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 2
    assert told.count("named") == 1
