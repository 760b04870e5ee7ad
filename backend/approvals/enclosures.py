"""The files of an application: the documents that came with it, and the papers that it brought."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from backend.accounts.models import User
from backend.approvals.issued_papers import fetch_paper
from backend.approvals.kinds import get_application_kind
from backend.approvals.models import Application
from backend.evidence.handed_out import HandedOut
from backend.matters.enclosures import enclose_file
from backend.matters.kinds import Enclosure
from backend.matters.models import Matter


def list_files(matter: Matter) -> Iterator[Enclosure]:
    """The PDFs and pictures under the names of their documents, then the papers that are made."""
    application = Application.objects.get(pk=matter.pk)
    labels = {one.name: one.label for one in get_application_kind(application.kind).documents}
    attachments = application.attachments.select_related("file")
    for one in attachments.prefetch_related("file__renditions").order_by("pk"):
        yield enclose_file(f"picture-{one.pk}", labels[one.document], one.file)
    for issued in application.papers.select_related("paper__template").order_by("pk"):
        paper = issued.paper
        if paper.pdf_key:
            hand_out = functools.partial(_hand_out_paper, application, paper.pk)
            title = f"{paper.title} {paper.number}"
            yield Enclosure(f"paper-{paper.pk}", title, "application/pdf", hand_out)


def _hand_out_paper(application: Application, paper: int, reader: User) -> HandedOut:
    return fetch_paper(actor=reader, application=application, paper=paper)
