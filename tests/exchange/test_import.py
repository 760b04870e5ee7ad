"""What a bulk import takes, refuses and tells."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import threading
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import translation

from backend.exchange import table_import
from backend.exchange.actions import start_import
from backend.exchange.mapping import get_mapping, template_csv
from backend.exchange.unit_writer import UnitWriter
from backend.jobs.models import Job
from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.derived_state import recompute_unit
from backend.units.models import Clock, Inspection, Registration, Unit
from geo.datum import convert_position
from tests.exchange.tables import (
    FILES,
    GOOD,
    HEADER,
    SECOND,
    counted,
    figures,
    imported,
    numbered,
    table,
    workbook,
)


def bad_rows(job):
    with default_storage.open(job.result["bad_rows"]) as file:
        return file.read().decode("utf-8-sig").splitlines()


def test_good_rows_are_taken_and_bad_ones_told_with_line_column_and_reason(world):
    bad = ["XX", *SECOND[1:]]
    job = imported(world.rui, table(GOOD, bad))
    assert figures(job) == counted(2, 1, bad=1)
    told = bad_rows(job)
    assert told[0].endswith("line,column,reason")
    assert ",3,设备代码," in told[1]


def test_the_same_file_again_changes_nothing_and_a_changed_row_updates(world):
    imported(world.rui, table(GOOD))
    assert figures(imported(world.rui, table(GOOD))) == counted(1, 0, unchanged=1)
    moved = [*GOOD[:3], "泉城路9号", "", "", ""]
    assert figures(imported(world.rui, table(moved))) == counted(1, 0, updated=1)
    assert Unit.objects.get(device_code=GOOD[0]).version == 2


def test_xlsx_and_gb18030_give_the_same_as_utf8(world):
    assert figures(imported(world.rui, workbook(GOOD), "u.xlsx")) == counted(1, 1)
    again = imported(world.rui, table(GOOD, encoding="gb18030"))
    assert figures(again) == counted(1, 0, unchanged=1)


def test_a_row_outside_the_jurisdiction_is_refused_and_nothing_of_others_is_touched(world):
    imported(world.rui, table(GOOD))
    Unit.objects.filter(device_code=GOOD[0]).update(region_id="370103")
    elsewhere = [SECOND[0], "3110", "370103", "", "", "", ""]
    assert figures(imported(world.rui, table(GOOD, elsewhere))) == counted(2, 0, bad=2)
    assert Unit.objects.get(device_code=GOOD[0]).region_id == "370103"


def test_a_unit_named_twice_is_taken_once(world):
    assert figures(imported(world.rui, table(GOOD, GOOD))) == counted(2, 1, bad=1)


def test_a_formula_is_kept_as_text_and_told_harmlessly(world):
    job = imported(world.rui, table(["=1+1", *GOOD[1:]]))
    assert bad_rows(job)[1].startswith("'=1+1,")


def test_a_huge_field_is_a_bad_row(world):
    assert figures(imported(world.rui, table([*GOOD[:3], "x" * 5000, "", "", ""])))["bad"] == 1


def test_a_broken_workbook_fails_the_job_with_advice(world):
    job = imported(world.rui, b"PK no zip", "u.xlsx")
    assert job.state == Job.State.FAILED
    assert job.error


def test_an_empty_file_and_an_actor_without_the_right_are_refused(world):
    with pytest.raises(Refused):
        start_import(actor=world.rui, stream=ContentFile(b""), name="u.csv")
    with pytest.raises(Refused):
        start_import(actor=world.lin, stream=ContentFile(table(GOOD)), name="u.csv")


def test_new_york_lifts_come_in_at_a_fixed_region_with_their_own_positions(world):
    content = (FILES / "nyc_elevators_clean_2000.csv").read_bytes()
    job = imported(world.rui, content, "nyc.csv", "nyc_elevators")
    # 6 lifts under sidewalks and 4 for the handicapped are no variety of the catalogue.
    assert figures(job) == counted(2000, 1990, bad=10)
    lines = [int(row.split(",")[-3]) for row in bad_rows(job)[1:]]
    assert lines == [103, 195, 496, 648, 707, 759, 866, 1544, 1613, 1765]
    unit = Unit.objects.filter(region_id="370102", registration_code="1P24493").get()
    assert unit.position is None
    assert unit.source_coordinates == [-73.95717970601702, 40.76876091220116]
    again = imported(world.rui, content + b"\n", "nyc.csv", "nyc_elevators")
    assert figures(again) == counted(2000, 0, unchanged=1990, bad=10)


def test_a_table_that_names_no_units_is_refused_whole_with_the_column_it_lacks(world):
    # Inspections of restaurants: neither a device nor a variety of equipment stands in them.
    content = (FILES / "chicago_food_inspections_first_20.csv").read_bytes()
    job = imported(world.rui, content, "chicago.csv")
    assert job.state == Job.State.FAILED
    assert "设备代码" in job.error
    assert not Unit.objects.filter(device_code=None).exists()


@pytest.mark.parametrize("datum", ["GCJ02", "BD09"])
def test_a_row_without_region_is_placed_by_its_point_in_any_datum(world, datum):
    lng, lat = convert_position(117.05, 36.65, "WGS84", datum)
    row = [GOOD[0], "3110", "", "", f"{lng:.7f}", f"{lat:.7f}", datum]
    assert figures(imported(world.rui, table(row))) == counted(1, 1)
    unit = Unit.objects.get(device_code=GOOD[0])
    assert (unit.region_id, unit.source_datum) == ("370102", datum)
    assert unit.position.distance(Point(117.05, 36.65, srid=4326)) < 1e-6
    assert unit.source_coordinates == [round(lng, 7), round(lat, 7)]


def test_a_point_outside_every_county_is_a_bad_row(world):
    row = [GOOD[0], "3110", "", "", "100.1", "30.1", "WGS84"]
    job = imported(world.rui, table(row, SECOND))
    assert figures(job) == counted(2, 1, bad=1)
    assert ",2,区划代码," in bad_rows(job)[1]


def test_columns_the_table_lacks_are_left_alone(world):
    imported(world.rui, table(GOOD))
    Unit.objects.filter(device_code=GOOD[0]).update(model="GPS-III")
    changed = imported(world.rui, table([*GOOD[:3], "泉城路8号"], header=HEADER[:4]))
    assert figures(changed) == counted(1, 0, updated=1)
    assert Unit.objects.get(device_code=GOOD[0]).model == "GPS-III"


def test_a_corrected_variety_moves_the_clocks_of_a_unit_in_use(world):
    unit = in_use(world, "4110")
    before = list(Clock.objects.filter(unit=unit).values_list("kind", "rule_id", "due_on"))
    header = ["设备代码", "品种代码", "区划代码", "产品名称"]
    Unit.objects.filter(pk=unit.pk).update(device_code="41501037020150001")
    row = ["41501037020150001", "4150", "370102", "冶金桥式起重机"]
    assert figures(imported(world.rui, table(row, header=header))) == counted(1, 0, updated=1)
    unit.refresh_from_db()
    after = list(Clock.objects.filter(unit=unit).values_list("kind", "rule_id", "due_on"))
    assert unit.category_id == "4150"
    assert after != before
    assert unit.next_due_on == min(due for _kind, _rule, due in after if due)
    assert not recompute_unit(unit=unit)


def in_use(world, category):
    """A unit of ``category`` that was inspected and registered in 2024."""
    unit = world.lift
    Unit.objects.filter(pk=unit.pk).update(category_id=category, kind=category[0])
    now = clock.now()
    shared = {"unit": unit, "region": world.lixia, "filed_at": now, "stands_at": now}
    base = Inspection.objects.create(
        **shared, stage="inspection", happened_on=dt.date(2024, 5, 1), kind="sup_installation",
        conclusion="pass",
    )  # fmt: skip
    Registration.objects.create(
        **shared, stage="registration", happened_on=dt.date(2024, 5, 9), kind="first",
        certificate_no="梯11鲁A3622(24)", relies_on=base,
    )  # fmt: skip
    recompute_unit(unit=unit)
    return unit


def test_every_imported_unit_has_its_history_with_the_actor(world):
    imported(world.rui, table(GOOD))
    unit: Any = Unit.objects.get(device_code=GOOD[0])
    event = unit.events.get()
    assert event.pgh_label == "insert"
    assert event.pgh_context.metadata["user"] == world.rui.pk


def test_half_a_bad_file_imports_the_good_half(world):
    rows = numbered(40)
    for row in rows[::2]:
        row[2] = "999999"
    job = imported(world.rui, table(*rows))
    assert figures(job) == counted(40, 20, bad=20)
    assert len(bad_rows(job)) == 21


def test_the_template_names_every_native_column():
    assert template_csv().decode("utf-8-sig").strip().split(",") == list(
        get_mapping("native").columns.values()
    )


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_enter_a_unit_known_by_its_old_code_once(committed_world, monkeypatch):
    both, enter = threading.Barrier(2), UnitWriter.insert_units

    def at_once(*asked):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(3)
        enter(*asked)

    def run(content) -> None:
        done.append(imported(committed_world.rui, content, "nyc.csv", "nyc_elevators"))
        connection.close()

    monkeypatch.setattr(UnitWriter, "insert_units", at_once)
    content = b"device_number,device_type\n1P1,Passenger Elevator\n"
    done: list[Job] = []
    # Two files, or it would be one.
    threads = [threading.Thread(target=run, args=(content + end,)) for end in (b"", b"\n")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(figures(job).get("created", job.error) for job in done) == [0, 1]
    assert Unit.objects.filter(registration_code="1P1").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_unit_that_another_enters_meanwhile_is_known_at_the_next_try(
    committed_world, monkeypatch
):
    insert_units = UnitWriter.insert_units
    entered: list[Any] = []

    def enter_first(writer, rows):
        if rows and not entered:
            entered.append(rows)
            other = threading.Thread(target=enter_by_hand, args=(committed_world.lift,))
            other.start()
            other.join()
        insert_units(writer, rows)

    monkeypatch.setattr(UnitWriter, "insert_units", enter_first)
    job = imported(committed_world.rui, table(GOOD, SECOND))
    assert entered
    assert figures(job) == counted(2, 1, updated=1)
    assert Unit.objects.filter(device_code=GOOD[0]).count() == 1


def enter_by_hand(model: Unit) -> None:
    now = clock.now()
    Unit.objects.create(
        device_code=GOOD[0], category_id="3110", kind="3", region_id=model.region_id,
        created_at=now, updated_at=now,
    )  # fmt: skip
    connection.close()


@pytest.mark.parametrize("day", ["24/3/31", "1899-12-31", "2999-01-01"])
def test_a_day_of_first_use_that_cannot_be_is_a_bad_row(world, day):
    header = [*HEADER, "投用日期"]
    job = imported(world.rui, table([*GOOD, day], [*SECOND, "2024/3/31"], header=header))
    assert figures(job) == counted(2, 1, bad=1)
    assert ",2,投用日期," in bad_rows(job)[1]
    assert Unit.objects.get(device_code=SECOND[0]).first_used_on == dt.date(2024, 3, 31)


def test_rows_of_every_chunk_are_told_of_in_the_language_of_who_asks(world, monkeypatch):
    monkeypatch.setattr(table_import, "CHUNK", 2)
    rows = numbered(7)
    rows[5][2] = rows[2][0] = ""
    rows[6] = rows[1]
    for language, reason in (("en", "The device code is missing."), ("zh-hans", "设备代码")):
        with translation.override(language):
            job = imported(world.rui, table(*rows))
        told = bad_rows(job)
        assert [cells[-3] for cells in csv.reader(told[1:])] == ["4", "7", "8"]
        assert reason in told[1]
