"""Rights follow from the posts in force: their union is seen, each right reaches as far as its post."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from backend.accounts.models import Role, User
from backend.accounts.posts_in_force import posts_in_force, roles_of
from backend.accounts.rights import Right, may, may_over, reaches_province, regions_of
from backend.accounts.second_factor import lacks_second_factor
from backend.directory.actions import create_person
from backend.inspections.planned_tasks import inspectors_of_unit, plan_task
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.models import Office, Post
from backend.units.actions import edit_unit, register_unit
from backend.units.models import Unit
from mobile_api.duty import load_duty
from tagging.actions import bind_tag, mint_batch, order_labels, retire_tag
from tests.world import LONG_AGO, World, make_user, office_of

DAY = dt.timedelta(days=1)


def add_post(user: User, office: Office, role: str, **days: object) -> User:
    """``user`` with one more post."""
    days.setdefault("starts_on", LONG_AGO)
    Post.objects.create(user=user, office=office, role=role, **days)
    user.refresh_from_db()
    return user


@pytest.fixture
def two(world: World) -> User:
    """An inspector of 历下 who registers in 市中."""
    return add_post(world.lin, office_of(world.shizhong), Role.REGISTRAR)


def refusal(act, **facts) -> str:
    with pytest.raises(Refused) as caught:
        act(**facts)
    return caught.value.code


def test_a_post_gives_nothing_the_day_after_its_last(world: World):
    today = clock.today()
    for last, sees in ((today - DAY, False), (today, True)):
        Post.objects.filter(user=world.lin).update(ends_on=last)
        world.lin.refresh_from_db()
        assert bool(posts_in_force(world.lin)) is sees
        assert may(world.lin, Right.FILE_REPORT) is sees
        assert Unit.objects.visible_to(world.lin).filter(pk=world.lift.pk).exists() is sees
        assert (world.lin in inspectors_of_unit(world.lift)) is sees
        assert (world.lin.role, world.lin.region_id) == (Role.INSPECTOR, "370102")


def test_a_post_gives_nothing_before_its_first_day(world: World):
    later = clock.today() + DAY
    add_post(world.rui, office_of(world.shizhong), Role.INSPECTOR, starts_on=later)
    assert regions_of(world.rui) == ("370102",)
    assert not may(world.rui, Right.FILE_REPORT)


def test_an_office_that_ended_gives_nothing_to_who_still_holds_a_post_in_it(world: World):
    Office.objects.filter(region=world.lixia).update(valid_to=clock.today())
    world.lin.refresh_from_db()
    assert regions_of(world.lin) == ()


def test_an_account_without_a_post_sees_nothing_whatever_stands_on_it(world: World):
    bare = User.objects.create(
        username="bare", role=Role.SUPERVISOR, region=world.province,
        held_posts=["supervisor 370000 2018-11-01 "],
    )  # fmt: skip
    bare.refresh_from_db()
    assert bare.held_posts == []
    assert not Unit.objects.visible_to(bare).exists()
    assert not may(bare, Right.PLAN_WORK)


def test_no_writing_of_the_account_brings_back_a_post_that_ended(world: World):
    stale = User.objects.get(pk=world.lin.pk)
    Post.objects.filter(user=world.lin).update(ends_on=clock.today() - DAY)
    stale.save()
    stale.refresh_from_db()
    assert posts_in_force(stale) == []


def test_two_posts_in_two_counties_show_the_units_of_both(world: World, two):
    assert set(Unit.objects.visible_to(two)) == {
        world.lift, world.boiler, world.forklift_elsewhere
    }  # fmt: skip
    assert load_duty(two).regions == ("370102", "370103")
    assert roles_of(two) == {Role.INSPECTOR, Role.REGISTRAR}


def test_a_right_reaches_no_further_than_the_post_that_gives_it(world: World, two):
    assert may_over(two, Right.REGISTER_UNIT, "370103")
    assert not may_over(two, Right.REGISTER_UNIT, "370102")
    assert not may_over(two, Right.FILE_REPORT, "370103")


def test_units_are_registered_and_edited_where_the_post_registers(world: World, two):
    facts = {"actor": two, "category": world.lift.category, "address": "路1号"}
    assert refusal(register_unit, **facts, region=world.lixia) == "not-allowed"
    made = register_unit(**facts, region=world.shizhong)
    edit_unit(actor=two, unit=made, version=made.version, address="路2号")
    here = {"actor": two, "unit": world.lift, "version": world.lift.version, "address": "路2号"}
    assert refusal(edit_unit, **here) == "not-allowed"


def test_tags_are_bound_and_minted_where_the_post_keeps_them(world: World, two):
    batch = mint_batch(actor=two, count=2)
    assert batch.region_id == "370103"
    codes = list(batch.tags.values_list("code", flat=True))
    assert refusal(bind_tag, actor=two, code=codes[0], unit=world.lift) == "not-allowed"
    bind_tag(actor=two, code=codes[1], unit=world.forklift_elsewhere)
    far = mint_batch(actor=world.rui, count=1)
    assert refusal(order_labels, actor=two, batch=far) == "not-allowed"
    code = far.tags.get().code
    assert refusal(order_labels, actor=two, codes=[code]) == "not-allowed"
    assert refusal(retire_tag, actor=two, code=code, reason="lost") == "not-allowed"


def test_people_are_entered_where_the_post_keeps_the_directory(world: World, two):
    assert refusal(create_person, actor=two, employer=world.mall, name="王") == "not-allowed"
    create_person(actor=two, employer=world.plant, name="王")


def test_work_is_planned_where_the_post_plans(world: World):
    add_post(world.ou, office_of(world.shizhong), Role.INSPECTOR)
    facts = {"actor": world.ou, "kind": "periodic", "planned_on": clock.today()}
    there = facts | {"unit": world.forklift_elsewhere.pk, "assignee": world.chen}
    assert refusal(plan_task, **there) == "not-allowed"
    plan_task(**facts, unit=world.lift.pk, assignee=world.lin)


def test_a_post_over_the_city_holds_those_over_its_counties(world: World, two):
    add_post(two, office_of(world.city), Role.CLERK)
    assert regions_of(two) == ("370100",)
    assert regions_of(two, Right.REGISTER_UNIT) == ("370103",)
    assert not reaches_province(two)


def test_any_of_the_roles_asks_for_a_second_factor(world: World, two, settings):
    settings.SECOND_FACTOR_ROLES = [Role.REGISTRAR]
    assert lacks_second_factor(two)
    Post.objects.filter(user=two, role=Role.REGISTRAR).update(ends_on=clock.today() - DAY)
    two.refresh_from_db()
    assert not lacks_second_factor(two)


def test_posts_given_at_once_all_stand_on_the_account(committed_world: World):
    offices = [office_of(committed_world.city), office_of(committed_world.shizhong)]
    meet = threading.Barrier(2)

    def give(office: Office) -> None:
        meet.wait(10)
        Post.objects.create(
            user=committed_world.lin, office=office, role=Role.CLERK, starts_on=LONG_AGO
        )
        connection.close()

    threads = [threading.Thread(target=give, args=[office]) for office in offices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    committed_world.lin.refresh_from_db()
    assert len(posts_in_force(committed_world.lin)) == 3


def test_the_main_post_is_the_oldest_of_those_that_stay(world: World):
    user = make_user("moved", Role.CLERK, world.lixia)
    add_post(user, office_of(world.shizhong), Role.HANDLER, starts_on=clock.today())
    assert (user.role, user.region_id) == (Role.CLERK, "370102")
    Post.objects.filter(user=user, role=Role.CLERK).update(ends_on=clock.today())
    user.refresh_from_db()
    assert (user.role, user.region_id) == (Role.HANDLER, "370103")
