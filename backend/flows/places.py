"""Where a matter stands in its flow: read from the JSON of its row, changed, written back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Stored = dict[str, Any]
IRREVOCABLE: Stored = {"before": None, "revocable_by": None}


@dataclass(slots=True)
class Question:
    """One who is asked at the present node, and what he said."""

    key: int
    role: str = ""
    person: int | None = None
    after: int | None = None
    """The key of the question that must be answered first; until then this one waits."""
    decision: str = ""

    @property
    def is_open(self) -> bool:
        """Whether he may decide now."""
        return self.after is None and not self.decision


@dataclass(slots=True)
class Someone:
    """One person, or whoever holds a role in the office that has the matter."""

    role: str = ""
    person: int | None = None


@dataclass(slots=True)
class Visit:
    """A node at which the matter stood: which offices had it then, and who decided."""

    node: str
    offices: list[int]
    people: list[Someone]


@dataclass(slots=True)
class Place:
    """Where a matter stands."""

    node: str
    first: int
    """The office with which it began."""
    offices: list[int]
    """Those that dispatched it so far, and last the one that has it."""
    questions: list[Question] = field(default_factory=list)
    next_key: int = 1
    trail: list[Visit] = field(default_factory=list)
    """The nodes on the way here, each once for an office."""
    clocks: dict[str, str] = field(default_factory=dict)
    """Each clock that was started and not stopped: running, paused or passed."""
    sub_matters: dict[str, int] = field(default_factory=dict)
    """How many are open, by the name of their flow."""
    before: Stored | None = None
    """The place before the last step, where that step may be taken back."""
    revocable_by: int | None = None
    """Who may take it back."""

    @property
    def office(self) -> int:
        """The office that has the matter."""
        return self.offices[-1]

    def ask(self, someone: Someone, *, after: int | None = None) -> Question:
        """Ask one more at this node, after another question was answered if that is given."""
        question = Question(self.next_key, someone.role, someone.person, after)
        self.next_key += 1
        self.questions.append(question)
        return question

    def ask_anew(self, question: Question) -> None:
        """Give a question that was withdrawn a new key, and tell those who wait for it."""
        old, question.key = question.key, self.next_key
        self.next_key += 1
        for other in self.questions:
            if other.after == old:
                other.after = question.key

    def replace_office(self, office: int, heir: int) -> None:
        """Let another office stand wherever one that has ended stood; the step before is final by it."""
        self.before = self.revocable_by = None
        self.first = heir if self.first == office else self.first
        for offices in (self.offices, *(visit.offices for visit in self.trail)):
            offices[:] = [heir if one == office else one for one in offices]

    def last_visit(self, node: str) -> Visit | None:
        """When the matter last stood at this node, if it did."""
        return next((visit for visit in reversed(self.trail) if visit.node == node), None)

    def to_json(self) -> Stored:
        """The JSON of it, without what is empty."""
        return {name: value for name, value in asdict(self).items() if value}


def read_place(stored: Stored) -> Place:
    """The place that ``Place.to_json`` wrote; what is read stays as it is."""
    return Place(
        node=stored["node"],
        first=stored["first"],
        offices=list(stored["offices"]),
        questions=[Question(**question) for question in stored.get("questions", ())],
        next_key=stored["next_key"],
        trail=[
            Visit(visit["node"], visit["offices"], [Someone(**one) for one in visit["people"]])
            for visit in stored.get("trail", ())
        ],
        clocks=dict(stored.get("clocks", {})),
        sub_matters=dict(stored.get("sub_matters", {})),
        before=stored.get("before"),
        revocable_by=stored.get("revocable_by"),
    )
