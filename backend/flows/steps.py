"""One step under way: the place as it changes, and what the caller will have to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from backend.flows.conditions import is_met
from backend.flows.definition import Branch, Clocks, Decision, Flow, Mode, Node
from backend.flows.lines import is_barred, next_offices, refuse_barred
from backend.flows.moves import NOTHING, Actor, Asked, Chosen, ClockChange, Facts, LineOf, Move
from backend.flows.places import IRREVOCABLE, Place, Question, Someone, Stored, Visit, read_place
from backend.lib.problems import Refused, not_allowed


@dataclass(slots=True)
class Step:
    """One step of a matter whose place is ``place``."""

    flow: Flow
    place: Place
    facts: Facts
    line_of: LineOf
    effects: list[str] = field(default_factory=list)
    done: int | None = None
    opened: list[Question] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    clocks: list[ClockChange] = field(default_factory=list)
    sub_matters: list[str] = field(default_factory=list)

    @property
    def node(self) -> Node:
        """The node at which the matter stands."""
        return self.flow.nodes[self.place.node]

    def get_question(self, actor: Actor) -> Question:
        """What the actor answers; refuses (409) what is not open, (403) what another is asked."""
        question = next((q for q in self.place.questions if q.key == actor.ask and q.is_open), None)
        if question is None:
            detail = _("This is no longer asked. Read the matter again.")
            raise Refused("not-asked", detail, status=409)
        if question.person not in (None, actor.person):
            raise not_allowed(_("Another person is asked."))
        return question

    def take(self, decision: Decision, chosen: Chosen = NOTHING) -> None:
        """Let a decision take effect: its clocks, its sub-matters, and where it leads.

        Refuses (422) where no office stands where the next node asks, or a barred one.
        """
        self.effects.append(decision.name)
        self.change_clocks(decision.clocks)
        for name in decision.opens:
            self.place.sub_matters[name] = self.place.sub_matters.get(name, 0) + 1
            self.sub_matters.append(name)
        if not decision.branches:
            return
        target = self.flow.nodes[choose_branch(decision.branches, self.known_facts(chosen)).to]
        visit = self.place.last_visit(target.name) if decision.back else None
        self._leave_node()
        if visit is None:
            self.enter(target, chosen)
        else:
            self._enter_node(target, visit.offices, visit.people)

    def known_facts(self, chosen: Chosen = NOTHING) -> Facts:
        """The facts of the matter with those that the flow knows by itself."""
        return {
            **self.facts,
            "dispatches": len(self.place.offices) - 1,
            "ground": chosen.ground,
            "barred": is_barred(self.flow, self.place.office, self.facts, self.line_of),
        }

    def enter(self, node: Node, chosen: Chosen) -> None:
        """Let the matter come to a node for which this was chosen."""
        if (ask := node.ask) is None:
            self._enter_node(node, self.place.offices, [])
            return
        on_the_way = self._without_barred(self.place.offices)
        first = self.place.first
        if is_barred(self.flow, first, self.facts, self.line_of):
            first = on_the_way[0]
        asked = self.facts.get(ask.office) if ask.office else chosen.office
        offices = next_offices(ask.where, on_the_way, first, asked, self.line_of)
        people = [Someone(role=ask.role)]
        if ask.chosen:
            people = [Someone(person=person) for person in chosen.persons]
        elif ask.person:
            people = [Someone(person=self._person_in(ask.person))]
        self._enter_node(node, offices, people)

    def _without_barred(self, offices: list[int]) -> list[int]:
        """The last office, and those before it to which the matter may come again."""
        return [
            office
            for office in offices
            if office == offices[-1] or not is_barred(self.flow, office, self.facts, self.line_of)
        ]

    def _person_in(self, fact: str) -> int:
        person = self.facts.get(fact)
        if not isinstance(person, int):
            raise Refused("fact-missing", _("Say first who is to be asked."), field=fact)
        return person

    def _enter_node(self, node: Node, offices: list[int], people: list[Someone]) -> None:
        if node.ask is not None:
            refuse_barred(self.flow, offices[-1], self.facts, self.line_of)
        place = self.place
        place.node, place.offices, place.questions = node.name, list(offices), []
        # Where it stood before in the same office it stands again: the way is no longer for it.
        for index, visit in enumerate(place.trail):
            if visit.node == node.name and visit.offices[-1] == offices[-1]:
                del place.trail[index:]
                break
        self.change_clocks(node.clocks)
        if node.is_end:
            self.clocks += [ClockChange(code, "drop") for code in place.clocks]
            place.clocks = {}
        self._ask_people(node, people)
        self.take_due_decision()

    def _ask_people(self, node: Node, people: list[Someone]) -> None:
        previous = None
        for someone in people:
            question = self.place.ask(someone, after=previous)
            if node.ask is not None and node.ask.mode is Mode.SEQUENCE:
                previous = question.key
            if question.is_open:
                self.opened.append(question)

    def _leave_node(self) -> None:
        place, ask = self.place, self.node.ask
        deciding = place.questions
        if ask is not None and ask.mode is Mode.ANY:
            deciding = [q for q in deciding if q.key == self.done] or deciding
        people = [Someone(question.role, question.person) for question in deciding]
        place.trail.append(Visit(place.node, place.offices, people))
        self.withdraw([question for question in place.questions if question.is_open])

    def withdraw(self, questions: list[Question]) -> None:
        """Note that nobody has to answer these any more."""
        for question in questions:
            if question in self.opened:  # opened by this very step: nobody was told of it yet
                self.opened.remove(question)
            else:
                self.withdrawn.append(question.key)

    def open_after(self, key: int) -> None:
        """Let those decide now who waited for the answer to this question."""
        for question in self.place.questions:
            if question.after == key:
                question.after = None
                self.opened.append(question)

    def take_due_decision(self) -> None:
        """Take what nobody has to take here: a clock has passed, or sub-matters have ended."""
        for decision in self.node.decisions.values():
            passed = self.place.clocks.get(decision.on_clock) == "passed"
            if passed or (decision.on_ended and not self.place.sub_matters.get(decision.on_ended)):
                self.take(decision)
                return

    def change_clocks(self, clocks: Clocks) -> None:
        """Move clocks; one that runs is not started again: the first one counts (domain 9.4)."""
        states = self.place.clocks
        for code in clocks.start:
            if code not in states:
                states[code] = "running"
                self.clocks.append(ClockChange(code, "start", clocks.backdated))
        for change, codes, old, new in (
            ("pause", clocks.pause, "running", "paused"),
            ("resume", clocks.resume, "paused", "running"),
        ):
            for code in codes:
                if states.get(code) == old:
                    states[code] = new
                    self.clocks.append(ClockChange(code, change))
        for code in clocks.stop:
            if states.pop(code, None) is not None:
                self.clocks.append(ClockChange(code, "stop"))

    def move(self) -> Move:
        """All of it, for the caller to write down."""
        place, node = self.place, self.node
        return Move(
            place=place.to_json(),
            node=node.name,
            state=node.state,
            office=place.office,
            effects=tuple(self.effects),
            opens=tuple(
                Asked(question.key, node.name, place.office, question.role, question.person)
                for question in self.opened
            ),
            done=self.done,
            withdrawn=tuple(self.withdrawn),
            clocks=tuple(self.clocks),
            sub_matters=tuple(self.sub_matters),
            outcome=node.outcome,
        )


def begin_step(flow: Flow, stored: Stored, facts: Facts, line_of: LineOf) -> Step:
    """A step after which the one before it can no longer be taken back."""
    return Step(flow, read_place({**stored, **IRREVOCABLE}), facts, line_of)


def choose_branch(branches: tuple[Branch, ...], facts: Facts) -> Branch:
    """The first whose condition holds; the last of a checked flow has none."""
    return next(branch for branch in branches if is_met(branch.when, facts))
