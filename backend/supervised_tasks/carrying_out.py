"""What the decisions set off once they took effect: whose order it is, reports, the score, a later day."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.clocks import put_off
from backend.matters.models import Matter, Step
from backend.supervised_tasks.models import ProgressReport, SupervisedTask
from backend.supervised_tasks.orders import let_helpers_see
from backend.supervised_tasks.progress import begin_reports, end_reports

CLOCK = "supervised-task"
"""The deadline rule of a task."""


def carry_out(matter: Matter, decision: str, step: Step) -> None:
    """Do what ``decision`` sets off. What is refused undoes the decision: nothing is half done."""
    act = _ACTS.get(decision)
    if act is not None:
        task = SupervisedTask.objects.select_related("lead").get(pk=matter.pk)
        task.matter = matter
        act(task, step)


def carry_out_report(matter: Matter, decision: str, step: Step) -> None:
    """Keep what was reported with its report."""
    if decision == "report":
        ProgressReport.objects.filter(pk=matter.pk).update(said=step.remark, reported_at=step.at)


def _approve_task(task: SupervisedTask, step: Step) -> None:
    task.ordered_by_id = step.on_behalf_of_id or step.user_id
    task.save(update_fields=["ordered_by"])
    let_helpers_see(task)


def _begin_task(task: SupervisedTask, _step: Step) -> None:
    begin_reports(task)


def _end_task(task: SupervisedTask, _step: Step) -> None:
    end_reports(task)


def _finish_task(task: SupervisedTask, _step: Step) -> None:
    """Score it by the day that it had. Raises Refused 422 ``proof-missing``."""
    if not task.proofs.exists():
        told = _("Hand in at least one proof first: a photo or a PDF of what was done.")
        raise Refused("proof-missing", told, field="proof")
    due_on = task.matter.deadlines.filter(rule__code=CLOCK).latest("counted_from").due_on
    task.finished_on = clock.today()
    task.days_late = max(0, (task.finished_on - due_on).days)
    task.save(update_fields=["finished_on", "days_late"])
    end_reports(task)


def _send_back(task: SupervisedTask, _step: Step) -> None:
    task.finished_on = task.days_late = None
    task.returns += 1
    task.save(update_fields=["finished_on", "days_late", "returns"])
    begin_reports(task)


def _extend_task(task: SupervisedTask, step: Step) -> None:
    assert task.due_on is not None, "the day came with the decision"
    put_off(task.matter, CLOCK, task.due_on)
    _forget_wish(task, step)


def _forget_wish(task: SupervisedTask, _step: Step) -> None:
    task.wished_on = None
    task.save(update_fields=["wished_on"])


_ACTS: dict[str, Callable[[SupervisedTask, Step], None]] = {
    "approve": _approve_task,
    "sign": _begin_task,
    "return": _end_task,
    "extend": _extend_task,
    "refuse": _forget_wish,
    "finish": _finish_task,
    "send-back": _send_back,
    "withdraw": _end_task,
    "give-up": _end_task,
}
