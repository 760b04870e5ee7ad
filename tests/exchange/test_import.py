"""What a bulk import takes, refuses and tells."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from openpyxl import Workbook

from backend.exchange.actions import start_import
from backend.exchange.mapping import mapping_named, template
from backend.exchange.tasks import run_import
from backend.jobs.models import Job
from backend.lib.problems import Refused
from backend.units.models import Unit
from media_config.buckets import ensure_bucket

FILES = Path(__file__).with_name("files")
HEADER = ["设备代码", "品种代码", "区划代码", "使用地点", "经度", "纬度", "坐标系"]
GOOD = ["31101037020150001", "3110", "370102", "泉城路1号", "", "", ""]
SECOND = ["31101037020150002", "3110", "370102", "泉城路2号", "", "", ""]


def table(*rows, encoding="utf-8-sig"):
    return "\n".join(",".join(row) for row in (HEADER, *rows)).encode(encoding)


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def imported(actor, content, name="units.csv", mapping="native"):
    ensure_bucket()
    job = start_import(actor=actor, stream=ContentFile(content), name=name, mapping=mapping)
    run_import(str(job.pk))
    return Job.objects.get(pk=job.pk)


def figures(job):
    return {k: v for k, v in job.result.items() if k != "bad_rows"}


def counted(read, created, updated=0, unchanged=0, bad=0):
    return {
        "read": read,
        "created": created,
        "updated": updated,
        "unchanged": unchanged,
        "bad": bad,
    }


def test_good_rows_are_taken_and_bad_ones_told_with_line_column_and_reason(world):
    bad = ["XX", *SECOND[1:]]
    job = imported(world.rui, table(GOOD, bad))
    assert figures(job) == counted(2, 1, bad=1)
    with default_storage.open(job.result["bad_rows"]) as file:
        told = file.read().decode("utf-8-sig").splitlines()
    assert told[0].endswith("line,column,reason")
    assert ",3,设备代码," in told[1]


def test_the_same_file_again_changes_nothing_and_a_changed_row_updates(world):
    imported(world.rui, table(GOOD))
    assert figures(imported(world.rui, table(GOOD))) == counted(1, 0, unchanged=1)
    moved = [*GOOD[:3], "泉城路9号", "", "", ""]
    assert figures(imported(world.rui, table(moved))) == counted(1, 0, updated=1)
    assert Unit.objects.get(device_code=GOOD[0]).version == 2


def test_a_killed_worker_is_followed_by_one_that_finishes(world):
    ensure_bucket()
    job = start_import(actor=world.rui, stream=ContentFile(table(GOOD, SECOND)), name="u.csv")
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, done=1)
    run_import(str(job.pk))
    assert figures(Job.objects.get(pk=job.pk)) == counted(2, 2)


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
    with default_storage.open(job.result["bad_rows"]) as file:
        assert "'=1+1" in file.read().decode("utf-8-sig")


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
    assert job.result["read"] == 2000
    assert job.result["created"] + job.result["bad"] == 2000
    assert job.result["bad"] >= 10  # sidewalk lifts and handicap lifts are no variety here
    unit = Unit.objects.filter(region_id="370102", registration_code="1P24493").get()
    assert unit.position is None
    assert unit.source_coordinates


def test_the_template_names_every_native_column():
    assert template().decode("utf-8-sig").strip().split(",") == list(
        mapping_named("native").columns.values()
    )
