"""PDFs of papers: what they show, that they are the same bytes, and that no death of a worker doubles them."""

from __future__ import annotations

import datetime as dt
import hashlib
import signal
import uuid

import pypdfium2
import pytest
import zxingcpp

from backend.jobs.actions import fail_job
from backend.jobs.dispatch import send_waiting_jobs
from backend.jobs.models import Job
from backend.papers.actions import issue_paper
from backend.papers.models import Paper
from backend.papers.pdf_orders import render_issued
from backend.papers.sheet import verification_address
from backend.papers.tasks import make_pdf
from media_config import storage
from media_config.storage import StorageDown, StorageRefused
from tests.papers.scenes import FIELDS, Desk, build_desk, draft, issue, register
from tests.workers import celery_worker, until


def stored_pdf(paper: Paper) -> bytes:
    with storage.open_object(paper.pdf_key) as stream:
        return stream.read()


def text_of(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split())


def test_the_pdf_says_what_the_paper_says(desk: Desk):
    paper = issue(desk)
    content = stored_pdf(paper)
    text = text_of(content)
    for said in (
        desk.bureau.name, "投诉受理通知书", paper.number, "张三：", "2026年11月20日",
        "济南泉城商场有限公司", "购买的电热水器漏电。", "商家拒绝退货。",
    ):  # fmt: skip
        assert said in text
    assert "{" not in text
    assert paper.pdf_sha256 == hashlib.sha256(content).hexdigest()
    assert paper.pdf_size == len(content)
    with pypdfium2.PdfDocument(content) as document:
        assert document[0].get_size() == pytest.approx((595.3, 841.9), abs=0.1)
        assert document.get_metadata_dict()["Title"] == f"投诉受理通知书 {paper.number}"
    assert b"/Lang" in content
    assert b"pdfaid" in content
    assert b"/MarkInfo" in content


def test_the_symbol_leads_to_the_page_of_the_paper(desk: Desk):
    paper = issue(desk)
    with pypdfium2.PdfDocument(stored_pdf(paper)) as document:
        picture = document[len(document) - 1].render(scale=2).to_pil()
    (symbol,) = zxingcpp.read_barcodes(picture)
    assert symbol.text == verification_address(paper.code)


def test_the_same_paper_is_the_same_bytes(desk: Desk):
    paper = issue(desk)
    assert render_issued(Paper.objects.get(pk=paper.pk)) == stored_pdf(paper)


def test_fields_are_words_and_never_markup(desk: Desk):
    evil = (
        '#read("letter.typ") $x$ *b* _i_ {phone} <b> \\ "quoted" @a // c #import "@preview/a:1.0.0"'
    )
    paper = issue(desk, register(desk, draft(desk, fields=FIELDS | {"matter": evil})))
    assert "".join(evil.split()) in text_of(stored_pdf(paper))


def test_rare_characters_of_names_are_printed(desk: Desk):
    paper = issue(desk, register(desk, draft(desk, addressee="喆堃䶮𠮷")))
    assert "喆堃䶮𠮷：" in text_of(stored_pdf(paper))


def test_a_long_paper_runs_over_pages(desk: Desk):
    paper = issue(desk, register(desk, draft(desk, fields=FIELDS | {"matter": "漏电。\n" * 400})))
    with pypdfium2.PdfDocument(stored_pdf(paper)) as document:
        assert len(document) > 10


def test_storage_that_is_down_only_delays(desk: Desk, monkeypatch):
    paper = issue(desk, made=False)

    def fail(*_args, **_kwargs):
        raise StorageDown("down")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "put_object", fail)
        with pytest.raises(StorageDown):
            make_pdf.run(str(paper.job_id))
    paper.job.refresh_from_db()
    assert paper.job.state == Job.State.QUEUED
    make_pdf(str(paper.job_id))
    paper.refresh_from_db()
    assert paper.pdf_sha256


def test_a_pdf_that_failed_is_ordered_anew(desk: Desk, monkeypatch):
    paper = issue(desk, made=False)

    def refuse(*_args, **_kwargs):
        raise StorageRefused("no")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "put_object", refuse)
        make_pdf(str(paper.job_id))
    paper.job.refresh_from_db()
    assert paper.job.state == Job.State.FAILED
    again = issue_paper(actor=desk.clerk, paper=paper.pk)
    assert (again.job_id != paper.job_id, again.issued_at) == (True, paper.issued_at)
    make_pdf(str(again.job_id))
    again.refresh_from_db()
    assert again.pdf_sha256


def test_a_job_that_was_called_failed_makes_nothing(desk: Desk):
    paper = issue(desk, made=False)
    fail_job(job=paper.job, error="x")
    make_pdf(str(paper.job_id))
    paper.refresh_from_db()
    assert paper.pdf_sha256 == ""


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_each_paper_made_once(world, monkeypatch):
    queue = f"test-{uuid.uuid4()}"
    monkeypatch.setattr(make_pdf, "queue", queue, raising=False)
    monkeypatch.setattr(make_pdf, "_exec_options", None)
    monkeypatch.setattr("backend.jobs.dispatch.PATIENCE", dt.timedelta(0))
    desk = build_desk(world)
    papers = [issue(desk, made=False) for _ in range(40)]
    with celery_worker(queue=queue, pool="solo") as worker:
        until(lambda: _made(papers) >= 5)
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)
        assert _made(papers) < len(papers)
    with celery_worker(queue=queue, pool="solo"):
        send_waiting_jobs()
        until(lambda: _made(papers) == len(papers), 120)
    kept = Paper.objects.filter(pk__in=[paper.pk for paper in papers])
    assert len({paper.pdf_sha256 for paper in kept}) == len(papers)
    for paper in kept:
        assert hashlib.sha256(stored_pdf(paper)).hexdigest() == paper.pdf_sha256
        lying = [key for key, _size in storage.list_objects(f"papers/{paper.pk}.")]
        assert lying == [paper.pdf_key]


def _made(papers: list[Paper]) -> int:
    return Paper.objects.filter(pk__in=[p.pk for p in papers]).exclude(pdf_sha256="").count()
