"""What goes into a step through a flow, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, Any]
"""What is known of a matter, by the names that its flow declares; plain JSON values."""

LineOf = Callable[[int], tuple[int, ...]]
"""The offices from the top of the tree down to the office of this number, itself the last."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decides.

    ``ask`` is the key of the ask that is answered, and that ``person`` may answer it (his post,
    his substitution) was checked by the caller. Who intervenes answers no ask: ``role`` and
    ``office`` say by which post. Nobody, where a clock passed or a sub-matter ended.
    """

    person: int | None = None
    ask: int | None = None
    role: str = ""
    office: int | None = None


NOBODY = Actor()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was given with a decision."""

    remark: str = ""
    ground: str = ""
    office: int | None = None
    persons: tuple[int, ...] = ()


NOTHING = Chosen()


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask to be opened: an assignment. ``key`` is its name in the place of the matter.

    ``person`` is whose it is already; without one, whoever holds ``role`` in the office may take it.
    """

    key: int
    node: str
    office: int
    role: str
    person: int | None


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A clock to be started, stopped (met), paused, resumed or dropped (it matters no more)."""

    code: str
    change: str
    backdated: bool = False
    """Where it starts: it counts from the first day of the clock by whose passing it does."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a step makes of a matter; the caller writes it down in one transaction.

    ``effects`` are the decisions that took effect: none while the votes of others are awaited,
    another than the one that was given where the last vote decides against it, and more than one
    where a clock that has passed or sub-matters that have ended carry the matter on at once.
    """

    place: dict[str, Any]
    node: str
    state: str
    office: int
    effects: tuple[str, ...] = ()
    opens: tuple[Asked, ...] = ()
    done: int | None = None
    """The key of the ask that was answered."""
    withdrawn: tuple[int, ...] = ()
    """Keys of the asks that nobody has to answer any more."""
    clocks: tuple[ClockChange, ...] = ()
    sub_matters: tuple[str, ...] = ()
    """The flows, by name, of the matters to be opened below this one."""
    outcome: str = ""
    """Not empty where the matter has ended."""
