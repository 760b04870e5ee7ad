"""Papers: PDFs a second on one core beside the bare compiler, numbers a second beside the bare SQL.

Eight connections register papers of one series at once; the bare SQL takes the next number and
commits, as often and from as many connections.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import typst
from django.db import connection, connections

from backend.accounts.models import Role, User
from backend.directory.models import Authority
from backend.lib import clock
from backend.lib.identifiers.random_code import group_code, make_code
from backend.lib.qr_symbol import render_svg
from backend.offices.models import Office, Post
from backend.papers.actions import draft_paper, register_paper
from backend.papers.models import Series, Template
from backend.papers.numbers import STANDARD_FORM
from backend.papers.sheet import LAYOUTS, Sheet, load_fonts, render_pdf, verification_address
from backend.papers.template_files import load_templates
from backend.papers.words import fill_paragraphs
from bench.callers import result_row

PAPERS = 400
REGISTRATIONS = 800
CONNECTIONS = 8
ROUNDS = 2
FIELDS = {
    "received_on": "2026-11-20",
    "respondent": "济南泉城商场有限公司",
    "matter": "购买的电热水器漏电。\n商家拒绝退货。",
    "material": "购货凭证、照片",
    "handler": "欧阳",
    "phone": "0531-88001234",
}
_BARE = (
    "INSERT INTO papers_seriesyear AS y (series_id, year, last) VALUES (%s, 2000, 1)"
    " ON CONFLICT (series_id, year) DO UPDATE SET last = y.last + 1 RETURNING last"
)


def run() -> list[dict[str, Any]]:
    """Rows for the table of figures."""
    load_templates()
    office, clerk = make_office()
    series = make_series(office)
    papers, bare = _measure_pdfs()
    papers_of_clerk = [draft(clerk, office) for _ in range(REGISTRATIONS)]
    taken = _measure_numbers(
        papers_of_clerk, lambda pk: register_paper(actor=clerk, paper=pk, series=series.pk)
    )
    plain = _measure_numbers(papers_of_clerk, lambda _pk: _take_bare_number(series))
    serials = series.papers.filter(pk__in=papers_of_clerk).values_list("serial", flat=True)
    found = sorted(serial or 0 for serial in serials)
    assert found == list(range(found[0], found[0] + REGISTRATIONS)), "a gap or a double"
    return [
        result_row("papers.pdf_per_s", papers, "papers/s", PAPERS, "bare typst", bare),
        result_row("papers.bare_typst_per_s", bare, "papers/s", PAPERS),
        result_row("papers.numbers_per_s", taken, "numbers/s", REGISTRATIONS, "bare SQL", plain),
        result_row("papers.bare_sql_per_s", plain, "numbers/s", REGISTRATIONS),
    ]


def _measure_pdfs() -> tuple[float, float]:
    """Papers a second of processor time: ours, and the compiler alone on inputs that are ready."""
    template = Template.objects.get(code="complaint-acceptance", version=1)
    sheets = [_build_sheet(template, n) for n in range(PAPERS)]
    compiler = typst.Compiler(
        str(LAYOUTS / "letter.typ"),
        root=str(LAYOUTS),
        font_paths=load_fonts(),
        ignore_system_fonts=True,
    )
    ready = [
        {
            "paper": json.dumps(asdict(s), ensure_ascii=False),
            "symbol": render_svg(s.address).decode(),
        }
        for s in sheets
    ]
    moment = clock.now()

    def render_ours() -> None:
        for sheet in sheets:
            render_pdf(sheet, made_at=moment)

    def render_bare() -> None:
        for inputs in ready:
            compiler.compile(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-2a"],
                timestamp=int(moment.timestamp()),
            )

    ours = bare = 0.0
    for _round in range(ROUNDS):
        ours, bare = max(ours, _rate(render_ours)), max(bare, _rate(render_bare))
    return ours, bare


def _rate(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return PAPERS / (time.process_time() - begun)


def _build_sheet(template: Template, number: int) -> Sheet:
    code = make_code()
    office = "济南市历下区市场监督管理局"
    words = FIELDS | {"matter": f"第{number}件：购买的电热水器漏电。"}
    return Sheet(
        layout="letter",
        office=office,
        title=template.title,
        number=f"历市监诉受〔2026〕{number}号",
        addressee="张三",
        paragraphs=fill_paragraphs(template, words, office=office),
        signers=[],
        day="2026年11月28日",
        code=group_code(code),
        address=verification_address(code),
    )


def _measure_numbers(papers: list[int], take: Callable[[int], Any]) -> float:
    """Numbers a second of the clock, over all connections."""

    def take_some(mine: list[int]) -> None:
        for pk in mine:
            take(pk)
        connections.close_all()

    threads = [
        threading.Thread(target=take_some, args=(papers[n::CONNECTIONS],))
        for n in range(CONNECTIONS)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(papers) / (time.perf_counter() - begun)


def _take_bare_number(series: Series) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BARE, [series.pk])


def draft(clerk: User, office: Office) -> int:
    """A draft of the office."""
    paper, _new = draft_paper(
        actor=clerk,
        office=office.pk,
        template="complaint-acceptance",
        addressee="张三",
        fields=FIELDS,
    )
    return paper.pk


def make_office() -> tuple[Office, User]:
    """An office with its clerk."""
    authority = Authority.objects.order_by("pk").first()
    assert authority is not None
    office, _made = Office.objects.get_or_create(
        code="bench",
        defaults={
            "name": authority.name, "authority": authority, "region": authority.region,
        },
    )  # fmt: skip
    clerk, _made = User.objects.get_or_create(
        username="bench-clerk", defaults={"role": Role.CLERK, "region": authority.region}
    )
    Post.objects.get_or_create(
        user=clerk, office=office, role=Role.CLERK, defaults={"starts_on": dt.date(2020, 1, 1)}
    )
    clerk.refresh_from_db()  # the database tells an account its posts
    return office, clerk


def make_series(office: Office) -> Series:
    """Its series of numbers."""
    series, _made = Series.objects.get_or_create(
        word="量度受",
        defaults={"office": office, "form": STANDARD_FORM, "opened_at": clock.now()},
    )
    return series
