"""Numbers of papers: without a gap, without a double, in the year of the day in China (rule 24)."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from backend.lib import clock
from backend.lib.problems import Refused
from backend.papers.actions import edit_draft, register_paper, withdraw_paper
from backend.papers.models import Paper, SeriesYear
from backend.papers.numbers import is_form, parse_number
from backend.papers.series import open_series
from tests.papers.scenes import Desk, build_desk, draft, register
from tests.world import World

AT_ONCE, CONNECTIONS = 200, 40


def refusal(code: str):
    return pytest.raises(Refused, match=f"^{code}$")


def test_rule_24_a_number_is_read_in_one_form_only():
    assert parse_number("鲁质监发〔2006〕12号") == ("鲁质监发", 2006, 12)
    wrong = (
        "鲁质监发[2006]第012号", "鲁质监发〔2006〕第12号", "鲁质监发〔2006〕012号",
        "鲁质监发[2006]12号", "鲁质监发（2006）12号", "鲁质监发〔06〕12号", "鲁质监发〔2006〕0号",
        "鲁质监发〔2006〕12号 ", "鲁质监发〔２００６〕12号", "〔2006〕12号", "",
    )  # fmt: skip
    assert [text for text in wrong if parse_number(text)] == []


def test_rule_24_a_number_is_given_at_registration_only_and_freezes_the_words(desk: Desk):
    paper = draft(desk)
    assert paper.number is None
    first, second = register(desk, paper), register(desk)
    year = clock.today().year
    assert [first.number, second.number] == [
        f"历市监诉受〔{year}〕1号",
        f"历市监诉受〔{year}〕2号",
    ]
    with refusal("paper-registered"):
        register(desk, paper)
    with refusal("paper-frozen"):
        edit_draft(actor=desk.writer, paper=paper.pk, addressee="李四")
    assert SeriesYear.objects.get().last == 2


def test_the_year_is_that_of_the_day_in_china(desk: Desk, monkeypatch):
    eve = dt.datetime(2026, 12, 31, 15, 59, tzinfo=dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: eve)
    assert register(desk).number == "历市监诉受〔2026〕1号"
    monkeypatch.setattr(clock, "now", lambda: eve + dt.timedelta(minutes=1))
    assert register(desk).number == "历市监诉受〔2027〕1号"
    assert register(desk).number == "历市监诉受〔2027〕2号"


def test_a_registration_that_is_rolled_back_leaves_no_gap(desk: Desk):
    class Broken(Exception):
        pass

    paper = draft(desk)

    def register_and_break() -> None:
        with transaction.atomic():
            register(desk, paper)
            raise Broken

    with pytest.raises(Broken):
        register_and_break()
    paper.refresh_from_db()
    assert (paper.number, paper.state) == (None, "draft")
    assert register(desk).serial == 1


def test_a_withdrawn_paper_keeps_its_number(desk: Desk):
    paper = register(desk)
    withdraw_paper(actor=desk.clerk, paper=paper.pk, reason="登记有误")
    assert register(desk).serial == 2


def test_a_joint_document_bears_the_number_of_its_host(desk: Desk):
    paper = draft(desk)
    taken = register_paper(actor=desk.clerk, paper=paper.pk, host_number="鲁政办发〔2026〕12号")
    assert (taken.number, taken.series, taken.serial) == ("鲁政办发〔2026〕12号", None, None)
    assert register(desk).serial == 1
    with refusal("number-malformed"):
        register_paper(actor=desk.clerk, paper=draft(desk).pk, host_number="鲁政办发[2026]第12号")
    with refusal("series-or-host"):
        register_paper(actor=desk.clerk, paper=draft(desk).pk)


def test_the_form_of_a_number_is_data_of_its_series(desk: Desk):
    series, new = open_series(
        actor=desk.keeper,
        office=desk.bureau.pk,
        word="历市监函",
        form="{word}字〔{year}〕{number}号",
    )
    assert new
    paper = register_paper(actor=desk.clerk, paper=draft(desk).pk, series=series.pk)
    assert paper.number == f"历市监函字〔{clock.today().year}〕1号"
    for form in (
        "{word}[{year}]{number}号", "{word}〔{year}〕第{number}号", "{word}〔{year}〕{number:03}号",
        "{word}〔{year}〕号", "{word.office}〔{year}〕{number}号", "{word}{word}〔{year}〕{number}号",
    ):  # fmt: skip
        assert not is_form(form)
        with refusal("form-malformed"):
            open_series(actor=desk.keeper, office=desk.bureau.pk, word="历市监某", form=form)


def test_a_word_belongs_to_one_series(desk: Desk):
    again, new = open_series(actor=desk.keeper, office=desk.bureau.pk, word="历市监诉受")
    assert (again, new) == (desk.series, False)
    with refusal("word-taken"):
        open_series(
            actor=desk.keeper,
            office=desk.bureau.pk,
            word="历市监诉受",
            form="{word}〔{year}〕{number}",
        )
    with refusal("word-malformed"):
        open_series(actor=desk.keeper, office=desk.bureau.pk, word="ABC")
    with refusal("not-found"):
        open_series(actor=desk.keeper, office=desk.other.pk, word="市市监发")
    with refusal("not-allowed"):
        open_series(actor=desk.clerk, office=desk.bureau.pk, word="历市监发")


def test_a_series_of_another_office_or_a_closed_one_gives_no_number(desk: Desk):
    paper = draft(desk)
    desk.series.closed_at = clock.now()
    desk.series.save(update_fields=["closed_at"])
    with refusal("series-closed"):
        register(desk, paper)
    desk.series.office, desk.series.closed_at = desk.other, None
    desk.series.save(update_fields=["office", "closed_at"])
    with refusal("series-unknown"):
        register(desk, paper)


def test_two_hundred_registrations_at_once_leave_no_gap_and_no_double(committed_world: World):
    desk = build_desk(committed_world)
    papers = [draft(desk).pk for _ in range(AT_ONCE)]
    together = threading.Barrier(CONNECTIONS)

    def register_some(mine: list[int]) -> None:
        together.wait(60)
        for pk in mine:
            register_paper(actor=desk.clerk, paper=pk, series=desk.series.pk)
        connections.close_all()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        parts = [papers[n::CONNECTIONS] for n in range(CONNECTIONS)]
        for done in [pool.submit(register_some, part) for part in parts]:
            done.result(300)
    serials = Paper.objects.filter(series=desk.series).values_list("serial", flat=True)
    assert sorted(serial or 0 for serial in serials) == list(range(1, AT_ONCE + 1))


def test_one_paper_registered_twice_at_once_gets_one_number(committed_world: World):
    desk = build_desk(committed_world)
    paper = draft(desk).pk
    together, told = threading.Barrier(2), []

    def try_once() -> None:
        together.wait(60)
        try:
            register_paper(actor=desk.clerk, paper=paper, series=desk.series.pk)
        except Refused as refused:
            told.append(refused.code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(try_once) for _ in range(2)]:
            done.result(60)
    assert told == ["paper-registered"]
    assert SeriesYear.objects.get(series=desk.series).last == 1
