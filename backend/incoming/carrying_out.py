"""What the decisions set off once they took effect: a return to the sender, the link of an answer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.deliveries.actions import return_delivery
from backend.deliveries.models import Delivery
from backend.documents.models import Document
from backend.incoming.models import IncomingDocument
from backend.lib.problems import Refused
from backend.matters.links import add_link
from backend.matters.models import Link, Matter, Step


def carry_out(matter: Matter, decision: str, step: Step) -> None:
    """Do what ``decision`` sets off. What is refused undoes the decision: nothing is half done."""
    found = IncomingDocument.objects.select_related("delivery").get(pk=matter.pk)
    if decision == "return":
        _return_delivery(found, step)
    if decision == "answer":
        _link_answer(matter, found, step)


def _return_delivery(found: IncomingDocument, step: Step) -> None:
    """Give back what came by a delivery, unless that was done at the mailroom already."""
    if found.delivery is None or found.delivery.state == Delivery.State.RETURNED:
        return
    return_delivery(actor=step.taker, delivery=found.delivery.pk, reason=step.remark[:400])


def _link_answer(matter: Matter, found: IncomingDocument, step: Step) -> None:
    """Say that the outgoing document of this number answers it.

    Raises Refused 422 ``answer-unknown`` where the one who says so sees no such document.
    """
    answers = Document.objects.visible_to(step.taker).filter(number=found.answer_number)
    answer = answers.select_related("matter").first()
    if answer is None:
        told = _("You see no document of this number. Look at the number again.")
        raise Refused("answer-unknown", told, field="answer_number")
    add_link(answer.matter, Link.Kind.ANSWERS, matter)
