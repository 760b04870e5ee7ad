"""Whether what one of several people said decides the matter (会签)."""

from __future__ import annotations

import math
from fractions import Fraction

from backend.flows.definition import Mode, Node
from backend.flows.places import Place, Question


def count_votes(node: Node, place: Place, answered: Question) -> str:
    """The decision that takes effect with the last answer; empty while others are awaited."""
    ask, decision = node.ask, answered.decision
    if ask is None or decision not in (ask.carried, ask.failed):
        return decision
    if ask.mode is Mode.ANY:
        waited_for = any(question.after == answered.key for question in place.questions)
        return "" if waited_for and decision == ask.carried else decision
    said = [question.decision for question in place.questions]
    of, all_of = ask.ratio
    needed = math.ceil(Fraction(of, all_of) * len(said))
    if said.count(ask.carried) >= needed:
        return ask.carried
    if len(said) - said.count(ask.failed) < needed:
        return ask.failed
    return ""
