"""A unit that moved out is registered anew at the new place, under the same device code."""

from __future__ import annotations

import pytest

from backend.accounts.models import Role
from backend.lib.problems import Refused
from backend.units.actions import register_unit
from backend.units.filing import file_record
from backend.units.models import Record, Registration, Scrap, Transfer, Unit
from tests.units.filing import day, file, inspect, put_in_use, register
from tests.world import hold, make_user


@pytest.fixture
def gone(world):
    put_in_use(world, world.lift, "2024-05-20")
    file(world, world.lift, Scrap(happened_on=day("2026-03-01"), kind="moved_out"))
    return world.lift


def enter(world, actor, **more):
    facts = {"device_code": world.lift.device_code, "address": "新址2号"} | more
    return register_unit(actor=actor, category=world.lift.category, region=world.shizhong, **facts)


def test_the_unit_comes_in_where_it_has_gone_with_its_whole_life(world, gone):
    tong = make_user("tong", Role.REGISTRAR, world.shizhong)
    came = enter(world, tong)
    assert came.pk == gone.pk
    assert (came.region_id, came.address, came.status) == ("370103", "新址2号", "unregistered")
    assert Unit.objects.filter(device_code=gone.device_code).count() == 1
    granted = Registration(
        happened_on=day("2026-04-10"), kind="first", certificate_no="梯11鲁A00009(26)"
    )
    with pytest.raises(Refused):  # the move is of today: nothing is registered before it
        file_record(actor=tong, unit=came, record=granted)
    assert Record.objects.filter(unit=came, stage="transfer").count() == 1


def test_what_has_come_in_is_registered_under_a_new_number(world, gone):
    hold(world.ou, world.ou.role, world.city)
    move = Transfer(happened_on=day("2026-03-05"), kind="relocation", to_region=world.shizhong)
    file(world, gone, move)
    assert (gone.status, gone.region_id) == ("unregistered", "370103")
    file(
        world, gone,
        Registration(happened_on=day("2026-03-10"), kind="relocation", certificate_no="梯11鲁A00009(26)"),
    )  # fmt: skip
    assert (gone.status, gone.certificate_no) == ("in_use", "梯11鲁A00009(26)")
    assert gone.registered_on == day("2026-03-10")
    assert gone.held_from is None


def test_what_has_come_in_is_not_in_use_without_an_inspection_to_rely_on(world):
    hold(world.ou, world.ou.role, world.city)
    file(world, world.lift, Scrap(happened_on=day("2026-03-01"), kind="moved_out"))
    move = Transfer(happened_on=day("2026-03-05"), kind="relocation", to_region=world.shizhong)
    file(world, world.lift, move)
    with pytest.raises(Refused) as caught:
        register(world, world.lift, "2026-03-10", kind="relocation")
    assert caught.value.code == "no-passed-inspection"
    inspect(world, world.lift, "2026-03-09", "sup_installation")
    register(world, world.lift, "2026-03-10", kind="relocation")
    assert world.lift.status == "in_use"


def test_a_unit_that_has_not_moved_out_is_not_taken_over(world):
    put_in_use(world, world.lift, "2024-05-20")
    tong = make_user("tong", Role.REGISTRAR, world.shizhong)
    with pytest.raises(Refused) as caught:
        enter(world, tong)
    assert caught.value.code == "device-code-known"


def test_a_unit_that_has_moved_out_comes_in_with_its_own_kind(world, gone):
    tong = make_user("tong", Role.REGISTRAR, world.shizhong)
    with pytest.raises(Refused) as caught:
        register_unit(
            actor=tong, category=world.boiler.category, region=world.shizhong,
            device_code=gone.device_code,
        )  # fmt: skip
    assert caught.value.code == "other-kind"


def test_what_moved_out_and_did_not_come_in_takes_no_inspection(world, gone):
    with pytest.raises(Refused) as caught:
        inspect(world, gone, "2026-04-10")
    assert caught.value.code == "unit-ended"
