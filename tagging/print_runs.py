"""Runs of a label job: which labels, drawn in parts that are kept, joined at the end."""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Sequence

import pypdfium2
from django.utils.translation import gettext as _

from backend.jobs import actions as jobs
from backend.jobs.models import Job
from backend.lib import clock
from backend.units.models import Unit
from media_config import storage
from tagging.grids import GRIDS
from tagging.models import PrintRun, Tag
from tagging.sheets import Label, SheetDesign, Unprintable, render_sheets

SHEETS_PER_PART = 50
"""Sheets drawn between two saves: what a killed worker loses at most."""
MAX_UNPRINTABLE_NAMED = 20
"""Labels that a refusal names at most."""
BLANK_TITLE = "特种设备"
_PDF = "application/pdf"


def build_design(run: PrintRun) -> SheetDesign:
    """The sheet design that a run was ordered with."""
    return SheetDesign(
        GRIDS[run.grid], run.prefix, skip=run.skip, dx=run.dx, dy=run.dy, footer=run.footer
    )


def load_labels(codes: Sequence[str]) -> list[Label]:
    """The labels of ``codes`` in the given order; texts are those of now. Two queries."""
    tags = Tag.objects.with_unit().select_related("batch").in_bulk(codes)
    return [build_label(tags[code]) for code in codes]


def build_label(tag: Tag) -> Label:
    """What the label of ``tag`` says: the unit's data when bound, else the issuing office."""
    if tag.is_void:
        return Label(tag.code, "作废")
    if tag.binding_in_force is None:
        return Label(tag.code, BLANK_TITLE, tuple(filter(None, [tag.batch.authority])))
    unit = tag.binding_in_force.unit
    return Label(tag.code, unit.category.name, tuple(_unit_lines(unit)))


def _unit_lines(unit: Unit) -> list[str]:
    user = unit.using_entity
    shown = [
        ("登记证号", unit.certificate_no),
        ("内部编号", unit.internal_no),
        # A natural person's name is personal data and stays off a label in public.
        ("使用单位", user.name if user is not None and not user.natural_person else ""),
    ]
    return [f"{name} {value}" for name, value in shown if value]


def part_key(job: Job, part: int) -> str:
    """Where part ``part`` of a job lies until all are joined."""
    return f"labels/{job.pk}/part-{part:05d}.pdf"


def result_key(job: Job) -> str:
    """Where the finished sheets lie."""
    return f"labels/{job.pk}.pdf"


def part_bounds(run: PrintRun) -> list[tuple[int, int]]:
    """First and last-but-one index of the labels of each part; parts end with a full sheet."""
    room = GRIDS[run.grid].labels_per_sheet * SHEETS_PER_PART
    edges = [0, *range(room - run.skip, len(run.codes), room), len(run.codes)]
    return list(itertools.pairwise(edges))


def draw_and_publish(run: PrintRun) -> None:
    """Draw what is missing, join the parts, publish the sheets. Safe to run again at any point,
    by any worker."""
    job = run.job
    if job.state in (Job.State.DONE, Job.State.FAILED):
        return
    if not jobs.start_job(job=job):
        return
    parts = part_bounds(run)
    for part in range(run.parts, len(parts)):
        draw_part(run, part, *parts[part])
    _store_pdf(result_key(job), _join_parts(job, len(parts)))
    Tag.objects.filter(code__in=run.codes, printed_at=None).update(printed_at=clock.now())
    jobs.finish_job(job=job, result={"file": result_key(job), "labels": len(run.codes)})
    remove_parts(run)


def draw_part(run: PrintRun, part: int, first: int, last: int) -> None:
    """Draw and store one part, then note it; noted means stored."""
    design = build_design(run)
    if part:
        design = SheetDesign(design.grid, design.prefix, dx=run.dx, dy=run.dy, footer=run.footer)
    _store_pdf(part_key(run.job, part), render_sheets(load_labels(run.codes[first:last]), design))
    PrintRun.objects.filter(pk=run.pk).update(parts=part + 1)
    jobs.note_progress(run.job_id, done=last)


def remove_parts(run: PrintRun) -> None:
    """Take the parts of an ended job away; that there are none is noted after, so none is lost."""
    run.refresh_from_db(fields=["parts"])
    for part in range(run.parts):
        storage.remove_object(part_key(run.job, part))
    PrintRun.objects.filter(pk=run.pk).update(parts=0)


def _store_pdf(key: str, content: bytes) -> None:
    storage.put_object(key, content, media_type=_PDF, sha256=hashlib.sha256(content).hexdigest())


def _join_parts(job: Job, count: int) -> bytes:
    parts = []
    for part in range(count):
        with storage.open_object(part_key(job, part)) as stream:
            parts.append(stream.read())
    if len(parts) == 1:
        return parts[0]
    joined = pypdfium2.PdfDocument.new()
    for content in parts:
        with pypdfium2.PdfDocument(content) as document:
            joined.import_pages(document)
    stream = io.BytesIO()
    joined.save(stream)
    joined.close()
    return stream.getvalue()


def fail_for_storage(run: PrintRun, error: Exception) -> None:
    """End the job with an error: the storage refuses the label file."""
    jobs.fail_job(job=run.job, error=_("The storage refused the label file: %s") % error)


def fail_for_unprintable(run: PrintRun, error: Unprintable) -> None:
    """End the job with an error that names the characters the font lacks and the first labels
    they stand on."""
    named = [
        f"{code}: " + ", ".join(f"{c} (U+{ord(c):04X})" for c in characters)
        for code, characters in itertools.islice(error.missing.items(), MAX_UNPRINTABLE_NAMED)
    ]
    text = _("Nothing was printed: the label font lacks characters of %(count)d labels. %(named)s")
    shown = {"count": len(error.missing), "named": "; ".join(named)}
    jobs.fail_job(job=run.job, error=text % shown)
