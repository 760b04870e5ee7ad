"""Loads flows from their files as versions; what is loaded once is never changed."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

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
    documents = [read_file(path) for path in sorted(folder.glob("*.toml"))]
    flows = [read_flow(document) for document in documents]
    for flow in flows:
        check_flow(flow, clocks=clocks, flows={other.name for other in flows})
    return sum(_load_version(document) for document in documents)


def read_file(path: Path) -> Document:
    """The document of a file: that of its ``base``, a file in the folder ``bases``, with its own on it."""
    own = tomllib.loads(path.read_text("utf-8"))
    if (base := own.pop("base", None)) is None:
        return own
    return _lay_on(tomllib.loads((path.parent / "bases" / f"{base}.toml").read_text("utf-8")), own)


def _lay_on(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A table with another on it: tables are joined, anything else is what the upper one says."""
    joined = {
        name: _lay_on(base[name], value)
        if isinstance(value, Mapping) and isinstance(base.get(name), Mapping)
        else value
        for name, value in own.items()
    }
    return {**base, **joined}


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
