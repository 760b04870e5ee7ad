"""Somebody is away: who says so, who stands in, who is told, and that two are not away at once."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection

from backend.absences.actions import end_absence, enter_absence
from backend.absences.models import Absence
from backend.absences.reasons import all_reasons
from backend.absences.substitutions import name_substitute
from backend.accounts.models import Role, User
from backend.lib import clock
from backend.lib.problems import Refused
from backend.notifications.models import Kind, Notification
from backend.offices.models import Post, Substitution
from backend.offices.seats import Seats
from tests.world import World, make_user

DAY = dt.timedelta(days=1)


@pytest.fixture
def leader(world: World) -> User:
    """Who leads the office of 历下."""
    return make_user("leader", Role.LEADER, world.lixia)


def away(person: User, *, first: int = 0, last: int = 5, by: User | None = None, **asked: Any):
    told: dict[str, Any] = {"reason": "annual-leave"} | asked
    return enter_absence(
        actor=by or person, person=person.pk, starts_on=clock.today() + first * DAY,
        ends_on=clock.today() + last * DAY, **told,
    )  # fmt: skip


def refusal(act, *args: Any, **facts: Any) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **facts)
    return caught.value.code


def covered_by(person: User, other: User) -> dict[int, int]:
    return {person.posts.get().pk: other.pk}


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_who_is_away_lends_his_posts_for_these_days(world: World, leader: User):
    post = world.lin.posts.get()
    entered = away(world.lin, substitutes=covered_by(world.lin, world.wei))
    lent = Substitution.objects.get()
    assert (lent.post, lent.substitute, lent.reason) == (post, world.wei, "年休假")
    assert (lent.starts_on, lent.ends_on) == (entered.absence.starts_on, entered.absence.ends_on)
    assert Seats.of(world.wei).at(post.office_id, Role.INSPECTOR, world.lin.pk) is not None
    assert (entered.uncovered, entered.pledges) == ([], [])
    assert told(Kind.STANDING_IN) == {"wei"}
    assert told(Kind.UNCOVERED) == set()


def test_where_nobody_stands_in_the_heads_of_the_office_are_told(world: World, leader: User):
    make_user("clerk", Role.CLERK, world.lixia)
    make_user("elsewhere", Role.LEADER, world.shizhong)
    entered = away(world.lin)
    assert entered.uncovered == [world.lin.posts.get()]
    assert told(Kind.UNCOVERED) == {"leader", "clerk"}
    assert not Substitution.objects.exists()


def test_the_usual_substitute_is_who_stood_in_last_unless_another_or_nobody_is_chosen(
    world: World, leader: User
):
    away(world.lin, last=1, substitutes=covered_by(world.lin, world.wei))
    away(world.lin, first=2, last=3)
    assert Substitution.objects.filter(substitute=world.wei).count() == 2
    away(world.lin, first=4, last=5, substitutes={world.lin.posts.get().pk: None})
    away(world.lin, first=6, last=7, substitutes=covered_by(world.lin, world.ou))
    assert Substitution.objects.count() == 3


def test_each_post_has_a_substitute_of_its_own_on_the_days_it_is_held(world: World, leader: User):
    first = world.lin.posts.get()
    second = Post.objects.create(
        user=world.lin, office=first.office, role=Role.REGISTRAR,
        starts_on=clock.today() + 2 * DAY, ends_on=clock.today() + 3 * DAY,
    )  # fmt: skip
    away(world.lin, substitutes={first.pk: world.wei.pk, second.pk: world.rui.pk})
    lent = Substitution.objects.get(post=second)
    assert (lent.substitute, lent.starts_on, lent.ends_on) == (
        world.rui, second.starts_on, second.ends_on
    )  # fmt: skip


def test_absences_do_not_overlap(world: World):
    away(world.lin)
    assert refusal(away, world.lin, first=5, last=9) == "absence-overlaps"
    away(world.lin, first=6, last=9)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"first": -1}, "day-invalid"),
        ({"first": 3, "last": 2}, "day-invalid"),
        ({"reason": "tired"}, "reason-unknown"),
        ({"substitutes": {10**9: None}}, "post-unknown"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_written(world: World, asked, code):
    assert refusal(away, world.lin, **asked) == code
    for unfit in (world.lin, world.chen, world.qian):
        facts = {"substitutes": covered_by(world.lin, unfit)}
        assert refusal(away, world.lin, **facts) == "substitute-unfit"
    assert refusal(away, world.qian) == "not-allowed"
    assert not Absence.objects.exists()


def test_an_administrator_of_his_line_enters_it_for_who_is_ill_and_nobody_else_does(world: World):
    root = make_user("root", Role.ADMINISTRATOR, world.city)
    local = make_user("local", Role.ADMINISTRATOR, world.shizhong)
    for other in (local, world.wei, world.zhao):
        assert refusal(away, world.lin, by=other, reason="sick-leave") == "not-found"
    made = away(world.lin, by=root, reason="sick-leave").absence
    assert (made.person, made.made_by) == (world.lin, root)
    assert refusal(end_absence, actor=world.wei, absence=made) == "not-allowed"


def test_who_is_back_early_does_his_work_alone_again(world: World, leader: User):
    entered = away(world.lin, substitutes=covered_by(world.lin, world.wei))
    yesterday = clock.today() - DAY
    for row in (Absence, Substitution):
        row.objects.update(starts_on=yesterday)
    end_absence(actor=world.lin, absence=entered.absence)
    assert Absence.objects.get().ends_on == Substitution.objects.get().ends_on == yesterday
    assert refusal(end_absence, actor=world.lin, absence=entered.absence) == "absence-ended"


def test_an_absence_that_has_not_begun_is_taken_back_with_its_substitutes(world: World):
    entered = away(world.lin, first=2, substitutes=covered_by(world.lin, world.wei))
    end_absence(actor=world.lin, absence=entered.absence)
    assert not Absence.objects.exists()
    assert not Substitution.objects.exists()


def test_what_was_lent_for_other_days_stays_lent(world: World):
    post = world.lin.posts.get()
    name_substitute(
        actor=world.lin, post=post, substitute=world.wei.pk, reason="休假",
        starts_on=clock.today(), ends_on=clock.today(),
    )  # fmt: skip
    entered = away(world.lin, first=1, substitutes=covered_by(world.lin, world.wei))
    end_absence(actor=world.lin, absence=entered.absence)
    assert Substitution.objects.get().ends_on == clock.today()


def test_a_substitute_who_is_away_too_is_told_when_he_is_chosen(world: World):
    away(world.wei, first=3, last=4)
    chosen = {"substitutes": covered_by(world.lin, world.wei)}
    with pytest.raises(Refused, match="substitute-absent") as caught:
        away(world.lin, **chosen)
    assert str(clock.today() + 4 * DAY) in str(caught.value.detail)
    assert not Absence.objects.filter(person=world.lin).exists()
    away(world.lin, last=2, **chosen)
    post = world.rui.posts.get()
    facts = {"post": post, "substitute": world.wei.pk, "reason": "休假", "actor": world.rui}
    days = {"starts_on": clock.today() + 3 * DAY, "ends_on": clock.today() + 3 * DAY}
    assert refusal(name_substitute, **facts, **days) == "substitute-absent"


def test_a_substitute_who_becomes_absent_is_told_and_so_are_the_holder_and_the_office(
    world: World, leader: User
):
    away(world.lin, substitutes=covered_by(world.lin, world.wei))
    assert told(Kind.UNCOVERED) == set()
    entered = away(world.wei, first=2, last=3, substitutes=covered_by(world.wei, world.ou))
    assert [one.post.user for one in entered.pledges] == [world.lin]
    assert told(Kind.UNCOVERED) == {"wei", "lin", "leader"}
    assert told(Kind.STANDING_IN) == {"wei", "ou"}


def test_his_own_and_those_of_his_offices_are_seen(world: World):
    made = away(world.lin).absence
    for user in (world.lin, world.wei, world.zhao):
        assert Absence.objects.visible_to(user).get() == made
    for user in (world.chen, world.qian):
        assert not Absence.objects.visible_to(user).exists()


def test_of_two_who_are_away_for_each_other_at_once_one_is_refused(committed_world: World):
    world, codes, meet = committed_world, [], threading.Barrier(2)

    def enter(person: User, other: User) -> None:
        chosen = covered_by(person, other)
        meet.wait(10)
        try:
            away(person, substitutes=chosen)
            codes.append("entered")
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connection.close()

    pair = (world.lin, world.wei)
    threads = [threading.Thread(target=enter, args=two) for two in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["entered", "substitute-absent"]


def test_every_reason_has_a_source_and_both_names(world: World):
    assert {"annual-leave", "travel", "training"} <= set(all_reasons())
    for reason in all_reasons().values():
        assert all((reason.zh, reason.en, reason.source, reason.confidence in "ABCD"))
