"""What must be true of every life, however it was filed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from random import Random

from backend.units.models import Record, Withdrawal
from backend.units.state import State
from backend.units.timeline import place_in_life, records_in_force
from tests.units import law
from tests.units.histories import Life, repeated


def faults_of_books(life: Life) -> Iterator[str]:
    """What the register's reader says otherwise than an account kept beside it."""
    facts = life.by_the_books()
    if life.history != facts:
        yield "what is in force is not what the books say"
    if life.state != life.fold(facts):
        yield "folded anew, the unit is another"


def faults_of(life: Life, rng: Random) -> Iterator[str]:
    """All that is wrong with a life; nothing is."""
    history, state = life.history, life.state
    for moment, day, kept in life.kept:
        if life.known(moment, day) != kept:
            yield f"what was known at {moment} of {day} is not what was kept"
    yield from _lawful(life, history, state)
    yield from _agreeing(life, history, state)
    yield from _unmoved_by_what_is_gone(life, rng)
    if history:
        yield from _unmoved_by_repeating(life, history, state, rng)
        yield from _unmoved_by_order(life, history, state, rng)


def _lawful(life: Life, history: Sequence[Record], state: State) -> Iterator[str]:
    yield from law.breaches(life.unit, history, state, life.today)
    if not life.unfit():
        states = [life.fold(history[: n + 1]) for n in range(len(history))]
        yield from law.breaches_of_order(life.unit, history, states)


def _agreeing(life: Life, history: Sequence[Record], state: State) -> Iterator[str]:
    """The holds of today say of each past day what was so on it."""
    if state.status not in law.LIVING:
        return
    for day in sorted({record.happened_on for record in history}):
        then = life.fold([record for record in history if record.happened_on <= day])
        held = any(span.covers_day(day) for span in then.holds)
        if then.status in law.LIVING and held != any(span.covers_day(day) for span in state.holds):
            yield f"of {day} it is said now that it was held: {not held}, and then: {held}"


def _unmoved_by_what_is_gone(life: Life, rng: Random) -> Iterator[str]:
    """A record that was withdrawn, with all that it ever said, changes nothing."""
    gone = {r.root_id for r in life.records if isinstance(r, Withdrawal)}
    left = [r for r in life.records if (r.root_id or r.pk) not in gone]
    if life.fold(records_in_force(sorted(left, key=place_in_life))) != life.state:
        yield "a withdrawn record has left something behind"
    corrected = {r.supersedes_id for r in life.records}
    left = [r for r in life.records if r.pk not in corrected and not isinstance(r, Withdrawal)]
    if life.fold(sorted(left, key=place_in_life)) != life.state:
        yield "a corrected record has left something behind"


def _unmoved_by_repeating(
    life: Life, history: Sequence[Record], state: State, rng: Random
) -> Iterator[str]:
    """A correction that says the same changes nothing."""
    said = rng.choice(history)
    trial = Life(life.unit, life.now + dt.timedelta(days=1), records=[*life.records])
    if trial.file(repeated(said), supersedes=said) and _told(trial) != _told(life):
        yield f"said again, record {said.pk} says something else"


def _unmoved_by_order(
    life: Life, history: Sequence[Record], state: State, rng: Random
) -> Iterator[str]:
    """Filed in another order, the same facts of distinct moments give the same state."""
    if len({record.stands_at for record in history}) < len(history):
        return
    late = rng.choice(history)
    trial = Life(life.unit, life.now)
    for record in [*(r for r in history if r is not late), late]:
        again = repeated(record)
        if not trial.file(again, moment=record.stands_at) or again.stands_at != record.stands_at:
            return
    if _told(trial) != _told(life):
        yield f"filed last, record {late.pk} gives another state"


def _told(life: Life) -> object:
    """The state, with records named by their place in their day instead of their number."""
    named = {r.pk: (r.stage, r.happened_on, r.stands_at) for r in life.records}
    state = life.state
    holds = [(s.rule, s.about, s.since, s.until, named[s.record]) for s in state.holds]
    return (
        state.status,
        state.registered_on,
        state.certificate_no,
        state.last_inspected_on,
        state.last_conclusion,
        state.safety_grade,
        state.dues,
        sorted(holds, key=str),
    )
