"""Whether all was given that a decision demands."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backend.flows.definition import Decision, Flow
from backend.flows.lines import is_so_in_line
from backend.flows.moves import Chosen, Facts, LineOf
from backend.lib.problems import Refused


def refuse_unless_given(
    flow: Flow, decision: Decision, chosen: Chosen, *, facts: Facts, office: int, line_of: LineOf
) -> None:
    """Refuses (422) a decision without what it demands; ``office`` is the one that decides."""
    demands = decision.demands
    if demands.remark and not chosen.remark.strip():
        raise Refused("remark-missing", _("Say why in a remark."), field="remark")
    _refuse_wrong_ground(flow, demands.ground, chosen.ground)
    for name in demands.facts:
        if facts.get(name) in (None, ""):
            raise Refused(
                "fact-missing", _("Fill in what this decision rests on first."), field=name
            )
    _refuse_wrong_office(decision, chosen.office, office, line_of)
    _refuse_wrong_persons(decision, chosen.persons)


def _refuse_wrong_ground(flow: Flow, enumeration: str, ground: str) -> None:
    grounds = flow.grounds[enumeration] if enumeration else {}
    if bool(enumeration) != bool(ground) or (ground and ground not in grounds):
        allowed = ", ".join(grounds)
        detail = (
            _("Give one of the grounds: %(grounds)s.") % {"grounds": allowed}
            if grounds
            else _("This decision takes no ground.")
        )
        raise Refused("ground-wrong", detail, field="ground")


def _refuse_wrong_office(
    decision: Decision, chosen: int | None, office: int, line_of: LineOf
) -> None:
    line = decision.demands.office
    if line is None and chosen is not None:
        raise Refused("office-wrong", _("This decision takes no office."), field="office")
    if line is not None and (chosen is None or not is_so_in_line(line, chosen, office, line_of)):
        detail = {
            "below": _("Choose an office below yours."),
            "above": _("Choose an office above yours."),
            "elsewhere": _("Choose another office."),
        }[line]
        raise Refused("office-wrong", detail, field="office")


def _refuse_wrong_persons(decision: Decision, persons: tuple[int, ...]) -> None:
    least, most = decision.demands.persons or (0, 0)
    if not least <= len(persons) <= most or len(set(persons)) < len(persons):
        detail = (
            _("Choose %(least)d to %(most)d different persons.") % {"least": least, "most": most}
            if most
            else _("This decision takes no persons.")
        )
        raise Refused("persons-wrong", detail, field="persons")
