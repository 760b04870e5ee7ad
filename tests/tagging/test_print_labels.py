"""Label jobs: rights, progress, what the labels say, resuming after a killed worker."""

from __future__ import annotations

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from backend.jobs.actions import fail_job
from backend.jobs.models import Job
from backend.lib.problems import Refused
from media_config import storage
from tagging import print_runs
from tagging.actions import bind_tag, mint_batch, order_labels, retire_tag
from tagging.models import PrintRun, TagState
from tagging.tasks import print_labels, remove_failed_parts


@pytest.fixture
def sheets_per_part(monkeypatch):
    monkeypatch.setattr(print_runs, "SHEETS_PER_PART", 1)


def result_text(job: Job) -> list[str]:
    """The text of each page of a finished job's file."""
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    with storage.open_object(job.result["file"]) as stream:
        document = pypdfium2.PdfDocument(stream.read())
    pages = [page.get_textpage().get_text_range().replace(" ", "") for page in document]
    document.close()
    return pages


def test_a_batch_is_printed_in_the_order_of_its_codes(cast, sheets_per_part):
    batch = mint_batch(actor=cast.lin, count=30, authority="历下区市场监督管理局")
    job = order_labels(actor=cast.lin, batch=batch, grid="2x5", skip=3)
    print_labels(str(job.pk))
    pages = result_text(job)
    codes = list(batch.tags.order_by("code").values_list("code", flat=True))
    assert [sum(code in page for code in codes) for page in pages] == [7, 10, 10, 3]
    assert all("历下区市场监督管理局" in page for page in pages)
    assert (job.done, job.total) == (30, 30)
    assert {tag.state for tag in batch.tags.all()} == {TagState.PRINTED}


def test_a_bound_tag_shows_its_unit_and_no_natural_person(cast):
    (first,) = cast.codes()
    bind_tag(actor=cast.lin, code=first, unit=cast.lift)
    job = order_labels(actor=cast.lin, codes=[first])
    print_labels(str(job.pk))
    (page,) = result_text(job)
    assert "曳引驱动乘客电梯" in page
    assert "梯11鲁A00001(26)" in page
    assert "济南泉城" in page
    cast.lift.using_entity.natural_person = True
    cast.lift.using_entity.save(update_fields=["natural_person"])
    assert not any(
        "济南泉城" in line for label in print_runs.load_labels([first]) for line in label.lines
    )


def test_a_killed_worker_is_resumed_where_it_stopped(cast, sheets_per_part, monkeypatch):
    batch = mint_batch(actor=cast.lin, count=30)
    job = order_labels(actor=cast.lin, batch=batch, grid="2x5")
    run = PrintRun.objects.get(pk=job.pk)
    drawn: list[int] = []
    draw = print_runs.draw_part

    def draw_and_die(run, part, first, last):
        if part == 2 and drawn == [0, 1]:
            raise KeyboardInterrupt
        drawn.append(part)
        draw(run, part, first, last)

    monkeypatch.setattr(print_runs, "draw_part", draw_and_die)
    with pytest.raises(KeyboardInterrupt):
        print_labels(str(job.pk))
    run.refresh_from_db()
    job.refresh_from_db()
    assert (run.parts, job.done, job.state) == (2, 20, Job.State.RUNNING)
    drawn.append(-1)
    print_labels(str(job.pk))
    assert drawn == [0, 1, -1, 2]
    pages = result_text(job)
    assert len(pages) == 3
    assert all(code in "".join(pages) for code in run.codes)


def test_a_finished_job_run_again_changes_nothing(cast):
    job = order_labels(actor=cast.lin, codes=cast.codes(2))
    print_labels(str(job.pk))
    job.refresh_from_db()
    ended = job.finished_at
    print_labels(str(job.pk))
    job.refresh_from_db()
    assert job.finished_at == ended


def test_ordering_again_with_the_same_key_is_one_job(cast):
    codes = cast.codes(2)
    first = order_labels(actor=cast.lin, codes=codes, key="k")
    assert order_labels(actor=cast.lin, codes=codes, key="k") == first
    assert PrintRun.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grid": "9x9"}, "grid-unknown"),
        ({"skip": 24}, "skip-out-of-range"),
        ({"skip": -1}, "skip-out-of-range"),
        ({"dx": 21.0}, "correction-out-of-range"),
        ({"dy": float("nan")}, "correction-out-of-range"),
        ({"footer": "电话𪚥"}, "footer-unprintable"),
        ({"footer": "话" * 61}, "footer-too-long"),
        ({"codes": []}, "count-out-of-range"),
        ({"codes": ["nonsense"]}, "code-invalid"),
    ],
)
def test_a_wrong_order_is_refused_and_leaves_nothing(cast, change, code):
    with pytest.raises(Refused) as caught:
        order_labels(**({"actor": cast.lin, "codes": cast.codes(1)} | change))
    assert caught.value.code == code
    assert not Job.objects.exists()


def test_tags_of_others_and_void_tags_are_not_printed(cast):
    fresh, lost = cast.codes(2)
    retire_tag(actor=cast.lin, code=lost, reason="遗失")
    for actor, code, status in (
        (cast.chen, fresh, 404),
        (cast.lin, lost, 409),
        (cast.bo, fresh, 403),
    ):
        with pytest.raises(Refused) as caught:
            order_labels(actor=actor, codes=[code])
        assert caught.value.status == status
    assert not Job.objects.exists()


def test_the_task_is_sent_only_after_commit(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as sent:
        order_labels(actor=cast.lin, codes=cast.codes(1))
    assert len(sent) == 1


def test_a_name_that_the_font_cannot_show_is_refused_by_its_characters(cast):
    (code,) = cast.codes()
    bind_tag(actor=cast.lin, code=code, unit=cast.lift)
    cast.lift.using_entity.name = "济南𪚥祥物业管理有限公司"
    cast.lift.using_entity.save(update_fields=["name"])
    job = order_labels(actor=cast.lin, codes=[code])
    print_labels(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert code in job.error
    assert "𪚥 (U+2A6A5)" in job.error
    assert "祥" not in job.error
    assert not PrintRun.objects.get(job=job).parts


def test_the_footer_is_a_setting(cast, settings):
    settings.LABEL_FOOTER = "监督电话 12345"
    job = order_labels(actor=cast.lin, codes=cast.codes(1))
    print_labels(str(job.pk))
    assert "监督电话12345" in result_text(job)[0]


def test_parts_of_a_failed_job_are_removed(cast, sheets_per_part):
    codes = cast.codes(30)
    cast.lift.using_entity.name = "济南𪚥面店"
    cast.lift.using_entity.save(update_fields=["name"])
    bind_tag(actor=cast.lin, code=max(codes), unit=cast.lift)
    job = order_labels(actor=cast.lin, codes=sorted(codes))
    print_labels(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    run = PrintRun.objects.get(job=job)
    assert run.parts == 0
    assert not stored(print_runs.part_key(job, 0))


def test_parts_of_a_job_that_failed_otherwise_are_removed_at_night(cast, sheets_per_part):
    job = order_labels(actor=cast.lin, codes=cast.codes(30))
    run = PrintRun.objects.select_related("job").get(job=job)
    print_runs.draw_part(run, 0, *print_runs.part_bounds(run)[0])
    remove_failed_parts()
    assert stored(print_runs.part_key(job, 0))
    fail_job(job=job, error="too long")
    remove_failed_parts()
    run.refresh_from_db()
    assert run.parts == 0
    assert not stored(print_runs.part_key(job, 0))


def stored(key: str) -> bool:
    """Whether the storage has an object of this name."""
    return default_storage.exists(key)
