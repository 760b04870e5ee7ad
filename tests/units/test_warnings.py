"""What looks wrong with a record is told and never refused."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.units.certificate_checks import list_misfits
from backend.units.models import Accident, Installation, Record, Registration, Repair
from backend.units.warnings import list_warnings, with_comparisons
from geo.models import Region
from tests.units.filing import day, file, inspect, put_in_use, register
from tests.world import make_unit

JINAN = Region(code="370102", plate_letters="A")
QINGDAO = Region(code="370202", plate_letters="BU")
LAIWU = Region(code="370116", plate_letters="A")
UNKNOWN = Region(code="370199")


def codes(number: str, category: str, county: Region = JINAN) -> list[str]:
    return [code for code, _text in list_misfits(number, category, county)]


def told(record: Record) -> list[str]:
    row = with_comparisons(Record.objects.select_related(record.stage)).get(pk=record.pk)
    return [doubt.code for doubt in list_warnings(row)]


@pytest.mark.parametrize(
    ("number", "category"),
    [("梯11鲁A00001(24)", "3110"), ("容15鲁A00001(24)", "2150"), ("瓶31鲁A00001(24)", "2310"),
     ("车11鲁A00001(24)", "5110"), ("管31鲁A00001(24)", "8310")],
)  # fmt: skip
def test_rule_04_a_number_that_fits_tells_nothing(number, category):
    assert codes(number, category) == []


def test_rule_04_the_kind_character_and_the_digits_fit_the_variety():
    assert codes("梯12鲁A00001(24)", "3110") == ["certificate-variety"]
    assert codes("车11鲁A00001(24)", "3110") == ["certificate-kind"]
    assert codes("容31鲁A00001(24)", "2310") == ["certificate-kind"]
    assert codes("起21鲁A00001(24)", "3110") == ["certificate-kind", "certificate-variety"]


def test_rule_04_province_and_city_are_those_of_the_county():
    assert codes("梯11闽E3622(16)", "3110") == ["certificate-province"]
    assert codes("梯11鲁B3622(16)", "3110") == ["certificate-city"]
    assert codes("梯11鲁B3622(16)", "3110", QINGDAO) == []
    assert codes("梯11鲁U3622(16)", "3110", QINGDAO) == []
    assert codes("梯11鲁A3622(16)", "3110", QINGDAO) == ["certificate-city"]
    assert codes("梯11鲁B3622(16)", "3110", UNKNOWN) == []


def test_rule_04_a_city_that_is_gone_left_its_letter_on_older_numbers():
    assert codes("梯11鲁S3622(16)", "3110", LAIWU) == []
    assert codes("梯11鲁S3622(20)", "3110", LAIWU) == ["certificate-city"]
    assert codes("梯11鲁S3622(16)", "3110", JINAN) == ["certificate-city"]


def test_a_number_that_is_none_is_told_and_not_raised():
    assert codes("nonsense", "3110") == ["certificate-unreadable"]


def test_one_number_on_two_units_registered_one_by_one_is_told_of_both(world):
    put_in_use(world, world.lift, "2024-05-20")
    first = Registration.objects.get(unit=world.lift)
    assert told(first) == []
    other = make_unit("3110", world.lixia, device_code="31101088920190077")
    put_in_use(world, other, "2024-06-20")
    assert told(Registration.objects.get(unit=other)) == ["certificate-doubled"]
    assert told(first) == ["certificate-doubled"]


@pytest.mark.parametrize(
    ("category", "number"), [("2310", "瓶31鲁A00001(24)"), ("8310", "管31鲁A00001(24)")]
)
def test_cylinders_and_industrial_piping_share_a_number_lawfully(world, category, number):
    for _turn in range(2):
        unit = make_unit(category, world.lixia)
        inspect(world, unit, "2024-05-20", kind="sup_manufacture")
        inspect(world, unit, "2024-05-20", kind="sup_installation")
        filed = register(world, unit, "2024-05-21", number)
    assert told(filed) == []


@pytest.mark.parametrize(
    ("work", "doubted"),
    [
        (Installation(happened_on=day("2024-05-10"), notice_on=day("2024-05-11")), True),
        (Installation(happened_on=day("2024-05-10"), notice_on=day("2024-05-10")), False),
        (
            Installation(
                happened_on=day("2024-05-10"),
                started_on=day("2024-05-01"),
                notice_on=day("2024-05-02"),
            ),
            True,
        ),
        (Installation(happened_on=day("2024-05-10")), True),
        (Installation(happened_on=day("2024-05-10"), notice_no="GZ-1"), False),
        (Repair(happened_on=day("2024-05-10"), work="repair", notice_on=day("2024-05-11")), True),
        (Repair(happened_on=day("2024-05-10"), work="repair"), False),
        (Repair(happened_on=day("2024-05-10"), work="modification"), True),
        (Repair(happened_on=day("2024-05-10"), work="major_repair"), True),
        (Repair(happened_on=day("2024-05-10"), work="major_repair", notice_no="GZ-1"), False),
    ],
)
def test_rule_16_work_before_its_notice_or_without_one_is_told(world, work, doubted):
    filed = file(world, world.lift, work)
    assert told(filed) == (["work-before-notice"] if doubted else [])


def test_rule_21_a_class_stated_otherwise_is_told(world):
    grave = {"happened_on": day("2026-05-01"), "deaths": 3}
    assert told(file(world, world.lift, Accident(**grave, grade="ordinary"))) == ["accident-class"]
    assert told(file(world, world.lift, Accident(**grave, grade="larger"))) == []
    assert told(file(world, world.lift, Accident(**grave))) == []


def test_what_was_corrected_is_doubted_no_more(world):
    put_in_use(world, world.lift, "2024-05-20")
    wrong = file(world, world.lift, Installation(happened_on=dt.date(2024, 5, 10)))
    assert told(wrong) == ["work-before-notice"]
    right = Installation(happened_on=dt.date(2024, 5, 10), notice_on=dt.date(2024, 5, 1))
    file(world, world.lift, right, supersedes=wrong)
    assert told(wrong) == []
