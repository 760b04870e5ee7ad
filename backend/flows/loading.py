"""Loads flows from their files as versions; what is loaded once is never changed."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from pathlib import Path

from django.db import transaction

from backend.flows.checks import check_flow
from backend.flows.documents import Document, read_flow
from backend.flows.models import FlowVersion
from backend.flows.versions import newest_version
from backend.lib import clock
from backend.lib.locks import wait_for_lock

DATA = Path(__file__).parent / "data"


@transaction.atomic
def load_flows(*, clocks: Collection[str], folder: Path = DATA) -> int:
    """Make a new version of each flow whose file says another thing than its newest version.

    Returns how many are new. Matters that run by an earlier version keep it. Raises BadFlow, and
    loads none, where one makes no sense; ``clocks`` are the codes of the deadline rules.
    """
    wait_for_lock("load-flows")
    documents = [tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    for document in documents:
        check_flow(read_flow(document), clocks=clocks)
    return sum(_load_version(document) for document in documents)


def _load_version(document: Document) -> bool:
    newest = newest_version(document["name"])
    if newest is not None and newest.definition == document:
        return False
    FlowVersion.objects.create(
        name=document["name"],
        version=newest.version + 1 if newest else 1,
        definition=document,
        loaded_at=clock.now(),
    )
    return True
