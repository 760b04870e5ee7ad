"""Random lives of units of every kind: what is kept is the fold anew, and the past agrees with it.

In two forms: in memory through the gates and the fold, thousands of them; and through filing and
the database, some.
"""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from backend.lib import clock
from tests.units import histories
from tests.units.checks import faults_of, faults_of_books
from tests.units.kept import KeptLife, faults_of_rows

SEEDS = st.integers(0, 2**32 - 1)


class Lives(RuleBasedStateMachine):
    """One life, a step at a time."""

    life: histories.Life | None = None

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        self.life = histories.begin(Random(seed))

    @rule(seed=SEEDS)
    def happen(self, seed: int) -> None:
        self._do(histories.happen, seed)

    @rule(seed=SEEDS)
    def happen_again(self, seed: int) -> None:
        """Most of what happens is told at once."""
        self._do(histories.happen, seed)

    @rule(seed=SEEDS)
    def happen_late(self, seed: int) -> None:
        self._do(histories.happen_late, seed)

    @rule(seed=SEEDS)
    def correct(self, seed: int) -> None:
        self._do(histories.correct, seed)

    @rule(seed=SEEDS)
    def withdraw(self, seed: int) -> None:
        self._do(histories.withdraw, seed)

    def _do(self, deed, seed: int) -> None:
        rng = Random(seed)
        self.life.wait(rng)
        deed(rng, self.life)
        self.life.keep(self.life.today - dt.timedelta(days=rng.randint(0, 900)))
        assert list(self.faults_of_step()) == []

    def faults_of_step(self):
        return faults_of_books(self.life)

    def teardown(self) -> None:
        if self.life is not None:
            assert list(faults_of(self.life, Random(0))) == []


def test_lives_keep_to_the_law_and_agree_with_their_past():
    run_state_machine_as_test(Lives, settings=settings(max_examples=2000, stateful_step_count=18))


def test_lives_through_filing_keep_rows_clocks_holds_cases_and_counties(world, monkeypatch):
    class Kept(Lives):
        """One life in the database, at the moments of its own."""

        @initialize(seed=SEEDS)
        def begin(self, seed: int) -> None:
            self.life = KeptLife.begun(Random(seed), world)
            monkeypatch.setattr(clock, "now", lambda: self.life.now)

        def faults_of_step(self):
            yield from faults_of_books(self.life)
            yield from faults_of_rows(self.life)

    few = settings(
        max_examples=30,
        stateful_step_count=12,
        phases=(Phase.generate,),  # to shrink what the database says would take minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Kept, settings=few)
