"""Loading the holidays of a year: what is refused, what becomes of it."""

from __future__ import annotations

import copy
import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import Role
from backend.lib.problems import Refused
from backend.workdays.actions import load_holidays, load_year, publish_years
from backend.workdays.models import PublishedYear
from backend.workdays.published import read_calendar
from backend.workdays.year_tables import SHIPPED, read_year_table, read_year_tables
from tests.workdays.notices import NOTICE_2027
from tests.world import make_user


def spoilt(**members):
    return read_year_table(copy.deepcopy(NOTICE_2027) | members)


@pytest.fixture
def root(world):
    return make_user("root", Role.ADMINISTRATOR, world.province)


def test_a_new_year_moves_what_is_worked(root) -> None:
    monday, saturday = dt.date(2027, 10, 4), dt.date(2027, 10, 9)
    assert not read_calendar().is_working_day(saturday)
    row = load_year(actor=root, table=read_year_table(NOTICE_2027))
    assert row.loaded_by == root
    assert read_calendar().is_working_day(saturday)
    assert not read_calendar().is_working_day(monday)
    assert read_calendar().is_published(dt.date(2027, 12, 28))
    assert read_calendar().is_published(dt.date(2026, 12, 31))


def test_the_same_table_again_changes_nothing(root) -> None:
    table = read_year_table(NOTICE_2027)
    assert load_year(actor=root, table=table) == load_year(actor=root, table=table)


def test_a_later_notice_of_a_year_holds_instead(root) -> None:
    load_year(actor=root, table=read_year_table(NOTICE_2027))
    load_year(actor=root, table=spoilt(number="国办发明电〔2027〕1号", working_days=[]))
    assert not read_calendar().is_working_day(dt.date(2027, 10, 9))
    assert PublishedYear.objects.filter(year=2027).count() == 2


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"holidays": []}, "holidays"),
        ({"number": " "}, "number"),
        ({"issued_on": "2028-01-01"}, "issued_on"),
        ({"holidays": NOTICE_2027["holidays"][:-1]}, "holidays"),  # National Day left out
        ({"working_days": ["2027-09-22"]}, "working_days/0"),  # a Wednesday
        ({"working_days": ["2027-10-09", "2027-10-09"]}, "working_days/1"),
        ({"working_days": ["2027-10-03"]}, "working_days/0"),  # a day off
        ({"working_days": ["2028-01-01"]}, "working_days/0"),
    ],
)
def test_a_table_that_no_notice_says_is_refused(root, members, field) -> None:
    with pytest.raises(Refused) as refused:
        load_year(actor=root, table=spoilt(**members))
    assert refused.value.field == field
    assert not PublishedYear.objects.filter(year__gt=2026).exists()


def test_no_year_is_left_out_between_two(root) -> None:
    document = {
        "year": 2029, "number": "国办发明电〔2028〕9号", "issued_on": "2028-11-04", "source": "gov.cn",
        "holidays": [
            {"name": "元旦", "first": "2029-01-01", "last": "2029-01-01"},
            {"name": "春节", "first": "2029-02-12", "last": "2029-02-18"},
            {"name": "清明节", "first": "2029-04-04", "last": "2029-04-04"},
            {"name": "劳动节", "first": "2029-05-01", "last": "2029-05-05"},
            {"name": "端午节", "first": "2029-06-16", "last": "2029-06-18"},
            {"name": "中秋节", "first": "2029-09-22", "last": "2029-09-24"},
            {"name": "国庆节", "first": "2029-10-01", "last": "2029-10-07"},
        ],
        "working_days": [],
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        load_year(actor=root, table=read_year_table(document))
    assert refused.value.field == "year"
    assert "2027" in refused.value.detail


@pytest.mark.parametrize(
    ("holiday", "field"),
    [
        ({"name": "国庆节", "first": "2027-10-07", "last": "2027-10-01"}, "holidays/6/last"),
        ({"name": "国庆节", "first": "2027-10-01", "last": "2027-12-30"}, "holidays/6/last"),
        (
            {"name": "国庆节", "first": "2027-09-17", "last": "2027-09-23"},
            "holidays/6",
        ),  # in Mid-Autumn
        ({"name": " ", "first": "2027-10-01", "last": "2027-10-07"}, "holidays/6/name"),
        ({"name": "国庆节", "first": "2028-10-01", "last": "2028-10-07"}, "holidays/6"),
    ],
)
def test_a_holiday_that_cannot_be_is_refused_with_its_place(root, holiday, field) -> None:
    with pytest.raises(Refused) as refused:
        load_year(actor=root, table=spoilt(holidays=[*NOTICE_2027["holidays"][:-1], holiday]))
    assert refused.value.field == field


def test_a_day_of_another_year_is_not_said_again(root) -> None:
    new_year = {"name": "元旦", "first": "2026-12-31", "last": "2027-01-02"}
    load_year(actor=root, table=spoilt(holidays=[new_year, *NOTICE_2027["holidays"][1:]]))
    older = next(table for table in read_year_tables(SHIPPED) if table.year == 2026).document()
    older["holidays"] = [
        *older["holidays"],
        {"name": "元旦", "first": "2026-12-31", "last": "2026-12-31"},
    ]
    with pytest.raises(Refused, match="holiday-table"):
        load_year(actor=root, table=read_year_table(older))


@pytest.mark.parametrize("lost", ["holidays", "number", "year"])
def test_a_document_without_a_member_is_refused(lost) -> None:
    document = {key: value for key, value in NOTICE_2027.items() if key != lost}
    with pytest.raises(Refused) as refused:
        read_year_table(document)
    assert refused.value.field == lost


def test_only_an_administrator_of_the_province_loads_a_year(world) -> None:
    for actor in (world.zhao, make_user("county", Role.ADMINISTRATOR, world.lixia)):
        with pytest.raises(Refused) as refused:
            load_year(actor=actor, table=read_year_table(NOTICE_2027))
        assert refused.value.status == 403
    assert not PublishedYear.objects.filter(year=2027).exists()


def test_shipped_years_do_not_take_back_a_correction(db) -> None:
    table = next(table for table in read_year_tables(SHIPPED) if table.year == 2026)
    corrected = read_year_table(table.document() | {"working_days": ["2026-10-10"]})
    publish_years([corrected])
    assert load_holidays() == 0
    assert not read_calendar().is_working_day(dt.date(2026, 9, 20))


def test_a_command_loads_a_file_or_says_what_is_wrong_where(db, tmp_path: Path) -> None:
    file, out = tmp_path / "2027.toml", StringIO()
    file.write_text("[[year]]\nyear = 2027\n")
    with pytest.raises(CommandError, match="number"):
        call_command("load_holidays", file)
    text = (
        '[[year]]\nyear = 2027\nnumber = "国办发明电〔2026〕9号"\nissued_on = 2026-11-20\nsource = "gov.cn"\n'
        "working_days = [2027-10-09]\nholidays = [\n"
        + "".join(
            f'  {{ name = "{row["name"]}", first = {row["first"]}, last = {row["last"]} }},\n'
            for row in NOTICE_2027["holidays"]
        )
        + "]\n"
    )
    file.write_text(text.replace("2027-10-09", "2027-10-08"))
    with pytest.raises(CommandError, match=r"2027-10-08.*working_days/0"):
        call_command("load_holidays", file)
    file.write_text(text)
    call_command("load_holidays", file, stdout=out)
    assert "2027" in out.getvalue()
    assert read_calendar().is_working_day(dt.date(2027, 10, 9))


def test_what_was_counted_is_ordered_anew_after_commit(
    root, settings, monkeypatch, django_capture_on_commit_callbacks
) -> None:
    ordered: list[str] = []
    monkeypatch.setattr(
        "backend.workdays.recomputation.current_app.send_task", lambda task: ordered.append(task)
    )
    settings.COUNTED_BY_HOLIDAYS = ("one", "two")
    with django_capture_on_commit_callbacks(execute=True):
        load_year(actor=root, table=read_year_table(NOTICE_2027))
        assert ordered == []
    assert ordered == ["one", "two"]
    with django_capture_on_commit_callbacks(execute=True):
        load_year(actor=root, table=read_year_table(NOTICE_2027))
    assert ordered == ["one", "two"]
