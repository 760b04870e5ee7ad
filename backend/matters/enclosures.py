"""The files that belong to a matter: what its kind lists, and the papers that it made."""

from __future__ import annotations

import functools

from backend.accounts.models import User
from backend.evidence.access import find_rendition
from backend.evidence.handed_out import HandedOut
from backend.evidence.models import File, Rendition
from backend.matters.kinds import Enclosure, find_kind
from backend.matters.links import papers_of
from backend.matters.models import Matter
from backend.papers.downloads import fetch_pdf
from backend.papers.models import Paper


def list_enclosures(reader: User, matter: Matter) -> list[Enclosure]:
    """The files of ``matter``, for who sees it; of its papers those that he sees and that are made."""
    listed = find_kind(matter.kind).enclosures
    made = [enclose_paper(paper) for paper in papers_of(reader, matter) if paper.pdf_key]
    return [*(listed(matter) if listed else ()), *made]


def enclose_paper(paper: Paper) -> Enclosure:
    """The PDF of a paper, which is handed out to whoever sees the paper, and written down."""
    title = f"{paper.title} {paper.number}"
    hand_out = functools.partial(_hand_out_paper, paper.pk)
    return Enclosure(f"paper-{paper.pk}", title, "application/pdf", hand_out)


def enclose_photo(key: str, title: str, file: File) -> Enclosure:
    """A photo as it is shown, for whoever sees the matter; on its way until its picture is drawn."""
    return Enclosure(key, title, "image/jpeg", functools.partial(_hand_out_photo, file))


def _hand_out_paper(paper: int, reader: User) -> HandedOut:
    return fetch_pdf(actor=reader, paper=paper)


def _hand_out_photo(file: File, _reader: User) -> HandedOut | None:
    return find_rendition(file, Rendition.Kind.SCREEN)
