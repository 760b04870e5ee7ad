"""PDFs of papers, made in the background: ordered with the issue, and made once whoever dies."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.jobs.actions import create_job, fail_job, finish_job, start_job
from backend.jobs.dispatch import send_job_on_commit
from backend.jobs.models import Job
from backend.papers.models import Paper
from backend.papers.sheet import build_sheet, render_pdf
from media_config import storage

_PDF = "application/pdf"


def order_pdf(*, actor: User, paper: Paper) -> Job:
    """The job that makes the PDF of an issued paper, sent on commit."""
    job, _new = create_job(
        actor=actor,
        kind="paper",
        parameters={"paper": paper.pk},
        task="backend.papers.tasks.make_pdf",
        total=1,
    )
    send_job_on_commit(job=job)
    return job


def render_issued(paper: Paper) -> bytes:
    """The PDF of an issued paper: the same bytes whenever and wherever it is made."""
    assert paper.number is not None
    assert paper.registered_on is not None
    assert paper.issued_at is not None
    sheet = build_sheet(paper, number=paper.number, day=paper.registered_on)
    return render_pdf(sheet, made_at=paper.issued_at)


def make_and_store_pdf(job: Job) -> None:
    """Make, store and note the PDF of a job. Safe to run again at any point, by any worker."""
    if job.state in (Job.State.DONE, Job.State.FAILED) or not start_job(job=job):
        return
    paper = Paper.objects.select_related("template", "office").get(pk=job.parameters["paper"])
    if not paper.pdf_sha256:
        content = render_issued(paper)
        digest, key = hashlib.sha256(content).hexdigest(), f"papers/{paper.pk}.pdf"
        storage.put_object(key, content, media_type=_PDF, sha256=digest)
        Paper.objects.filter(pk=paper.pk, pdf_sha256="").update(
            pdf_key=key, pdf_sha256=digest, pdf_size=len(content)
        )
    finish_job(job=job, result={"paper": paper.pk})


def fail_for_storage(job: Job, error: Exception) -> None:
    """End the job with an error: the storage refuses the PDF."""
    fail_job(job=job, error=_("The storage refused the paper: %s") % error)
