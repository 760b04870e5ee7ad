"""What the decisions set off once they took effect: a return to the sender, the link of an answer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.deliveries.actions import return_delivery
from backend.deliveries.models import Delivery
from backend.documents.models import Document
from backend.incoming.models import IncomingDocument
from backend.lib.problems import Refused
from backend.matters.links import join
from backend.matters.models import Link, Matter
from backend.matters.steps import Author


def carry_out(matter: Matter, decision: str, author: Author) -> None:
    """Do what ``decision`` sets off. What is refused undoes the decision: nothing is half done."""
    found = IncomingDocument.objects.select_related("delivery").get(pk=matter.pk)
    if decision == "return":
        _return_delivery(matter, found, author)
    if decision == "answer":
        _link_answer(matter, found, author)


def _return_delivery(matter: Matter, found: IncomingDocument, author: Author) -> None:
    """Give back what came by a delivery, unless that was done at the mailroom already."""
    if found.delivery is None or found.delivery.state == Delivery.State.RETURNED:
        return
    assert author.user is not None, "nobody returns by a clock"
    remarks = matter.steps.order_by("-version").values_list("remark", flat=True)
    return_delivery(actor=author.user, delivery=found.delivery.pk, reason=remarks[0][:400])


def _link_answer(matter: Matter, found: IncomingDocument, author: Author) -> None:
    """Say that the outgoing document of this number answers it.

    Raises Refused 422 ``answer-unknown`` where the one who says so sees no such document.
    """
    assert author.user is not None, "nobody answers by a clock"
    answers = Document.objects.visible_to(author.user).filter(number=found.answer_number)
    answer = answers.select_related("matter").first()
    if answer is None:
        told = _("You see no document of this number. Look at the number again.")
        raise Refused("answer-unknown", told, field="answer_number")
    join(answer.matter, Link.Kind.ANSWERS, matter)
