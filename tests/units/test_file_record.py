"""Filing lifecycle records: the gates that are law, and what the register shows after."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from backend.lib.problems import Refused
from backend.units.filing import file_record
from backend.units.models import (
    Accident,
    Design,
    Inspection,
    Installation,
    Manufacture,
    Record,
    Registration,
    Repair,
    Scrap,
    Stop,
    Transfer,
    Unit,
)
from backend.units.timeline import records_of
from tests.owner import as_owner
from tests.units.filing import clocks, day, file, holds, inspect, put_in_use, register
from tests.world import make_unit


def refusal(call, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value


def test_rule_03_three_numbers_are_three_fields(world):
    put_in_use(world, world.lift, "2024-05-20")
    world.lift.registration_code = "31103506002016053337"
    world.lift.save(update_fields=["registration_code"])
    before = (world.lift.device_code, world.lift.registration_code)
    file(
        world,
        world.lift,
        Transfer(happened_on=day("2024-08-01"), kind="user", to_entity=world.plant),
    )
    register(world, world.lift, "2024-08-05", "梯11鲁A99999(24)", kind="owner")
    assert (world.lift.device_code, world.lift.registration_code) == before
    assert world.lift.certificate_no == "梯11鲁A99999(24)"
    assert world.lift.using_entity == world.plant
    for code in (
        "5110108902019003",
        "51101088920190033",
        "511037010220190033",
        "5110370102201900334",
    ):
        make_unit("5110", world.lixia, device_code=code)


def test_rule_05_no_registration_without_a_passed_supervised_inspection(world):
    assert refusal(register, world, world.lift, "2024-05-21").code == "no-passed-inspection"
    inspect(world, world.lift, "2024-05-20", kind="sup_installation", conclusion="fail")
    assert refusal(register, world, world.lift, "2024-05-21").status == 409
    inspect(world, world.lift, "2024-05-22", kind="sup_installation", conclusion="repass")
    register(world, world.lift, "2024-05-23")
    assert world.lift.status == "in_use"


def test_rule_05_vehicles_need_the_first_inspection_instead(world):
    forklift = make_unit("5110", world.lixia, device_code="51101088920190009")
    inspect(world, forklift, "2024-05-20", kind="sup_installation")
    assert refusal(register, world, forklift, "2024-05-21", "车11鲁A00001(24)").extra["needs"] == [
        "first"
    ]
    inspect(world, forklift, "2024-05-20", kind="first")
    register(world, forklift, "2024-05-21", "车11鲁A00001(24)")
    assert forklift.status == "in_use"


def test_rule_05_the_database_knows_no_use_without_registration(world):
    with pytest.raises(DatabaseError), transaction.atomic():
        Unit.objects.filter(pk=world.lift.pk).update(status="in_use")


def test_rule_07_a_registration_has_no_expiry():
    names = {field.name for field in Registration._meta.get_fields()}
    assert not {name for name in names if "expir" in name or "until" in name or "valid" in name}


def test_rule_08_a_failure_blocks_use_and_clears_the_due_date(world):
    put_in_use(world, world.lift, "2024-05-20")
    assert world.lift.next_due_on == day("2025-05-31")
    inspect(world, world.lift, "2025-05-10", conclusion="fail")
    assert world.lift.held_from == day("2025-05-10")
    assert clocks(world.lift)["periodic"] is None
    inspect(world, world.lift, "2025-05-28", conclusion="repass")
    assert world.lift.held_from is None
    assert clocks(world.lift)["periodic"] == "2028-05-31"


def test_rule_08_a_failure_with_a_next_date_is_refused(world):
    bad = refusal(
        inspect,
        world,
        world.lift,
        "2025-05-10",
        conclusion="fail",
        stated_next_on=day("2026-05-01"),
    )
    assert (bad.code, bad.field) == ("failed-has-no-next-date", "stated_next_on")


def test_rule_08_no_pass_with_an_open_opinion_notice(world):
    bad = refusal(inspect, world, world.lift, "2025-05-10", opinion_notice_no="YJ-1")
    assert bad.code == "open-opinion-notice"
    inspect(
        world,
        world.lift,
        "2025-05-10",
        opinion_notice_no="YJ-1",
        opinion_answered_on=day("2025-05-12"),
    )


def test_rule_09_three_months_early_is_refused_as_periodic(world):
    put_in_use(world, world.lift, "2024-05-20")
    assert refusal(inspect, world, world.lift, "2025-02-27").code == "too-early"
    inspect(world, world.lift, "2025-03-01")
    assert clocks(world.lift)["periodic"] == "2028-05-31"


def test_rule_13_grade_5_blocks_although_the_date_is_recent(world):
    vessel = make_unit("2150", world.lixia, device_code="21501088920190009")
    inspect(world, vessel, "2024-05-20", kind="sup_installation")
    register(world, vessel, "2024-05-21", "容15鲁A00001(24)")
    inspect(world, vessel, "2025-05-20", conclusion="basically", safety_grade=5)
    assert holds(vessel) == [("grade-5", "", "2025-05-20", None)]


def test_rule_13_monitored_use_adds_up_to_36_months(world):
    vessel = make_unit("2150", world.lixia, device_code="21501088920190008")
    inspect(world, vessel, "2020-05-20", kind="sup_installation")
    register(world, vessel, "2020-05-21", "容15鲁A00002(20)")
    for year in (2021, 2022, 2023):
        inspect(
            world,
            vessel,
            f"{year}-05-20",
            conclusion="basically",
            safety_grade=4,
            monitored_months=12,
        )
    assert holds(vessel) == [("watch-over", "", "2024-06-01", None)]
    inspect(
        world, vessel, "2024-05-20", conclusion="basically", safety_grade=4, monitored_months=12
    )
    assert holds(vessel) == [("watch-over", "", "2024-06-01", None)]
    inspect(
        world, vessel, "2024-07-20", conclusion="basically", safety_grade=4, monitored_months=12
    )
    assert vessel.held_from == day("2024-07-20")


def test_rule_15_a_stopped_unit_is_not_overdue_and_restarts_only_after_inspection(world):
    put_in_use(world, world.lift, "2020-05-20")
    file(world, world.lift, Stop(happened_on=day("2020-12-01"), notified_on=day("2020-12-20")))
    assert (world.lift.status, world.lift.next_due_on) == ("stopped", None)
    restart = Stop(happened_on=day("2022-12-01"), restart=True)
    assert refusal(file, world, world.lift, restart).code == "restart-needs-inspection"
    inspect(world, world.lift, "2022-11-20")
    file(world, world.lift, Stop(happened_on=day("2022-12-01"), restart=True))
    assert world.lift.status == "in_use"


def test_rule_15_scrapped_without_cancellation_is_no_end(world):
    put_in_use(world, world.lift, "2020-05-20")
    file(world, world.lift, Scrap(happened_on=day("2024-01-10"), kind="scrapped"))
    assert world.lift.status == "scrapped"
    assert (
        refusal(
            file,
            world,
            world.lift,
            Transfer(happened_on=day("2024-02-01"), kind="owner", to_entity=world.plant),
        ).code
        == "cannot-transfer"
    )
    file(world, world.lift, Scrap(happened_on=day("2024-02-10"), kind="cancelled"))
    assert refusal(inspect, world, world.lift, "2024-03-01").code == "unit-ended"


def test_all_stages_stand_on_one_timeline(world):
    lift = world.lift
    file(world, lift, Design(happened_on=day("2019-01-01"), designer="设计院", appraisal_no="JD-1"))
    file(world, lift, Manufacture(happened_on=day("2019-06-01"), maker="电梯厂"))
    file(world, lift, Installation(happened_on=day("2019-12-01"), contractor="安装公司"))
    put_in_use(world, lift, "2020-01-10")
    file(world, lift, Repair(happened_on=day("2021-03-01"), work="repair", contractor="维保"))
    file(world, lift, Accident(happened_on=day("2021-04-01"), grade="ordinary", serious_injuries=1))
    file(
        world,
        lift,
        Transfer(
            happened_on=day("2021-05-01"),
            kind="relocation",
            to_region=world.shizhong,
            to_address="经二路",
        ),
    )
    lift_row = Unit.objects.get(pk=lift.pk)
    assert lift_row.region == world.shizhong
    stages = [record.stage for record in records_of(lift)]
    assert stages == [
        "design",
        "manufacture",
        "installation",
        "inspection",
        "registration",
        "repair",
        "accident",
        "transfer",
    ]
    # Old records keep the region they happened in.
    assert {record.region_id for record in records_of(lift)} == {"370102"}


def test_an_old_transfer_filed_late_takes_nothing_back(world):
    put_in_use(world, world.lift, "2020-01-10")
    later = Transfer(happened_on=day("2024-05-01"), kind="owner", to_entity=world.plant)
    file(world, world.lift, later)
    late = Transfer(happened_on=day("2022-05-01"), kind="owner", to_entity=world.maintainer)
    file(world, world.lift, late)
    assert Unit.objects.get(pk=world.lift.pk).owner == world.plant


def test_a_transfer_corrected_away_leaves_what_was_before_it(world):
    before = Unit.objects.get(pk=world.lift.pk)
    put_in_use(world, world.lift, "2020-01-10")
    wrong = Transfer(happened_on=day("2024-05-01"), kind="maintainer", to_entity=world.plant)
    file(world, world.lift, wrong)
    assert Unit.objects.get(pk=world.lift.pk).maintainer == world.plant
    right = Transfer(happened_on=day("2024-05-01"), kind="owner", to_entity=world.plant)
    file(world, world.lift, right, supersedes=wrong)
    after = Unit.objects.get(pk=world.lift.pk)
    assert (after.maintainer, after.owner) == (before.maintainer, world.plant)


def test_a_move_corrected_to_another_kind_brings_the_unit_back(world):
    before = Unit.objects.get(pk=world.lift.pk)
    put_in_use(world, world.lift, "2020-01-10")
    moved = Transfer(
        happened_on=day("2021-05-01"),
        kind="relocation",
        to_region=world.lixia,
        to_address="经二路",
    )
    file(world, world.lift, moved)
    assert (moved.from_region, moved.from_address) == (before.region, before.address)
    right = Transfer(happened_on=day("2021-05-01"), kind="owner", to_entity=world.plant)
    file(world, world.lift, right, supersedes=moved)
    after = Unit.objects.get(pk=world.lift.pk)
    assert (after.region, after.address) == (before.region, before.address)


def test_a_user_named_by_a_later_registration_stays(world):
    put_in_use(world, world.lift, "2024-05-20")
    file(
        world,
        world.lift,
        Transfer(happened_on=day("2024-06-01"), kind="user", to_entity=world.plant),
    )
    assert Unit.objects.get(pk=world.lift.pk).using_entity == world.plant
    old = Transfer(happened_on=day("2024-05-25"), kind="user", to_entity=world.maintainer)
    file(world, world.lift, old)
    assert Unit.objects.get(pk=world.lift.pk).using_entity == world.plant


def test_a_registration_that_names_nobody_leaves_a_user_entered_by_hand(world):
    put_in_use(world, world.lift, "2024-05-20")
    moved = Transfer(happened_on=day("2024-06-01"), kind="user", to_entity=world.plant)
    file(world, world.lift, moved)
    Unit.objects.filter(pk=world.lift.pk).update(using_entity=world.maintainer)
    register(world, world.lift, "2024-08-05", "梯11鲁A99999(24)", kind="owner")
    assert Unit.objects.get(pk=world.lift.pk).using_entity == world.maintainer


def test_a_correction_supersedes_and_the_state_follows(world):
    put_in_use(world, world.lift, "2024-05-20")
    wrong = inspect(world, world.lift, "2025-05-10", conclusion="fail")
    right = Inspection(happened_on=day("2025-05-10"), kind="periodic", conclusion="pass")
    file(world, world.lift, right, supersedes=wrong)
    assert world.lift.held_from is None
    assert clocks(world.lift)["periodic"] == "2028-05-31"
    again = Inspection(happened_on=day("2025-05-10"), kind="periodic", conclusion="fail")
    assert refusal(file, world, world.lift, again, supersedes=wrong).code == "superseded-already"
    assert Record.objects.filter(unit=world.lift).count() == 4


@pytest.mark.parametrize("table", ["units_record", "units_inspection"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_keeps_records_append_only(world, table, verb):
    inspect(world, world.lift, "2024-05-20", kind="sup_installation")
    column = "remark" if table == "units_record" else "report_no"
    sql = f"update {table} set {column}='x'" if verb == "update" else f"delete from {table}"
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(sql)
    with as_owner(), pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        connection.cursor().execute(sql)


def test_raw_sql_leaves_a_trace_with_its_old_and_new_value(world):
    with connection.cursor() as cursor:
        cursor.execute("update units_unit set address='改了' where id=%s", [world.lift.pk])
        cursor.execute(
            "select pgh_label, address from units_unitevent where pgh_obj_id=%s order by pgh_id",
            [world.lift.pk],
        )
        assert [row[1] for row in cursor.fetchall()] == ["泉城路1号", "改了"]


def test_the_history_names_who_did_it(world):
    inspect(world, world.lift, "2024-05-20", kind="sup_installation")
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.metadata->>'user' from units_unitevent e join pghistory_context c"
            " on c.id = e.pgh_context_id where e.pgh_obj_id=%s order by e.pgh_id desc limit 1",
            [world.lift.pk],
        )
        assert cursor.fetchone() == (str(world.ou.pk),)


def test_not_yours_not_allowed_and_the_future_are_refused(world):
    record = Inspection(happened_on=day("2024-05-20"), kind="periodic", conclusion="pass")
    elsewhere = world.forklift_elsewhere
    assert refusal(file_record, actor=world.ou, unit=elsewhere, record=record).status == 404
    assert refusal(file_record, actor=world.zhao, unit=world.lift, record=record).status == 403
    late = Inspection(happened_on=day("2099-05-20"), kind="periodic", conclusion="pass")
    assert (
        refusal(file_record, actor=world.ou, unit=world.lift, record=late).code == "in-the-future"
    )
    assert not Record.objects.exists()


def test_a_replay_is_harmless_and_other_content_is_a_conflict(world):
    key = uuid.uuid4()

    def send(remark):
        record = Repair(
            happened_on=day("2024-05-20"), work="repair", contractor="维保", remark=remark
        )
        return file_record(actor=world.ou, unit=world.lift, record=record, client_id=key)

    first, new = send("one")
    again, repeated = send("one")
    assert (new, repeated) == (True, False)
    assert first.pk == again.pk
    assert refusal(send, "two").code == "record-conflict"


@pytest.mark.django_db(transaction=True)
def test_two_phones_filing_the_same_id_make_one_record(world):
    key = uuid.uuid4()
    results = []

    def send():
        record = Repair(happened_on=day("2024-05-20"), work="repair", contractor="维保")
        results.append(file_record(actor=world.ou, unit=world.lift, record=record, client_id=key))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert sum(new for _, new in results) == 1
    assert Record.objects.count() == 1
