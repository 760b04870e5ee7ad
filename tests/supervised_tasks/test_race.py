"""A leader accepts on one device and sends back on another at once: one wins, the other is told."""

from __future__ import annotations

import pytest

from backend.flows.moves import Chosen
from backend.matters.decisions import decide
from backend.supervised_tasks.models import SupervisedTask
from backend.supervised_tasks.progress import open_due_reports
from tests.matters.test_race import at_once
from tests.supervised_tasks.cast import Cast, let_days_pass, now_of, seat_people
from tests.world import World


@pytest.fixture
def committed_cast(committed_world: World) -> Cast:
    """The people in committed rows."""
    return seat_people(committed_world)


def test_of_accepting_and_sending_back_at_once_one_wins(committed_cast: Cast):
    task = committed_cast.finished()
    version = now_of(task).version

    def take(decision: str):
        return lambda: decide(
            actor=committed_cast.leader, matter=task.pk, version=version, decision=decision,
            chosen=Chosen(remark="已阅"),
        )  # fmt: skip

    assert at_once(take("accept"), take("send-back")) == ["done", "precondition-failed"]
    found = SupervisedTask.objects.get(pk=task.pk)
    accepted = now_of(task).outcome == "done"
    assert (found.days_late is not None, found.returns == 0) == (accepted, accepted)


def test_several_who_ask_for_progress_at_once_ask_once(
    committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    task = committed_cast.handled(every="weekly")
    let_days_pass(monkeypatch, 8)
    at_once(*[lambda: open_due_reports(100)] * 3)
    assert task.reports.count() == 2


def test_tasks_ordered_at_once_have_numbers_without_a_gap(committed_cast: Cast):
    assert at_once(*[committed_cast.order] * 6) == ["done"] * 6
    numbers = SupervisedTask.objects.values_list("matter__number", flat=True)
    assert sorted(int(one.partition("〕")[2][:-1]) for one in numbers) == list(range(1, 7))
