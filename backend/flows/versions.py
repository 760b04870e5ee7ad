"""The versions of flows: loaded from files, never changed, read by the rooms that run matters."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection
from pathlib import Path

from django.db import transaction

from backend.flows.checks import check_flow
from backend.flows.definition import Flow
from backend.flows.documents import Document, read_flow
from backend.flows.files import DATA, read_file
from backend.flows.models import FlowVersion
from backend.lib import clock
from backend.lib.locks import wait_for_lock


@transaction.atomic
def load_flow_files(*, clocks: Collection[str], folder: Path = DATA) -> int:
    """Make a new version of each flow whose file says another thing than its newest version.

    Returns how many are new. Matters that run by an earlier version keep it. Raises BadFlow, and
    loads none, where one makes no sense; ``clocks`` are the codes of the deadline rules.
    """
    wait_for_lock("load-flows")
    documents = [read_file(path) for path in sorted(folder.glob("*.toml"))]
    flows = [read_flow(document) for document in documents]
    for flow in flows:
        check_flow(flow, clocks=clocks, flows={other.name for other in flows})
    return sum(_load_version(document) for document in documents)


def _load_version(document: Document) -> bool:
    """Whether a version was made: what is offered stands in the order of the file, so that counts too."""
    newest, written = newest_version(document["name"]), json.dumps(document, ensure_ascii=False)
    if newest is not None and newest.definition == written:
        return False
    FlowVersion.objects.create(
        name=document["name"],
        version=newest.version + 1 if newest else 1,
        definition=written,
        loaded_at=clock.now(),
    )
    return True


def newest_version(name: str) -> FlowVersion | None:
    """The version by which a matter runs that is opened now."""
    return FlowVersion.objects.filter(name=name).order_by("-version").first()


def newest_flows() -> list[Flow]:
    """The flows by which matters run that are opened now."""
    newest = FlowVersion.objects.order_by("name", "-version").distinct("name")
    return [read_version(number) for number in newest.values_list("pk", flat=True)]


@functools.lru_cache(maxsize=256)
def read_version(number: int) -> Flow:
    """The flow of the version with this key; each process reads it once, for versions never change.

    Raises FlowVersion.DoesNotExist.
    """
    return read_flow(json.loads(FlowVersion.objects.get(pk=number).definition))
