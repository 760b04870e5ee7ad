"""What the demonstration's officials have done at their desks, so that each page has something to show."""

from __future__ import annotations

import datetime as dt

from backend.accounts.models import User
from backend.directory.actions import disclose_person
from backend.directory.models import Person
from backend.exchange.kept_mappings import keep_mapping
from backend.exchange.mapping import Mapping
from backend.inspections.planned_tasks import announce_task, plan_task
from backend.lib import clock
from backend.units.models import Clock, Unit

_OLD_TABLE = Mapping(
    title="原电梯台账",
    columns={"device_code": "编号", "category_word": "类别", "address": "地点"},
    categories={"客梯": "3110", "货梯": "3120"},
    region="370102",
)


def do_desk_work() -> None:
    """A mapping kept, a look at personal data with its reason, a check announced to the enterprise."""
    people = {user.username: user for user in User.objects.all()}
    keep_mapping(actor=people["registrar"], name="old-lifts", mapping=_OLD_TABLE)
    officer = people["officer"]
    for person in Person.objects.visible_to(officer).order_by("pk")[:2]:
        disclose_person(actor=officer, person=person, reason="核对安全管理员持证情况")
    of_both = Unit.objects.visible_to(people["enterprise"]).visible_to(officer)
    theirs = Clock.objects.filter(unit__in=of_both)
    for unit, kind in theirs.order_by("due_on", "unit_id").values_list("unit_id", "kind")[:2]:
        day = clock.today() + dt.timedelta(days=7)
        task, _new = plan_task(
            actor=officer, unit=unit, assignee=people["inspector"], kind=kind, planned_on=day
        )
        announce_task(actor=officer, task=task.pk)
