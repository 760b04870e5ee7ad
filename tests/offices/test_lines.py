"""The tree of offices: its paths are the database's, whoever writes."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from backend.offices.competence import find_competent_office, find_heir
from backend.offices.models import Office
from tests.world import World, office_of

DAY = dt.date(2026, 11, 28)


@pytest.fixture
def line(world: World) -> dict[str, Office]:
    """The province's office, the city's, one of each county, and a department of 历下's."""
    province, city, lixia, shizhong = map(
        office_of, (world.province, world.city, world.lixia, world.shizhong)
    )
    section = Office.objects.create(
        code="S370102-TSC", name="特种设备安全监察科", authority=lixia.authority, region=world.lixia,
        parent=lixia,
    )  # fmt: skip
    return {"province": province, "city": city, "lixia": lixia, "shizhong": shizhong,
            "section": section}  # fmt: skip


def test_the_path_names_the_offices_from_the_top_down(line):
    keys = [line[name].pk for name in ("province", "city", "lixia", "section")]
    assert line["section"].path == "".join(f"{key}/" for key in keys)
    assert line["section"].line == tuple(keys)


def test_an_office_that_moves_takes_all_below_it_along(line):
    line["lixia"].parent = line["province"]
    line["lixia"].save()
    line["section"].refresh_from_db()
    assert line["section"].line == (line["province"].pk, line["lixia"].pk, line["section"].pk)


def test_nobody_else_writes_a_path(line):
    Office.objects.filter(pk=line["section"].pk).update(path="1/2/3/")
    line["section"].refresh_from_db()
    assert line["section"].line[-1] == line["section"].pk
    assert line["section"].line[0] == line["province"].pk


def test_an_office_never_lies_below_itself(line):
    for below in ("city", "section"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Office.objects.filter(pk=line["city"].pk).update(parent=line[below])


def test_two_offices_do_not_come_below_each_other_at_once(committed_world: World):
    one, other = office_of(committed_world.lixia), office_of(committed_world.shizhong)
    meet, failed = threading.Barrier(2), []

    def bring(office: Office, parent: Office) -> None:
        try:
            with transaction.atomic():
                Office.objects.select_for_update(no_key=True).get(pk=office.pk)
                meet.wait(10)
                Office.objects.filter(pk=office.pk).update(parent=parent)
        except (IntegrityError, OperationalError) as error:
            failed.append(error)
        finally:
            connection.close()

    pair = [threading.Thread(target=bring, args=two) for two in ((one, other), (other, one))]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    assert len(failed) == 1
    assert {one.parent_id, other.parent_id} & set(
        Office.objects.filter(pk__in=[one.pk, other.pk]).values_list("parent_id", flat=True)
    )


def test_offices_are_found_down_the_line(line):
    assert set(Office.objects.descending_from(line["lixia"])) == {line["lixia"], line["section"]}
    assert set(Office.objects.descending_from(line["lixia"], line["shizhong"])) == {
        line["lixia"], line["section"], line["shizhong"]
    }  # fmt: skip


def test_the_county_is_competent_and_where_it_has_no_office_the_city_is(line):
    assert find_competent_office("370102", DAY) == line["lixia"]
    Office.objects.filter(code="S370103").update(valid_to=DAY)
    assert find_competent_office("370103", DAY - dt.timedelta(days=1)) == line["shizhong"]
    assert find_competent_office("370103", DAY) == line["city"]


def test_who_took_over_from_who_took_over_has_the_work(line):
    line["lixia"].valid_to, line["lixia"].successor = DAY, line["shizhong"]
    line["shizhong"].valid_to, line["shizhong"].successor = DAY + dt.timedelta(days=9), line["city"]
    assert find_heir(line["lixia"], DAY - dt.timedelta(days=1)) == line["lixia"]
    assert find_heir(line["lixia"], DAY) == line["shizhong"]
    assert find_heir(line["lixia"], DAY + dt.timedelta(days=9)) == line["city"]


def test_the_work_of_an_office_that_ended_without_a_successor_is_nobodys(line):
    line["lixia"].valid_to = DAY
    assert find_heir(line["lixia"], DAY) is None
