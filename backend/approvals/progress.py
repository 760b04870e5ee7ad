"""How an applicant follows his application: where it stands, its steps without what offices wrote to each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from backend.approvals.models import Application
from backend.flows.versions import read_version
from backend.matters.kinds import get_kind
from backend.matters.labels import label_in_language, say_action

_TOLD_WITH_REMARK = frozenset(
    {"ask-supplement", "correct", "not-accept", "not-supplied", "refuse", "return", "void",
     "send-for-appraisal", "hearing-held", "appraisal-done", "extend"}
)  # fmt: skip
"""Decisions whose remark is meant for the applicant; those of the review are the office's own."""


_OPINIONS = frozenset({"fit", "unfit"})
"""What a reviewer holds: the office's own until it decides."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One step as the applicant reads it."""

    at: dt.datetime
    did: str
    state: str
    remark: str


def list_told_steps(application: Application) -> Iterator[Progress]:
    """The steps that changed where it stands, the newest first, and what was said to the applicant."""
    matter = application.matter
    flow, kind = read_version(matter.flow_id), get_kind(matter.kind)
    for step in matter.steps.exclude(action__in=_OPINIONS).order_by("-version"):
        told = step.action in _TOLD_WITH_REMARK
        if step.from_state == step.to_state and not told:
            continue
        # What a passed clock decided is told by its own name.
        did = step.facts.get("effects", [step.action])[-1:] or [step.action]
        yield Progress(
            at=step.at,
            did=say_action(kind, flow, step.node, did[0]),
            state=label_in_language(flow.states[step.to_state]),
            remark=step.remark if told else "",
        )
