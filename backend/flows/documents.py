"""Makes a definition of its document: the tables of a TOML file, or JSON from the database."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from backend.flows.definition import (
    Ask,
    Branch,
    Clocks,
    Decision,
    Demands,
    Fact,
    Flow,
    Happening,
    Intervention,
    Label,
    Line,
    Mode,
    Node,
    Reach,
    Where,
)
from backend.flows.urges import URGE, urge_at

Document = Mapping[str, Any]

_SCHEMA = Path(__file__).parent / "data" / "flow.schema.json"


class BadFlow(Exception):
    """A document that is no flow. ``faults`` say what is wrong, each after where it stands."""

    def __init__(self, name: str, faults: list[str]) -> None:
        super().__init__(f"{name}: " + "; ".join(faults))
        self.faults = faults


def read_flow(document: Document) -> Flow:
    """The flow that a document describes, by its form alone; ``checks`` asks whether it makes sense.

    Raises BadFlow for a document of another form.
    """
    if faults := list(_list_faults(document)):
        raise BadFlow(str(document.get("name", "?")), faults)
    return Flow(
        name=document["name"],
        label=Label(**document["label"]),
        source=document["source"],
        start=_read_target(document["start"]),
        nodes={name: _read_node(name, node) for name, node in document["nodes"].items()},
        clocks=Clocks(start=tuple(document.get("clocks", ()))),
        facts={
            name: Fact(name, tuple(values)) for name, values in document.get("facts", {}).items()
        },
        grounds={name: _read_labels(of) for name, of in document.get("grounds", {}).items()},
        states=_read_labels(document["states"]),
        outcomes=_read_labels(document["outcomes"]),
        interventions=_read_interventions(document),
        happenings={
            name: Happening(tuple(of["at"]), _read_decision(name, of["decision"]))
            for name, of in document.get("happenings", {}).items()
        },
        barred=document.get("barred", ""),
    )


def _list_faults(document: Document) -> Iterator[str]:
    for error in _schema_validator().iter_errors(document):
        nearest = best_match([error]) or error
        yield f"{nearest.json_path}: {nearest.message}"


@functools.cache
def _schema_validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(_SCHEMA.read_text(encoding="utf-8")))


def _read_labels(document: Document) -> dict[str, Label]:
    return {name: Label(**label) for name, label in document.items()}


def _read_target(target: Any) -> tuple[Branch, ...]:
    if isinstance(target, str):
        return (Branch(target),)
    return tuple(Branch(branch["to"], branch.get("when")) for branch in target)


def _read_node(name: str, document: Document) -> Node:
    return Node(
        name=name,
        label=Label(**document["label"]),
        state=document["state"],
        ask=_read_ask(document["ask"]) if "ask" in document else None,
        decisions={
            key: _read_decision(key, of) for key, of in document.get("decisions", {}).items()
        },
        clocks=_read_clocks(document.get("clocks", {})),
        outcome=document.get("outcome", ""),
    )


def _read_clocks(document: Document) -> Clocks:
    moved = {change: tuple(codes) for change, codes in document.items() if change != "backdated"}
    return Clocks(**moved, backdated=document.get("backdated", False))


def _read_ask(document: Document) -> Ask:
    read = {
        "where": Where(document.get("where", Where.OWN)),
        "mode": Mode(document.get("mode", Mode.ANY)),
        "ratio": tuple(document.get("ratio", (1, 1))),
    }
    return Ask(**{**document, **read})


def _read_decision(name: str, document: Document) -> Decision:
    return Decision(
        name=name,
        label=Label(**document["label"]),
        branches=_read_target(document["to"]) if "to" in document else (),
        back=document.get("back", False),
        when=document.get("when"),
        demands=_read_demands(document.get("demands", {})),
        clocks=_read_clocks(document.get("clocks", {})),
        opens=tuple(document.get("opens", ())),
        on_clock=document.get("on_clock", ""),
        on_ended=document.get("on_ended", ""),
        revocable=document.get("revocable", False),
    )


def _read_demands(document: Document) -> Demands:
    office, persons = document.get("office"), document.get("persons")
    return Demands(
        remark=document.get("remark", False),
        ground=document.get("ground", ""),
        office=Line(office) if office else None,
        persons=(persons[0], persons[1]) if persons else None,
        facts=tuple(document.get("facts", ())),
    )


def _read_interventions(document: Document) -> dict[str, Intervention]:
    """Those of the document; urging goes without saying, and may be said otherwise."""
    own = document.get("interventions", {})
    return {URGE: urge_at(_nodes_asking(document))} | {
        name: _read_intervention(name, of) for name, of in own.items()
    }


def _nodes_asking(document: Document) -> Iterator[str]:
    return (name for name, node in document["nodes"].items() if "ask" in node)


def _read_intervention(name: str, document: Document) -> Intervention:
    return Intervention(
        roles=tuple(document["roles"]),
        at=tuple(document["at"]),
        decision=_read_decision(name, document["decision"]),
        reach=Reach(document.get("reach", Reach.ABOVE)),
    )
