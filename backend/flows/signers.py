"""Changes who is asked at a node: an ask handed over (转办他人), people added before or after (加签)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.flows.definition import Flow
from backend.flows.moves import Actor, Move
from backend.flows.places import Question, Someone, Stored
from backend.flows.steps import Step, begin_step
from backend.lib.problems import Refused


def hand_over(flow: Flow, stored: Stored, *, actor: Actor, to: int) -> Move:
    """Let another person answer the ask ``actor.ask``.

    Refuses (409) an ask that is not open, (403) another person than the one asked, (422) somebody
    who is asked already.
    """
    step, question = _begin_with_question(flow, stored, actor)
    _refuse_asked(step, to)
    step.withdrawn.append(question.key)
    step.place.ask_anew(question)
    question.person = to
    step.opened.append(question)
    return step.move()


def add_signer(flow: Flow, stored: Stored, *, actor: Actor, person: int, before: bool) -> Move:
    """Have one more person asked, before whoever has the ask ``actor.ask`` or right after him.

    Refuses as ``hand_over`` does, and (409) where the flow does not allow it at this node.
    """
    step, question = _begin_with_question(flow, stored, actor)
    if step.node.ask is None or not step.node.ask.add_signers:
        raise Refused("no-signers-here", _("Nobody can be added at this point."), status=409)
    _refuse_asked(step, person)
    if before:
        signer = step.place.ask(Someone(person=person))
        step.withdraw([question])
        step.place.ask_anew(question)
        question.after = signer.key
        step.opened.append(signer)
    else:
        waiting = [other for other in step.place.questions if other.after == question.key]
        signer = step.place.ask(Someone(person=person), after=question.key)
        for other in waiting:
            other.after = signer.key
    return step.move()


def _begin_with_question(flow: Flow, stored: Stored, actor: Actor) -> tuple[Step, Question]:
    step = begin_step(flow, stored, {}, _no_line)
    return step, step.get_question(actor)


def _no_line(office: int) -> tuple[int, ...]:
    """Nobody goes to another office by this."""
    return (office,)


def _refuse_asked(step: Step, person: int) -> None:
    if any(question.person == person for question in step.place.questions):
        raise Refused("asked-already", _("This person is asked already."), field="person")
