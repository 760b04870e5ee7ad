"""Small flows and a small tree of offices for the tests of the engine."""

from __future__ import annotations

import copy
import json
from typing import Any

from backend.flows import engine, signers
from backend.flows.checks import check_flow
from backend.flows.definition import Decision, Flow
from backend.flows.documents import read_flow
from backend.flows.moves import NOTHING, Actor, Chosen, Move
from backend.flows.offers import decisions_offered, happenings_possible, interventions_offered

PROVINCE, CITY, OTHER_CITY, COUNTY, SECTION, OTHER_COUNTY = 1, 2, 3, 4, 5, 6
_LINES = {
    PROVINCE: (1,),
    CITY: (1, 2),
    OTHER_CITY: (1, 3),
    COUNTY: (1, 2, 4),
    SECTION: (1, 2, 4, 5),
    OTHER_COUNTY: (1, 2, 6),
}
CLERK = {"role": "clerk"}
END = {"label": {"zh": "完", "en": "end"}, "state": "closed", "outcome": "done"}


def line_of(office: int) -> tuple[int, ...]:
    """The offices from the province down to this one."""
    return _LINES[office]


def decision(to: Any = None, **members: Any) -> dict[str, Any]:
    """The document of a decision."""
    named = {"label": {"zh": "决定", "en": "decision"}, **members}
    return named if to is None else {**named, "to": to}


def node(ask: dict[str, Any] | None, /, **decisions: dict[str, Any]) -> dict[str, Any]:
    """The document of a node that is no end; underscores of names become strokes."""
    made = {
        "label": {"zh": "环节", "en": "node"},
        "state": "open",
        "decisions": {name.replace("_", "-"): of for name, of in decisions.items()},
    }
    return made if ask is None else {**made, "ask": ask}


def document(**members: Any) -> dict[str, Any]:
    """The document of a flow: one node and an end, and what the test says otherwise."""
    label = {"zh": "例", "en": "example"}
    smallest: dict[str, Any] = {
        "name": "example",
        "label": label,
        "source": "no law",
        "start": "work",
        "states": {"open": label, "closed": label},
        "outcomes": {"done": label},
        "nodes": {"work": node(CLERK, finish=decision("end")), "end": END},
    }
    return copy.deepcopy(smallest | members)


def flow_of(*, nodes: dict[str, Any], **members: Any) -> Flow:
    """A flow of these nodes and an end, which makes sense."""
    flow = read_flow(document(nodes={**nodes, "end": END}, **members))
    check_flow(flow, clocks={"acceptance", "days", "told"}, flows={"report"})
    return flow


class Run:
    """A matter on its way through a flow; each place goes through JSON as in its row."""

    def __init__(self, flow: Flow, office: int = CITY, **facts: Any) -> None:
        self.flow, self.facts = flow, facts
        self.open: dict[int, Any] = {}
        self.keys: set[int] = set()
        self.clocks: dict[str, str] = {}
        self.last = self._keep(engine.start(flow, office=office, facts=facts, line_of=line_of))

    def _keep(self, move: Move) -> Move:
        self.place = json.loads(json.dumps(move.place))
        for key in (*move.withdrawn, *filter(None, [move.done])):
            del self.open[key]
        given = {asked.key for asked in move.opens}
        assert not given & self.keys, "an ask that was closed is opened by a key of its own"
        self.keys |= given
        self.open |= {asked.key: asked for asked in move.opens}
        for of in move.clocks:
            self.clocks[of.code] = of.change
        self.last = move
        return move

    def key(self, person: int | None = None) -> int | None:
        """The ask of a person, or of the one who is asked alone."""
        mine = [key for key, asked in self.open.items() if asked.person in (None, person)]
        return mine[0] if mine else None

    def decide(self, name: str, person: int = 7, chosen: Chosen = NOTHING, **of: Any) -> Move:
        """Let one who is asked decide."""
        return self._keep(
            engine.decide(
                self.flow,
                self.place,
                decision=name,
                actor=Actor(person=person, ask=of.get("ask", self.key(person))),
                facts=self.facts,
                line_of=line_of,
                chosen=chosen,
            )
        )

    def intervene(self, name: str, actor: Actor, chosen: Chosen = NOTHING) -> Move:
        """Let somebody act who is not asked."""
        return self._keep(
            engine.intervene(
                self.flow,
                self.place,
                intervention=name,
                actor=actor,
                facts=self.facts,
                line_of=line_of,
                chosen=chosen,
            )
        )

    def happen(self, name: str, chosen: Chosen = NOTHING) -> Move:
        """Let something happen that no office decides."""
        return self._keep(
            engine.happen(
                self.flow,
                self.place,
                happening=name,
                facts=self.facts,
                line_of=line_of,
                chosen=chosen,
            )
        )

    def happenings_possible(self) -> list[str]:
        """The names of what may happen."""
        possible = happenings_possible(self.flow, self.place, self.facts, line_of)
        return [decision.name for decision in possible]

    def take_back(self, person: int = 7) -> Move:
        """Let somebody undo the last step."""
        actor = Actor(person=person)
        return self._keep(
            engine.take_back(self.flow, self.place, actor=actor, facts=self.facts, line_of=line_of)
        )

    def pass_clock(self, code: str) -> Move:
        """Let a clock pass."""
        return self._keep(
            engine.pass_clock(self.flow, self.place, clock=code, facts=self.facts, line_of=line_of)
        )

    def end_sub_matter(self, kind: str) -> Move:
        """Let a sub-matter end."""
        return self._keep(
            engine.end_sub_matter(
                self.flow, self.place, name=kind, facts=self.facts, line_of=line_of
            )
        )

    def hand_over(self, person: int, to: int) -> Move:
        """Let one who is asked hand it over."""
        actor = Actor(person=person, ask=self.key(person))
        return self._keep(signers.hand_over(self.flow, self.place, actor=actor, to=to))

    def add_signer(self, person: int, signer: int, *, before: bool) -> Move:
        """Let one who is asked have another asked."""
        actor = Actor(person=person, ask=self.key(person))
        return self._keep(
            signers.add_signer(self.flow, self.place, actor=actor, person=signer, before=before)
        )

    def offered(self) -> list[Decision]:
        """What may be decided."""
        return decisions_offered(self.flow, self.place, self.facts, line_of)

    def interventions(self, actor: Actor) -> list[Decision]:
        """What somebody may do who is not asked."""
        return interventions_offered(self.flow, self.place, actor, self.facts, line_of)

    def asked(self) -> list[Any]:
        """The persons whose answer is awaited now, in the order in which they were asked."""
        return [asked.person for asked in self.open.values()]
