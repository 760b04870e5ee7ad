"""What a step of a matter needs: its flow, what is known of it, and the tree of offices."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from backend.flows.definition import Flow
from backend.flows.moves import Facts, LineOf
from backend.flows.versions import read_version
from backend.matters.kinds import Kind, get_kind
from backend.matters.models import Matter
from backend.offices.models import Office


@dataclass(frozen=True, slots=True)
class Course:
    """How a matter goes on."""

    kind: Kind
    flow: Flow
    facts: Facts
    line_of: LineOf


def course_of(matter: Matter) -> Course:
    """That of ``matter``, by the version of the flow with which it began."""
    kind = get_kind(matter.kind)
    return Course(kind, read_version(matter.flow_id), kind.facts(matter), _make_line_of())


def _make_line_of() -> LineOf:
    """The offices above an office; each is read once in a step."""

    @functools.cache
    def line_of(office: int) -> tuple[int, ...]:
        path = Office.objects.values_list("path", flat=True).get(pk=office)
        return tuple(int(part) for part in path.rstrip("/").split("/"))

    return line_of
