"""Drafts the papers of a letter: with the decisions that call for one, and when somebody asks for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.hotline.models import HotlineMatter
from backend.hotline.paper_words import find_template, templates_for, write_addressee, write_fields
from backend.lib.problems import Refused
from backend.matters.links import add_link
from backend.matters.models import Link, Matter, Step
from backend.matters.steps import ONCE, Author, Entry, Sending, lock_matter, write_step
from backend.offices.models import Office
from backend.papers.actions import draft_paper_of_step
from backend.papers.models import Paper
from backend.papers.sight import require_right_in


def draft_paper_of_decision(matter: Matter, _decision: str, step: Step) -> None:
    """Draft what the decision that took effect calls for, in the office that decided.

    What a clock decided is drafted by nobody: the handler asks for it.
    """
    template = find_template(matter.hotline, step)
    if template is not None and step.user is not None:
        _draft_paper(step.user, matter.hotline, step.office_id or matter.office_id, template)


def draft_letter_paper(
    *, actor: User, matter: int, version: int | None, template: str, sending: Sending = ONCE
) -> Paper:
    """Draft a paper of the matter's present office from what the matter says.

    Raises Refused: 403 without the right in that office; 404; 412; 422 ``template-unfit`` for what
    does not belong to a letter of this nature. The same ``sending`` again gives the same paper.
    """
    require_right(actor, Right.WRITE_PAPERS)
    with lock_matter(actor=actor, matter=matter, version=version, sending=sending) as held:
        if held.replayed:
            return _drafted_before(actor, sending)
        found, child = held.matter, held.matter.hotline
        if template not in templates_for(child):
            detail = _("A letter of this kind has no such paper.")
            raise Refused("template-unfit", detail, field="template")
        require_right_in(actor, Right.WRITE_PAPERS, found.office)
        paper = _draft_paper(actor, child, found.office_id, template)
        facts = {"paper": paper.pk, "template": template}
        write_step(found, Author(actor), Entry("draft-paper", facts=facts, sending=sending))
        return paper


def _draft_paper(drafter: User, child: HotlineMatter, office: int, template: str) -> Paper:
    paper = draft_paper_of_step(
        drafter=drafter,
        office=Office.objects.get(pk=office),
        template=template,
        addressee=write_addressee(child, template),
        fields=write_fields(child, drafter),
    )
    add_link(child.matter, Link.Kind.MADE, paper)
    return paper


def _drafted_before(actor: User, sending: Sending) -> Paper:
    step = Step.objects.get(user=actor, key=sending.key)
    return Paper.objects.get(pk=step.facts["paper"])
