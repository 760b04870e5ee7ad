"""The region table against the counts of the official lists."""

from __future__ import annotations

import csv
import datetime as dt

import pytest

from geo.models import FormerName, Region
from geo.region_files import DATA, load_regions
from geo.regions import regions_in_force_on

pytestmark = pytest.mark.usefixtures("province")
E06 = dt.date(2005, 12, 31)


def count(day, level):
    return regions_in_force_on(day).filter(level=level).count()


def test_rule_25_in_2005_the_province_has_17_cities_and_140_counties():
    assert (count(E06, "city"), count(E06, "county")) == (17, 140)


def test_rule_25_now_the_province_has_16_cities_and_136_counties():
    now = dt.date(2026, 1, 1)
    assert (count(now, "city"), count(now, "county")) == (16, 136)


def test_loading_again_changes_nothing():
    before = list(Region.objects.order_by("code").values())
    names = list(FormerName.objects.values_list("region", "name", "valid_from", "valid_to"))
    load_regions()
    assert list(Region.objects.order_by("code").values()) == before
    assert list(FormerName.objects.values_list("region", "name", "valid_from", "valid_to")) == names


def test_loading_puts_right_what_was_changed_by_hand():
    Region.objects.filter(pk="370102").update(name="?", boundary=None)
    load_regions()
    region = Region.objects.get(pk="370102")
    assert (region.name, region.boundary is None) == ("历下区", False)


def test_every_region_in_force_has_a_valid_boundary_and_a_label_inside_it():
    now = regions_in_force_on(dt.date(2026, 1, 1)).exclude(level=Region.Level.ZONE)
    assert now.filter(boundary__isnull=True).count() == 0
    assert now.filter(boundary__isvalid=False).count() == 0
    for region in Region.objects.filter(level="county", boundary__isnull=False):
        assert region.boundary is not None
        assert region.label_point is not None
        assert region.boundary.covers(region.label_point), region


def test_a_region_that_ended_names_its_successor():
    ended = Region.objects.filter(valid_to__isnull=False)
    assert [region.code for region in ended if region.successor_id is None] == []
    for region in ended.select_related("successor"):
        assert region.successor is not None
        assert region.valid_to is not None
        assert region.successor.valid_from <= region.valid_to


def test_plate_letters_are_kept_without_the_province():
    assert Region.objects.get(pk="370200").plate_letters == "BU"
    assert Region.objects.get(pk="371200").plate_letters == "S"


def test_rule_01_codes_are_strings_of_six_digits():
    assert all(len(code) == 6 for code in Region.objects.values_list("code", flat=True))


def test_every_period_of_the_history_names_its_confidence_and_evidence():
    with (DATA / "region_history.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["confidence"] for row in rows} <= {"A", "B", "C"}
    assert all(row["evidence"] for row in rows)
    assert {row["code"] for row in rows} == set(Region.objects.values_list("code", flat=True))
