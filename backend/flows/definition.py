"""What a flow says: who may do what next, and what each decision demands and sets off.

A definition is data (``read_flow`` makes it of a document). A matter stands at one node at a time;
several people at one node are asked together or one after another. What runs beside is a matter
of its own.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Condition = Mapping[str, Any]
"""A test over facts as data; see ``conditions``."""


@dataclass(frozen=True, slots=True)
class Label:
    """What people call a thing of the flow, in both languages."""

    zh: str
    en: str


class Where(enum.StrEnum):
    """Which office is asked at a node, and by that has the matter while it stands there."""

    OWN = "own"
    """The office that has it already."""
    CHOSEN = "chosen"
    """The one that the decision before has chosen: a dispatch."""
    SENDER = "sender"
    """The one that dispatched it to the present office; that dispatch is over then."""
    FIRST = "first"
    """The one with which the matter began, unless it is barred; all dispatches are over then."""
    SUPERIOR = "superior"
    """The one right above the present office in the tree of offices, which takes the matter over."""
    NAMED = "named"
    """The one whose number the fact ``Ask.office`` holds: a dispatch known before."""
    COMMON = "common"
    """The lowest office above both the present one and the one chosen (共同上级)."""


class Mode(enum.StrEnum):
    """How many of those asked at a node must decide."""

    ANY = "any"
    """Whoever decides first decides for all."""
    ALL = "all"
    """All are asked at once; ``Ask.carried`` takes effect when all gave it."""
    RATIO = "ratio"
    """As ``all``, but ``Ask.ratio`` of them suffice."""
    SEQUENCE = "sequence"
    """As ``all``, but each is asked when the one before him has given ``Ask.carried``."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Who is asked at a node.

    One of: whoever holds ``role`` in the office; the person whose number the fact ``person``
    holds; those whom the decision before has ``chosen``. ``carried`` is the decision that is
    counted where the mode is not ``any``, ``failed`` the one that takes effect as soon as
    ``carried`` cannot any more; every other decision takes effect whoever gives it.
    """

    where: Where = Where.OWN
    role: str = ""
    person: str = ""
    office: str = ""
    """The fact that holds the office which is asked; goes with ``Where.NAMED``."""
    chosen: bool = False
    mode: Mode = Mode.ANY
    ratio: tuple[int, int] = (1, 1)
    """So many of so many: two of three."""
    carried: str = ""
    failed: str = ""
    add_signers: bool = False
    """Whether somebody asked may have others asked before or after himself (加签)."""


class Line(enum.StrEnum):
    """Where a chosen office must stand, seen from the office that has the matter."""

    BELOW = "below"
    ABOVE = "above"
    ELSEWHERE = "elsewhere"
    """Anywhere but the office itself."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What has to be said with a decision."""

    remark: bool = False
    ground: str = ""
    """The enumeration of ``Flow.grounds`` out of which one ground is given."""
    office: Line | None = None
    """An office is chosen that stands so."""
    persons: tuple[int, int] | None = None
    """How many persons at least and at most are chosen."""
    facts: tuple[str, ...] = ()
    """Facts of the matter that must be known by then."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One target of a decision: taken where ``when`` holds, or otherwise (no condition)."""

    to: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The deadline rules, by code, whose clocks are moved."""

    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()
    backdated: bool = False
    """What starts by a passed clock counts from the day from which that clock was counted."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that may be done at a node. Without branches the matter stays where it stands."""

    name: str
    label: Label
    branches: tuple[Branch, ...] = ()
    back: bool = False
    """Goes back to a node where the matter stood: to the same office and the people who decided."""
    when: Condition | None = None
    """Offered only where this holds."""
    demands: Demands = field(default_factory=Demands)
    clocks: Clocks = field(default_factory=Clocks)
    opens: tuple[str, ...] = ()
    """The flows, by name, of the sub-matters that it opens."""
    on_clock: str = ""
    """Taken by nobody when the clock of this deadline rule has passed."""
    on_ended: str = ""
    """Taken by nobody when all sub-matters that run by this flow have ended."""
    revocable: bool = False
    """Whoever took it may take it back while nobody has acted since."""

    @property
    def is_automatic(self) -> bool:
        """Whether nobody takes it: a clock or a sub-matter does."""
        return bool(self.on_clock or self.on_ended)


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a flow. An end asks nobody and has an outcome."""

    name: str
    label: Label
    state: str
    ask: Ask | None = None
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    clocks: Clocks = field(default_factory=Clocks)
    """Moved when the matter comes here."""
    outcome: str = ""

    @property
    def is_end(self) -> bool:
        """Whether the matter is over here."""
        return bool(self.outcome)


class Reach(enum.StrEnum):
    """In which office people sit who step in."""

    ABOVE = "above"
    """One that dispatched the matter, or stands over the present one in the tree."""
    LINE = "line"
    """One above, or the one that has the matter."""
    FIRST = "first"
    """The one with which the matter began."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """A decision by people who are not asked (督办, 催办): those with a role in an office that it reaches."""

    roles: tuple[str, ...]
    at: tuple[str, ...]
    """The nodes at which it may be taken."""
    decision: Decision
    reach: Reach = Reach.ABOVE


@dataclass(frozen=True, slots=True)
class Happening:
    """A decision that no office takes: whom the matter concerns does, or a day brings it.

    An applicant supplies what lacked, or withdraws; a licence expires undecided.
    """

    at: tuple[str, ...]
    """The nodes at which it may happen."""
    decision: Decision


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact over which conditions may ask; with its values where they are an enumeration.

    Every flow knows by itself ``dispatches`` (how many offices sent the matter on, so that it came
    to the present one), ``ground`` (the one given with the decision) and ``barred`` (whether the
    matter turned out to be about the office that has it, or one above).
    """

    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole definition."""

    name: str
    label: Label
    source: str
    start: tuple[Branch, ...]
    nodes: Mapping[str, Node]
    clocks: Clocks
    """What starts to run when the matter is opened."""
    facts: Mapping[str, Fact]
    grounds: Mapping[str, Mapping[str, Label]]
    states: Mapping[str, Label]
    outcomes: Mapping[str, Label]
    interventions: Mapping[str, Intervention]
    happenings: Mapping[str, Happening]
    barred: str = ""
    """The fact that holds the office which the matter must not reach, nor any below it."""

    @property
    def roles(self) -> set[str]:
        """The roles that it asks at its nodes, or lets step in."""
        asked = {node.ask.role for node in self.nodes.values() if node.ask and node.ask.role}
        return asked.union(*(one.roles for one in self.interventions.values()))

    def decisions_beside(self) -> Iterator[tuple[str, tuple[str, ...], Decision]]:
        """Each decision that nobody who is asked takes: its place in the document, the nodes at which it is taken."""
        for name, intervention in self.interventions.items():
            yield f"interventions.{name}", intervention.at, intervention.decision
        for name, happening in self.happenings.items():
            yield f"happenings.{name}", happening.at, happening.decision
