"""Random walks: a matter never gets stuck, whatever those who are asked choose, and its place is JSON."""

from __future__ import annotations

import json
import tomllib
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.accounts.models import Role
from backend.deadlines.rule_files import FILE as RULES
from backend.flows import engine
from backend.flows.checks import check_flow
from backend.flows.definition import Decision, Flow
from backend.flows.documents import read_flow
from backend.flows.files import DATA, read_file
from backend.flows.lines import is_barred, is_so_in_line
from backend.flows.moves import Actor, Chosen
from backend.flows.offers import decisions_offered
from backend.flows.places import read_place
from backend.lib.problems import Refused
from tests.flow_engine.flows import CITY, COUNTY, OTHER_CITY, PROVINCE, SECTION, Run, line_of

CLOCKS = {row["code"] for row in tomllib.loads(RULES.read_text(encoding="utf-8"))["rule"]}
FLOWS = {flow.name: flow for flow in (read_flow(read_file(path)) for path in DATA.glob("*.toml"))}
FACTS: dict[str, list[Any]] = {
    "named": [True, False],
    "complainant_consents": [True, True, False, None],
    "respondent_consents": [True, True, False, None],
    "complained_office": [None],
    "supplement_asked": [True, False],
    "drafter": [11, 12],
    "waiting_for": ["", "appraisal", "hearing"],
    "renews": [True, False],
    "deemed": [True, False],
    "by_clerk": [True, False],
    "lead_office": [PROVINCE, COUNTY, SECTION],
    "orderer": [11],
}
COMPLAINED = [None, PROVINCE, CITY, COUNTY, SECTION, OTHER_CITY]
OFFICES = range(1, 7)
# No office stands there, or it must not have it; what somebody wandered into was not to be done.
EXPECTED = {
    "no-such-office",
    "office-barred",
    "no-signers-here",
    "nothing-to-take-back",
    "asked-already",
    "no-sub-matter",
}


@pytest.mark.parametrize("name", FLOWS)
def test_the_flows_of_the_house_make_sense(name: str) -> None:
    check_flow(FLOWS[name], clocks=CLOCKS, flows=FLOWS)


class Walker(Run):
    """Somebody who decides at random."""

    def __init__(self, flow: Flow, random: Random) -> None:
        self.random = random
        self.refusals: set[str] = set()
        facts = {name: random.choice(values) for name, values in FACTS.items()}
        super().__init__(flow, random.choice([PROVINCE, CITY, OTHER_CITY]), **facts)

    def learn(self) -> None:
        """Until it is accepted it may turn out about whom a matter is."""
        if self.last.node in {"register", "classify", "take-up"}:
            self.facts["complained_office"] = self.random.choice(COMPLAINED)

    def choose(self, decision: Decision) -> Chosen | None:
        """Whatever the decision demands; nothing where no office can be chosen."""
        demands, office = decision.demands, None
        if demands.office is not None:
            here = self.place["offices"][-1]
            fit = [
                one
                for one in OFFICES
                if is_so_in_line(demands.office, one, here, line_of)
                and not is_barred(self.flow, one, self.facts, line_of)
            ]
            if not fit:
                return None
            office = self.random.choice(fit)
        grounds = sorted(self.flow.grounds.get(demands.ground, {}))
        least, most = demands.persons or (0, 0)
        return Chosen(
            remark="why" if demands.remark else "",
            ground=self.random.choice(grounds) if grounds else "",
            office=office,
            persons=tuple(self.random.sample(range(20, 40), self.random.randint(least, most))),
        )

    def try_all(self) -> list[tuple[str, int, Chosen]]:
        """Every decision that those who are asked could take now."""
        possible = []
        for decision in decisions_offered(self.flow, self.place, self.facts, line_of):
            for key, asked in self.open.items():
                chosen = self.choose(decision)
                if chosen is None or any(
                    self.facts.get(name) is None for name in decision.demands.facts
                ):
                    continue
                actor = Actor(person=asked.person or 7, ask=key)
                try:
                    engine.decide(
                        self.flow,
                        self.place,
                        decision=decision.name,
                        actor=actor,
                        facts=self.facts,
                        line_of=line_of,
                        chosen=chosen,
                    )
                except Refused as refusal:
                    self.refusals.add(refusal.code)
                else:
                    possible.append((decision.name, key, chosen))
        return possible

    def pick(self, possible: list[tuple[str, int, Chosen]]) -> tuple[str, int, Chosen]:
        """One of them, seldom one that ends it: the ends come early in a flow."""
        node = self.flow.nodes[self.last.node]
        longer = [
            one
            for one in possible
            if not any(self.flow.nodes[b.to].is_end for b in node.decisions[one[0]].branches)
        ]
        return self.random.choice(longer if longer and self.random.random() < 0.9 else possible)

    def wander(self) -> None:
        """One thing at random besides deciding."""
        person = self.random.choice([asked.person for asked in self.open.values()]) or 7
        kind = self.random.randrange(6)
        running = [code for code, how in self.place.get("clocks", {}).items() if how == "running"]
        try:
            if kind == 0:
                self.hand_over(person, to=self.random.randint(40, 60))
            elif kind == 1:
                before = self.random.random() < 0.5
                self.add_signer(person, self.random.randint(60, 80), before=before)
            elif kind == 2:
                self.take_back(person)
            elif kind == 3 and running:
                self.pass_clock(self.random.choice(running))
            elif kind == 4 and (possible := self.happenings_possible()):
                self.happen(self.random.choice(possible))
            elif self.place.get("sub_matters"):
                self.end_sub_matter(self.random.choice(sorted(self.place["sub_matters"])))
        except Refused as refusal:
            self.refusals.add(refusal.code)


@pytest.mark.parametrize("name", FLOWS)
@settings(max_examples=20)
@given(random=st.randoms(use_true_random=False))
def test_nobody_gets_stuck(name: str, random: Random) -> None:
    walker = Walker(FLOWS[name], random)
    for _ in range(40):
        if walker.last.outcome:
            break
        walker.learn()
        possible = walker.try_all()
        assert possible, walker.place
        decision, key, chosen = walker.pick(possible)
        walker.decide(decision, walker.open[key].person or 7, chosen, ask=key)
        if walker.open and random.random() < 0.3:
            walker.wander()
        look_at(walker)
    assert walker.refusals <= EXPECTED


def look_at(walker: Walker) -> None:
    """What holds at every place."""
    place = walker.last.place
    assert json.loads(json.dumps(place)) == place
    assert read_place(place).to_json() == place
    asked = {question["key"] for question in place.get("questions", []) if is_open(question)}
    assert asked == set(walker.open), "the assignments are those that the place knows"
    assert len(json.dumps(place)) < 8000
    assert bool(walker.open) != bool(walker.last.outcome)
    assert {one.role for one in walker.open.values()} <= {"", *Role.values}
    if walker.last.effects and walker.last.opens:
        assert not is_barred(walker.flow, walker.last.office, walker.facts, line_of)


def is_open(question: dict[str, Any]) -> bool:
    """Whether it is to be answered now."""
    return question["after"] is None and not question["decision"]
