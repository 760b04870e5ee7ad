"""Printing a numbered document, and issuing it as a signed PDF that goes to its recipients."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.documents.models import Document
from backend.documents.sheet import render_document
from backend.documents.signing import sign_pdf
from backend.papers.laid_out_elsewhere import issue_with_pdf


def print_document(document: Document) -> bytes:
    """The PDF of a numbered document before it is signed. Raises Refused as ``render_document``."""
    return render_document(document)


def issue_document(document: Document, actor: User) -> None:
    """Sign the PDF and make the paper valid.

    Raises Refused: as ``sign_pdf`` and ``issue_with_pdf`` do; then nothing is issued.
    """
    assert document.paper is not None
    reason = _("Issued as %(number)s") % {"number": document.number}
    pdf = sign_pdf(render_document(document), reason=reason)
    document.paper = issue_with_pdf(actor=actor, paper=document.paper, pdf=pdf)
