"""The versions of flows, as the rooms that run matters ask for them."""

from __future__ import annotations

import functools

from backend.flows.definition import Flow
from backend.flows.documents import read_flow
from backend.flows.models import FlowVersion


def newest_version(name: str) -> FlowVersion | None:
    """The version by which a matter runs that is opened now."""
    return FlowVersion.objects.filter(name=name).order_by("-version").first()


@functools.lru_cache(maxsize=256)
def read_version(number: int) -> Flow:
    """The flow of the version with this key; each process reads it once, for versions never change.

    Raises FlowVersion.DoesNotExist.
    """
    return read_flow(FlowVersion.objects.get(pk=number).definition)
