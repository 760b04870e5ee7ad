"""A document that ends another: annuls it (撤销) from the beginning, or repeals it (废止) from now on.

Decided by the office that issued the other, or one above it (条例 2012, art. 34).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.documents.models import Document, Ending, Secrecy
from backend.documents.wording import Wording
from backend.lib.problems import Refused
from backend.offices.models import Office
from backend.papers.laid_out_elsewhere import end_paper
from backend.papers.models import Paper

_STATES = {Ending.ANNUL: Paper.State.ANNULLED, Ending.REPEAL: Paper.State.REPEALED}


def write_ending(actor: User, document: Document, wording: Wording) -> None:
    """Set on ``document``, which the caller saves, the one that it ends; without a number, none.

    Raises Refused (422): ``ended-missing``, ``ended-unknown``, ``ending-missing``, and
    ``secret-has-text``, for a secret one is never issued here.
    """
    known = document.ends.number if document.ends else ""
    number = known if wording.ends is None else wording.ends
    if not number:
        if wording.columns.get("ending"):
            told = _("Write the number of the document that it ends.")
            raise Refused("ended-missing", told, field="ends")
        document.ends, document.ending = None, ""
        return
    if not document.ending:
        raise Refused("ending-missing", _("Say whether it annuls or repeals it."), field="ending")
    if document.secrecy != Secrecy.OPEN:
        raise Refused("secret-has-text", _("A secret document ends no other here."), field="ends")
    if number == known:
        return
    papers = Paper.objects.visible_to(actor).filter(document__isnull=False)
    document.ends = papers.filter(number=number, state=Paper.State.ISSUED).first()
    if document.ends is None:
        told = _("No document in force that you may read has this number.")
        raise Refused("ended-unknown", told, field="ends")


def refuse_unfit_ending(document: Document) -> None:
    """Refuse to end what is another line's (422 ``ended-foreign``) or ended already (409 ``paper-ended``)."""
    if document.ends is None:
        return
    if not _is_in_line(document.matter.office, document.ends.office):
        told = _("%(number)s is ended by the office that issued it, or by one above that.")
        raise Refused("ended-foreign", told % {"number": document.ends.number}, field="ends")
    if document.ends.state != Paper.State.ISSUED:
        told = _("%(number)s is no longer in force. Take it out of this document.")
        raise Refused("paper-ended", told % {"number": document.ends.number}, status=409)


def end_the_other(document: Document) -> None:
    """End what an issued document says that it ends. Raises Refused 409 ``paper-ended``."""
    if document.ends_id is not None:
        assert document.paper is not None
        end_paper(document.ends_id, _STATES[Ending(document.ending)], document.paper)


def _is_in_line(office: Office, other: Office) -> bool:
    """Whether ``other`` is of the same authority or body as ``office``, or of one below it."""
    if (office.authority_id, office.body_id) == (other.authority_id, other.body_id):
        return True
    head = Office.objects.of_authorities().filter(authority=office.authority_id)
    return Office.objects.descending_from(*head).filter(pk=other.pk).exists()
