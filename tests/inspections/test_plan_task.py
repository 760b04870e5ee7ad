"""Planning an inspection, and what does it."""

from __future__ import annotations

import datetime as dt

import pytest

from backend.accounts.models import Role
from backend.inspections.models import Task
from backend.inspections.planned_tasks import cancel_task, most_urgent_kind, plan_task
from backend.lib import clock
from backend.lib.problems import Refused
from backend.units.models import Clock, IntervalRule
from tests.inspections.drafting import draft_of, file, put_in_use
from tests.world import World, make_user


def planned(world: World, **changes: object) -> Task:
    facts = {"actor": world.ou, "unit": world.lift.pk, "assignee": world.lin, "kind": "periodic"}
    task, _new = plan_task(**(facts | {"planned_on": clock.today()} | changes))
    return task


def test_the_same_plan_again_is_the_same_task(world: World) -> None:
    assert planned(world) == planned(world)


@pytest.mark.parametrize(
    ("who", "code"), [("lin", "not-allowed"), ("rui", "not-allowed"), ("qian", "not-allowed")]
)
def test_who_lacks_the_right_plans_nothing(world: World, who: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(world, actor=getattr(world, who))
    assert refused.value.code == code


def test_a_unit_of_another_region_is_not_found(world: World) -> None:
    with pytest.raises(Refused) as refused:
        planned(world, unit=world.forklift_elsewhere.pk)
    assert refused.value.status == 404


@pytest.mark.parametrize("who", ["chen", "rui", "qian"])
def test_only_an_inspector_of_the_region_is_given_tasks(world: World, who: str) -> None:
    with pytest.raises(Refused) as refused:
        planned(world, assignee=getattr(world, who))
    assert refused.value.code == "assignee-unfit"


def test_nothing_is_planned_in_the_past(world: World) -> None:
    with pytest.raises(Refused) as refused:
        planned(world, planned_on=clock.today() - dt.timedelta(days=1))
    assert refused.value.code == "planned-in-the-past"


def test_a_report_does_the_filers_own_task_and_no_second(world: World) -> None:
    put_in_use(world, world.lift)
    others = planned(world, assignee=world.wei)
    own = planned(world, planned_on=clock.today() + dt.timedelta(days=3))
    report = file(world, draft_of(world.lift))
    own.refresh_from_db()
    others.refresh_from_db()
    assert (own.done_by_report, others.done_by_report) == (report, None)


def test_a_report_does_no_task_that_was_cancelled(world: World) -> None:
    put_in_use(world, world.lift)
    task = cancel_task(actor=world.ou, task=planned(world).pk, reason="停用")
    file(world, draft_of(world.lift))
    task.refresh_from_db()
    assert task.done_by_report is None


def test_the_most_urgent_kind_is_the_failed_one_and_then_the_first_due(world: World) -> None:
    assert most_urgent_kind(world.boiler) == "periodic"
    rule = IntervalRule.objects.first()
    later = Clock.objects.create(unit=world.boiler, kind="external", due_on="2027-03-31", rule=rule)
    Clock.objects.create(unit=world.boiler, kind="internal", due_on="2027-01-31", rule=rule)
    assert most_urgent_kind(world.boiler) == "internal"
    later.due_on = None
    later.save(update_fields=["due_on"])
    assert most_urgent_kind(world.boiler) == "external"


def test_another_kind_of_inspection_leaves_the_task_open(world: World) -> None:
    put_in_use(world, world.lift)
    task = planned(world, kind="sup_installation")
    file(world, draft_of(world.lift))
    task.refresh_from_db()
    assert task.done_by_report is None


def test_an_open_task_is_taken_back_and_a_done_one_stays(world: World) -> None:
    put_in_use(world, world.lift)
    cancelled = cancel_task(actor=world.ou, task=planned(world).pk, reason="停用")
    assert list(Task.objects.to_do(world.lin, clock.today())) == []
    assert not cancelled.is_open
    done = planned(world)
    file(world, draft_of(world.lift))
    with pytest.raises(Refused) as refused:
        cancel_task(actor=world.ou, task=done.pk, reason="停用")
    assert refused.value.code == "task-done"
    assert Task.objects.filter(pk=done.pk).exists()


def test_nobody_takes_back_what_he_does_not_see_or_may_not_plan(world: World) -> None:
    task = planned(world)
    actors = {"lin": world.lin, "qian": world.qian}
    actors["chens_officer"] = make_user("officer", Role.OFFICER, world.shizhong)
    for who, status in (("lin", 403), ("qian", 403), ("chens_officer", 404)):
        with pytest.raises(Refused) as refused:
            cancel_task(actor=actors[who], task=task.pk, reason="停用")
        assert refused.value.status == status
