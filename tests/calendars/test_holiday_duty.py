"""The duty over a holiday: who, with which telephone, and what lacks, in one's office and below."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from backend.accounts.models import Role
from backend.address_book.models import Contact
from backend.api.calendars.holidays import OfficeHolidaySerializer
from backend.calendars.holiday_duty import holidays_to_plan, next_holiday, read_holiday_duty
from backend.calendars.on_duty import authorities_of_line
from backend.calendars.rosters import begin_roster, publish_roster, set_duties
from backend.calendars.shifts import open_shift
from backend.calendars.turns import fill_roster
from backend.lib import clock
from backend.lib.months import month_start
from backend.offices.models import Office
from backend.workdays.year_tables import Holiday
from tests.calendars.scenes import Bureau, next_month
from tests.deliveries.test_pages import page_of
from tests.world import make_user


@pytest.fixture
def holiday() -> Holiday:
    """Three days of the next month."""
    first = next_month() + dt.timedelta(days=3)
    return Holiday("国庆节", first, first + dt.timedelta(days=2))


def test_each_day_says_who_is_on_duty_and_what_lacks(bureau: Bureau, holiday: Holiday):
    roster = bureau.roster()
    set_duties(
        actor=bureau.clerk, roster=roster.pk, day=holiday.last, shift=roster.shifts.get().pk,
        leaders=[], people=[bureau.mate.pk],
    )  # fmt: skip
    own, *below = read_holiday_duty(bureau.clerk, authorities_of_line(bureau.clerk), holiday)
    assert (own.office, own.phone, below) == (bureau.lixia, "0531-12345678", [])
    assert [day.day for day in own.days] == list(holiday.days())
    assert own.days[0].duties[0].person == bureau.leader
    assert [day.day for day in own.lacking] == [holiday.last]
    assert own.lacking[0].lacks == [f"{holiday.last} 全天：无带班领导"]


def test_a_draft_and_no_roster_lack_on_each_day(bureau: Bureau, holiday: Holiday):
    bureau.draft()
    shown = authorities_of_line(bureau.city_clerk)
    found = {one.office: one for one in read_holiday_duty(bureau.city_clerk, shown, holiday)}
    assert set(found) == {bureau.city, bureau.lixia, bureau.shizhong}
    assert all(len(one.lacking) == 3 for one in found.values())
    [own] = read_holiday_duty(bureau.clerk, authorities_of_line(bureau.clerk), holiday)
    for one in (own, found[bureau.lixia]):
        assert one.days[0].lacks == ["未发布值班表"]


def test_many_offices_are_read_in_as_many_questions_as_one(
    bureau: Bureau, holiday: Holiday, django_assert_num_queries: DjangoAssertNumQueries
):
    clerk = bureau.city_clerk
    bureau.roster()
    with django_assert_num_queries(10):
        read_holiday_duty(clerk, authorities_of_line(clerk), holiday)
    open_shift(
        actor=clerk, office=bureau.city.pk, name="全天", begins=dt.time(8), hours=24, people=1
    )
    roster, _new = begin_roster(actor=clerk, office=bureau.city.pk, month=holiday.first)
    named = {"leaders": [clerk.pk], "people": [make_user("aide", Role.HANDLER, clerk.region).pk]}
    fill_roster(actor=clerk, roster=roster.pk, **named)
    publish_roster(actor=clerk, roster=roster.pk)
    with django_assert_num_queries(10):
        found = read_holiday_duty(clerk, authorities_of_line(clerk), holiday)
    with django_assert_num_queries(0):
        told = OfficeHolidaySerializer(found, many=True).data
    assert [len(one["days"][0]["duties"]) for one in told] == [2, 2, 0]


def test_the_list_is_read_and_taken_away_with_masked_numbers(bureau: Bureau):
    coming = next(
        one for one in holidays_to_plan()
        if one.first >= next_month() and month_start(one.first) == month_start(one.last)
    )  # fmt: skip
    first, today = coming.first, clock.today()
    bureau.roster(months=(first.year - today.year) * 12 + first.month - today.month)
    Contact.objects.create(user=bureau.leader, work_phone="0531-66610001", mobile="13905310011")
    asked = f"?holiday={first}&office={bureau.city.code}"
    page = page_of(bureau.city_clerk, f"/desk/duty/holidays/{asked}")
    assert coming.name in page
    assert "未发布值班表" in page
    assert f"{bureau.shizhong.name}</a>" in page
    assert f"{bureau.lixia.name}</a>" not in page
    client = Client()
    client.force_login(bureau.city_clerk)
    answer = client.get(f"/desk/duty/holidays/table/{asked}")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    mine = [row for row in rows if row[0] == bureau.lixia.name]
    assert len(mine) == 2 * len(list(coming.days()))
    assert mine[0][5:8] == [str(bureau.leader), "0531-66610001", "139****0011"]
    assert "13905310011" not in page_of(bureau.clerk, f"/desk/duty/holidays/?holiday={first}")


def test_it_is_read_over_rest(bureau: Bureau):
    client = APIClient()
    client.force_authenticate(bureau.city_clerk)
    path = "/api/v1/holiday-duty"
    coming = next_holiday()
    whole = client.get(path, {"holiday": coming.last}).data
    assert (whole["name"], whole["first"]) == (coming.name, str(coming.first))
    below = client.get(path, {"office": bureau.lixia.pk}).data["offices"]
    assert [(one["office"], one["phone"]) for one in below] == [(bureau.lixia.pk, "0531-12345678")]
    assert {len(day["lacks"]) for day in below[0]["days"]} == {1}
    client.force_authenticate(bureau.clerk)
    assert client.get(path, {"office": bureau.shizhong.pk}).status_code == 404
    refused = client.get(path, {"holiday": clock.today().replace(month=3, day=15)})
    assert (refused.status_code, refused.data["type"]) == (422, "/problems/day-invalid")


def test_an_office_that_ended_into_ones_own_is_not_offered(bureau: Bureau):
    yesterday = clock.today() - dt.timedelta(days=1)
    ended = Office.objects.filter(pk=bureau.shizhong.pk)
    ended.update(valid_to=yesterday, successor=bureau.lixia)
    assert ended.get() in authorities_of_line(bureau.clerk)
    assert bureau.shizhong.name not in page_of(bureau.clerk, "/desk/duty/holidays/")


def test_an_enterprise_reads_nothing_and_wrong_values_count_as_not_given(bureau: Bureau):
    enterprise = make_user("firm", Role.ENTERPRISE, None)
    assert bureau.lixia.name not in page_of(enterprise, "/desk/duty/holidays/")
    foreign = f"/desk/duty/holidays/?holiday=x&office={bureau.shizhong.code}"
    page = page_of(bureau.clerk, foreign)
    assert bureau.lixia.name in page
    assert bureau.shizhong.name not in page
