"""Where a region belonged on a day, and which region a point lies in."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.gis.geos import Point
from django.db import connection

from geo import regions
from geo.datum import Datum, convert_position
from geo.models import FormerName, Region

pytestmark = pytest.mark.usefixtures("province")
EVE, NEW_YEAR = dt.date(2018, 12, 31), dt.date(2019, 1, 1)


def code_at(point):
    """The code of the county at ``point``, None outside."""
    found = regions.county_at(point)
    return found.code if found else None


def test_rule_25_laiwu_rolls_up_to_jinan_only_from_2019_on():
    assert regions.ancestors_on("371202", EVE) == ("371200", "370000")
    assert regions.ancestors_on("371202", NEW_YEAR) == ("370116", "370100", "370000")
    assert regions.rolls_up_to("371202", "371200", EVE)
    assert not regions.rolls_up_to("371202", "370100", EVE)
    assert regions.rolls_up_to("371202", "370100", NEW_YEAR)
    assert not regions.rolls_up_to("371202", "371200", NEW_YEAR)


def test_rule_25_an_old_record_of_laiwu_still_displays():
    gazetteer = regions.Gazetteer.load()
    for day in (dt.date(2006, 5, 1), dt.date(2026, 5, 1)):
        assert gazetteer.name_on("371202", day) == "莱城区"
        assert gazetteer.full_name_on("371202", day) == "莱芜市莱城区"


def test_a_present_code_asked_for_a_past_day_rolls_up_as_its_predecessor_did():
    assert regions.ancestors_on("370116", EVE) == ("371202", "371200", "370000")
    assert regions.rolls_up_to("370614", "370600", dt.date(2010, 1, 1))


def test_a_region_that_took_another_in_keeps_its_own_code_at_all_times():
    gazetteer = regions.Gazetteer.load()
    for day in (dt.date(2010, 1, 1), dt.date(2020, 1, 1)):
        assert gazetteer.code_in_force_on("370203", day) == "370203"
        assert gazetteer.code_in_force_on("370811", day) == "370811"
    assert gazetteer.code_in_force_on("370205", dt.date(2012, 11, 30)) == "370205"
    assert gazetteer.code_in_force_on("370205", dt.date(2012, 12, 1)) == "370203"


def test_a_renamed_county_is_called_as_on_the_day():
    assert regions.name_on("371324", dt.date(2010, 1, 1)) == "苍山县"
    assert regions.name_on("371324", dt.date(2020, 1, 1)) == "兰陵县"


SUCCESSIONS = (
    ("371202", "370116"),
    ("371203", "370117"),
    ("371200", "370100"),
    ("370282", "370215"),
    ("370634", "370614"),
    ("370684", "370614"),
    ("370205", "370203"),
    ("370102", "370102"),
)


def test_old_codes_lead_to_the_code_in_force():
    for old, new in SUCCESSIONS:
        assert regions.current_code(old) == new


def test_rule_25_two_districts_named_shizhong_stay_distinct():
    gazetteer = regions.Gazetteer.load()
    day = dt.date(2026, 1, 1)
    assert gazetteer.full_name_on("370103", day) == "济南市市中区"
    assert gazetteer.full_name_on("370402", day) == "枣庄市市中区"
    assert code_at(Point(116.997, 36.651)) == "370103"
    assert code_at(Point(117.556, 34.864)) == "370402"


def test_the_end_of_a_period_is_the_first_day_it_no_longer_counts():
    gazetteer = regions.Gazetteer.load()
    assert "371200" in [entry.code for entry in gazetteer.regions_in_force(EVE, "city")]
    assert "371200" not in [entry.code for entry in gazetteer.regions_in_force(NEW_YEAR, "city")]


def test_the_tables_are_read_anew_when_a_row_has_changed_and_not_before():
    first = regions.Gazetteer.load()
    assert regions.Gazetteer.load() is first
    assert regions.name_on("370102", NEW_YEAR) == "历下区"
    for name in ("历下甲区", "历下乙区"):
        Region.objects.filter(code="370102").update(name=name)
        assert regions.name_on("370102", NEW_YEAR) == name
    FormerName.objects.filter(region="371324").delete()
    assert regions.name_on("371324", dt.date(2010, 1, 1)) == "兰陵县"


@pytest.mark.parametrize("day", [EVE, NEW_YEAR])
def test_the_sql_of_the_parts_of_a_region_finds_just_those_that_roll_up_to_it(day):
    gazetteer = regions.Gazetteer.load()
    for region in ("370000", "370100", "371200", "370116", "371202", "370102", "370600"):
        found = Region.objects.filter(gazetteer.part_of_region_condition(region, day, "code"))
        expected = {e.code for e in gazetteer if gazetteer.is_part_of(e.code, region, day)}
        assert set(found.values_list("code", flat=True)) == expected


def test_an_unknown_code_is_refused_by_name():
    with pytest.raises(regions.UnknownRegion, match="379999"):
        regions.name_on("379999", NEW_YEAR)


def test_the_label_of_every_county_lies_in_that_county():
    for county in Region.objects.filter(level="county", boundary__isnull=False):
        assert code_at(county.label_point) == county.code


PLACES = (
    ("Quancheng Square, Jinan", 117.0154, 36.6610, "370102"),
    ("Jinan west station", 116.8830, 36.6690, "370104"),
    ("May Fourth Square, Qingdao", 120.3790, 36.0620, "370202"),
    ("Laoshan", 120.6200, 36.1600, "370212"),
    ("Mount Tai", 117.1010, 36.2560, "370902"),
    ("Temple of Confucius, Qufu", 116.9860, 35.5960, "370881"),
    ("Laicheng", 117.6770, 36.2030, "370116"),
    ("Yantai harbour hill", 121.3970, 37.5450, "370602"),
    ("Heze railway station", 115.4700, 35.2500, "371702"),
)


def test_known_places_lie_in_their_county():
    for place, lng, lat, code in PLACES:
        assert code_at(Point(lng, lat)) == code, place


def test_a_point_just_off_the_coast_counts_to_the_nearest_county_and_one_at_sea_to_none():
    inland = Point(120.3790, 36.0620)
    shore = next(
        Point(inland.x, inland.y - step / 1000)
        for step in range(200)
        if not Region.objects.filter(
            level="county", boundary__covers=Point(inland.x, inland.y - step / 1000, srid=4326)
        ).exists()
    )
    assert regions.county_at(shore) is not None
    assert regions.county_at(Point(shore.x, shore.y - 0.03)) is None
    assert regions.county_at(Point(116.40, 39.90)) is None


def test_a_point_on_a_border_belongs_to_one_county_always_the_same():
    border = Region.objects.get(pk="370102").boundary
    assert border is not None
    for lng, lat in border[0][0][:25]:
        found = {code_at(Point(lng, lat)) for _ in range(2)}
        assert len(found) == 1


def test_a_point_in_another_reference_system_is_refused():
    with pytest.raises(ValueError, match="3857"):
        regions.county_at(Point(13_000_000, 4_380_000, srid=3857))


def test_rule_25_an_unconverted_gcj02_point_may_fall_into_the_wrong_county():
    wrong = 0
    for step in range(40):
        true = Point(116.98 + step * 0.002, 36.655)
        shifted = Point(*convert_position(true.x, true.y, Datum.WGS84, Datum.GCJ02))
        restored = Point(*convert_position(shifted.x, shifted.y, Datum.GCJ02, Datum.WGS84))
        county = code_at(true)
        wrong += code_at(shifted) != county
        assert code_at(restored) == county
    assert wrong > 0


def test_a_point_inside_a_county_takes_one_query_on_a_spatially_indexed_column(
    django_assert_num_queries,
):
    with django_assert_num_queries(1):
        found = regions.county_at(Point(117.0, 36.6))
        assert found is not None
        assert found.name
    with connection.cursor() as cursor:
        indexes = connection.introspection.get_constraints(cursor, "geo_region").values()
    assert any(i.get("type") == "gist" and i["columns"] == ["boundary"] for i in indexes)
