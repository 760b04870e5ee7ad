"""A matter in one row, as lists on a phone show it."""

from __future__ import annotations

from typing import Any

from backend.flows.definition import Flow
from backend.flows.versions import read_version
from backend.matters.kinds import get_kind
from backend.matters.labels import label_in_language, say_action
from backend.matters.models import Assignment, Matter


def describe_matter(matter: Matter, flow: Flow) -> dict[str, Any]:
    """What all lists tell of it."""
    return {
        "matter": matter.pk,
        "version": matter.version,
        "number": matter.number,
        "title": matter.title,
        "kind": matter.kind,
        "kind_name": str(get_kind(matter.kind).title),
        "state_name": label_in_language(flow.states[matter.state]),
        "office_name": matter.office.name,
        "urgency": matter.urgency,
        "urgency_name": str(Matter.Urgency(matter.urgency).label),
        "due_on": matter.due_on and matter.due_on.isoformat(),
    }


def describe_assignment(assignment: Assignment) -> dict[str, Any]:
    """A matter that waits for somebody, with what it asks of him."""
    flow = read_version(assignment.matter.flow_id)
    return describe_matter(assignment.matter, flow) | {
        "assignment": assignment.pk,
        "asks": label_in_language(flow.nodes[assignment.node].label),
        "opened_at": assignment.opened_at.isoformat(),
    }


def describe_decided(assignment: Assignment) -> dict[str, Any]:
    """A matter of which somebody decided something: what, and when."""
    matter = assignment.matter
    flow = read_version(matter.flow_id)
    return describe_matter(matter, flow) | {
        "did": say_action(get_kind(matter.kind), flow, assignment.node, assignment.decision),
        "at": assignment.closed_at and assignment.closed_at.isoformat(),
    }


def describe_begun(matter: Matter) -> dict[str, Any]:
    """A matter that somebody began, and when."""
    told = describe_matter(matter, read_version(matter.flow_id))
    return told | {"did": "", "at": matter.received_at.isoformat()}
