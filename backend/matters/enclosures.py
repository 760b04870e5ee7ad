"""The files that belong to a matter: what its kind lists, and the papers that it made."""

from __future__ import annotations

import functools

from backend.accounts.models import User
from backend.evidence.access import find_original, find_rendition
from backend.evidence.handed_out import HandedOut
from backend.evidence.models import File, Rendition
from backend.matters.kinds import Enclosure, get_kind
from backend.matters.links import papers_of
from backend.matters.models import Matter
from backend.papers.downloads import fetch_pdf
from backend.papers.models import Paper


def list_enclosures(reader: User, matter: Matter) -> list[Enclosure]:
    """The files of ``matter``, for who sees it; of its papers those that he sees and that are made."""
    listed = get_kind(matter.kind).enclosures
    made = [enclose_paper(paper) for paper in papers_of(reader, matter) if paper.pdf_key]
    return [*(listed(matter) if listed else ()), *made]


def enclose_paper(paper: Paper) -> Enclosure:
    """The PDF of a paper, which is handed out to whoever sees the paper, and written down."""
    title = f"{paper.title} {paper.number}"
    hand_out = functools.partial(_hand_out_paper, paper.pk)
    return Enclosure(f"paper-{paper.pk}", title, "application/pdf", hand_out)


def enclose_file(key: str, title: str, file: File) -> Enclosure:
    """A photo as it is shown, or a PDF as it came, for whoever sees the matter; on its way until it is there."""
    media_type = "image/jpeg" if file.is_picture else file.media_type
    return Enclosure(key, title, media_type, lambda _reader: hand_out_file(file))


def _hand_out_paper(paper: int, reader: User) -> HandedOut:
    return fetch_pdf(actor=reader, paper=paper)


def hand_out_file(file: File) -> HandedOut | None:
    """What of a file is shown to whoever sees the matter: a picture, or the PDF; None while it is on its way."""
    return find_rendition(file, Rendition.Kind.SCREEN) if file.is_picture else find_original(file)
