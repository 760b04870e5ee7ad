"""Fetching the PDF of a paper, written down."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.evidence.handed_out import HandedOut
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.papers.models import Download, Paper


def download_pdf(*, actor: User, paper: int) -> str:
    """A signed address of the PDF that works for two minutes; as :func:`fetch_pdf`."""
    return fetch_pdf(actor=actor, paper=paper).sign()


def fetch_pdf(*, actor: User, paper: int) -> HandedOut:
    """The PDF, handed out; who asked is written down.

    Raises Refused: 404; 409 ``paper-not-made`` before it is issued and made.
    """
    found = Paper.objects.visible_to(actor).select_related("template").filter(pk=paper).first()
    if found is None:
        raise not_found(_("There is no such paper."))
    return hand_out_pdf(actor=actor, paper=found)


def hand_out_pdf(*, actor: User, paper: Paper) -> HandedOut:
    """As :func:`fetch_pdf`, to whom a room above has found that the paper is his.

    Raises Refused 409 ``paper-not-made``.
    """
    if not paper.pdf_key:
        raise Refused("paper-not-made", _("It has no PDF yet."), status=409)
    Download.objects.create(paper=paper, user=actor, at=clock.now())
    name = f"{paper.title} {paper.number}.pdf"
    return HandedOut(paper.pdf_key, "application/pdf", name)
