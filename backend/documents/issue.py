"""Issuing a numbered document as a signed PDF, and sending it to the offices that it names."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.deliveries.actions import send_paper
from backend.documents.endings import end_the_other, refuse_unfit_ending
from backend.documents.models import Document, Party
from backend.documents.sheet import render_document
from backend.documents.signatures import sign_pdf
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.competence import find_heir
from backend.offices.models import Office
from backend.papers.laid_out_elsewhere import issue_with_pdf


def issue_document(document: Document, actor: User) -> None:
    """Sign the PDF, make the paper valid, and send it to every office that is named.

    Whoever took over from an office that has ended since gets it. Another document that it annuls
    or repeals ends. Raises Refused: 409 ``office-ended`` where nobody took over, and as
    ``refuse_unfit_ending``, ``sign_pdf``, ``issue_with_pdf`` and ``send_paper`` do; then nothing is
    issued.
    """
    assert document.paper is not None
    receivers = _list_receivers(document)
    refuse_unfit_ending(document)
    reason = _("Issued as %(number)s") % {"number": document.number}
    pdf = sign_pdf(render_document(document), reason=reason)
    document.paper = issue_with_pdf(actor=actor, paper=document.paper, pdf=pdf)
    end_the_other(document)
    if receivers:
        send_paper(
            actor=actor,
            paper=document.paper.pk,
            sender_office=document.matter.office_id,
            receiver_offices=receivers,
            title=document.title,
        )


def refuse_ended_offices(document: Document) -> None:
    """Refuse (422 ``office-ended``) an office that has ended, with the name of who took over."""
    for party in document.parties.exclude(office=None).select_related("office__successor"):
        heir = _heir_of(party)
        if heir is None or heir.pk != party.office_id:
            facts = {"name": party.name, "heir": heir.name if heir else "—"}
            told = _("%(name)s has ended; who took over: %(heir)s. Name that one.")
            raise Refused("office-ended", told % facts, field=party.part)


def _list_receivers(document: Document) -> list[int]:
    """The keys of the offices that get it, each once; not the one that issues it."""
    found = []
    for party in document.parties.exclude(office=None).select_related("office__successor"):
        heir = _heir_of(party)
        if heir is None:
            told = _("%(name)s has ended, and nobody took over. Withdraw this and write it anew.")
            raise Refused("office-ended", told % {"name": party.name}, status=409)
        found.append(heir.pk)
    return [key for key in dict.fromkeys(found) if key != document.matter.office_id]


def _heir_of(party: Party) -> Office | None:
    assert party.office is not None
    return find_heir(party.office, clock.today())
