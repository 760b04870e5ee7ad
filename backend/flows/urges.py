"""Urging (催办): every flow lets those who wait for somebody say so, wherever somebody is asked."""

from __future__ import annotations

from collections.abc import Iterable

from backend.accounts.models import Role
from backend.flows.definition import Decision, Demands, Intervention, Label, Reach

URGE = "urge"
"""What the intervention is called."""
_ROLES = (Role.CLERK, Role.LEADER, Role.OPERATOR)


def urge_at(nodes: Iterable[str]) -> Intervention:
    """The urging of a flow that says nothing of it: from the office that has the matter, and above."""
    decision = Decision(URGE, Label(zh="催办", en="urge"), demands=Demands(remark=True))
    return Intervention(tuple(map(str, _ROLES)), tuple(nodes), decision, Reach.LINE)
