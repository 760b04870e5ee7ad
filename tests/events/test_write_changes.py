"""What makes a change; each test reads the rows that its own transaction wrote."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.models import F

from backend.events.models import Change
from backend.inspections.checklist_files import load_checklists
from backend.units.models import Clock, IntervalRule, Unit
from tagging.actions import bind_tag, mint_batch, replace_tag, retire_tag
from tests.inspections.drafting import draft_of, file, put_in_use
from tests.world import World, hold, make_unit


def sql(text: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def told() -> list[tuple[int | None, str | None, str]]:
    """Unit, tag and region of each change since the last call."""
    rows = list(Change.objects.order_by("pk").values_list("unit", "tag", "region"))
    Change.objects.all().delete()
    return rows


@pytest.fixture
def quiet(world: World) -> World:
    """The cast, with its own making forgotten."""
    told()
    return world


def test_a_new_unit_is_a_change_with_its_entities(quiet: World) -> None:
    unit = make_unit("3110", quiet.lixia, quiet.mall, maintainer=quiet.maintainer)
    assert sorted(Change.objects.get().entity_ids) == [quiet.mall.pk, quiet.maintainer.pk]
    assert told() == [(unit.pk, None, "370102")]


def test_raw_sql_is_followed_with_one_row_for_each_unit_of_the_statement(quiet: World) -> None:
    sql("UPDATE units_unit SET internal_no = '7'")
    assert {unit for unit, _tag, _region in told()} == {
        quiet.lift.pk, quiet.boiler.pk, quiet.forklift_elsewhere.pk,
    }  # fmt: skip


def test_an_update_that_changes_nothing_is_no_change(quiet: World) -> None:
    sql("UPDATE units_unit SET internal_no = internal_no")
    assert told() == []


def test_a_unit_that_moves_changes_in_both_regions(quiet: World) -> None:
    Unit.objects.filter(pk=quiet.lift.pk).update(region=quiet.shizhong)
    assert sorted(told()) == [(quiet.lift.pk, None, "370102"), (quiet.lift.pk, None, "370103")]


def test_a_unit_that_changes_hands_names_both_entities(quiet: World) -> None:
    Unit.objects.filter(pk=quiet.boiler.pk).update(using_entity=quiet.plant)
    assert sorted(Change.objects.get().entity_ids) == [quiet.mall.pk, quiet.plant.pk]


def test_a_deleted_unit_is_a_change(quiet: World) -> None:
    sql("DELETE FROM units_unit WHERE id = %s", quiet.boiler.pk)
    assert told() == [(quiet.boiler.pk, None, "370102")]


def test_clocks_change_their_unit(quiet: World) -> None:
    lift = quiet.lift.pk
    rule = IntervalRule.objects.all()[0]
    Clock.objects.create(unit=quiet.lift, kind="periodic", due_on=dt.date(2027, 1, 31), rule=rule)
    assert told() == [(lift, None, "370102")]
    Clock.objects.update(due_on=F("due_on"))
    assert told() == []
    Clock.objects.update(due_on=dt.date(2028, 1, 31))
    assert told() == [(lift, None, "370102")]
    Clock.objects.all().delete()
    assert told() == [(lift, None, "370102")]


def test_a_report_changes_its_unit_and_no_other(quiet: World) -> None:
    load_checklists()
    put_in_use(quiet, quiet.lift)
    told()
    file(quiet, draft_of(quiet.lift))
    assert set(told()) == {(quiet.lift.pk, None, "370102")}


def test_a_minted_tag_is_a_change_where_it_was_minted_for(quiet: World) -> None:
    batch = mint_batch(actor=quiet.ou, count=2)
    codes = batch.tags.values_list("code", flat=True)
    assert sorted(told()) == sorted((None, code, "370102") for code in codes)


def test_binding_changes_the_unit_and_the_tag(quiet: World) -> None:
    batch = mint_batch(actor=quiet.ou, count=2)
    old, new = batch.tags.values_list("code", flat=True)
    told()
    bind_tag(actor=quiet.ou, code=old, unit=quiet.lift)
    assert set(told()) == {(quiet.lift.pk, None, "370102"), (None, old, "370102")}
    replace_tag(actor=quiet.ou, unit=quiet.lift, code=new, reason="worn")
    rows = set(told())
    assert {(quiet.lift.pk, None, "370102"), (None, old, "370102"), (None, new, "370102")} <= rows


def test_a_tag_that_is_void_is_a_change(quiet: World) -> None:
    code = mint_batch(actor=quiet.ou, count=1).tags.get().code
    told()
    retire_tag(actor=quiet.ou, code=code, reason="lost")
    assert set(told()) == {(None, code, "370102")}


@pytest.mark.parametrize("end", ["retire", "replace"])
def test_the_end_of_a_tag_is_told_wherever_its_unit_has_stood(quiet: World, end: str) -> None:
    old, new = mint_batch(actor=quiet.ou, count=2).tags.values_list("code", flat=True)
    bind_tag(actor=quiet.ou, code=old, unit=quiet.lift)
    for region in (quiet.shizhong, quiet.lixia, quiet.shizhong):
        Unit.objects.filter(pk=quiet.lift.pk).update(region=region)
    hold(quiet.ou, quiet.ou.role, quiet.city)
    told()
    if end == "retire":
        retire_tag(actor=quiet.ou, code=old, reason="lost")
    else:
        replace_tag(actor=quiet.ou, unit=quiet.lift, code=new, reason="worn")
    ends = [region for _unit, tag, region in told() if tag == old]
    assert set(ends) == {"370102", "370103"}


def test_a_company_that_is_renamed_changes_the_units_it_uses(quiet: World) -> None:
    quiet.mall.name = "新名商场有限公司"
    quiet.mall.save()
    assert sorted(told()) == [(quiet.lift.pk, None, "370102"), (quiet.boiler.pk, None, "370102")]
    quiet.mall.phone = "0531-12345"
    quiet.mall.save()
    assert told() == []


def test_what_is_rolled_back_was_no_change(quiet: World) -> None:
    with transaction.atomic():
        sql("UPDATE units_unit SET internal_no = '8'")
        transaction.set_rollback(True)
    assert told() == []
