"""The leaders, clerks and handlers of a city and two counties, and a task that they are given."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.accounts.models import Role, User
from backend.lib import clock
from backend.matters.models import Matter
from backend.offices.models import Office
from backend.supervised_tasks.models import Proof, SupervisedTask
from backend.supervised_tasks.orders import Order, order_task
from backend.supervised_tasks.proofs import hand_in_proof
from tests.evidence.office_files import make_pdf
from tests.hotline.test_story import step
from tests.world import World, make_user, office_of


@dataclass
class Cast:
    """Who sits where."""

    world: World
    city: Office
    lixia: Office
    shizhong: Office
    leader: User
    clerk: User
    lixia_leader: User
    lixia_clerk: User
    lixia_handler: User
    shizhong_clerk: User
    shizhong_handler: User

    def order(self, actor: User | None = None, **told: Any) -> SupervisedTask:
        """A task that the city has 历下 do within ten days."""
        key, office = told.pop("key", uuid.uuid4()), told.pop("office", None)
        wanted: dict[str, Any] = {
            "title": "整治超期电梯",
            "what": "逐台整改历下区超期未检电梯，附检验报告",
            "lead": self.lixia,
            "due_on": in_days(10),
        }
        order = Order(**(wanted | told))
        return order_task(actor=actor or self.leader, office=office, order=order, key=key)[0]

    def handled(self, **told: Any) -> SupervisedTask:
        """One that 历下 has signed for."""
        task = self.order(**told)
        step(self.lixia_clerk, task.matter, "sign")
        return task

    def prove(
        self, task: SupervisedTask, content: bytes = b"", actor: User | None = None, **told: Any
    ) -> Proof:
        """Hand in a PDF, or other content."""
        sent = SimpleUploadedFile("整改.pdf", content or make_pdf(), "application/pdf")
        wanted: dict[str, Any] = {"title": "整改报告", "version": None, "sent": sent}
        who = actor or self.lixia_handler
        return hand_in_proof(actor=who, task=task.pk, **(wanted | told))

    def finished(self, **told: Any) -> SupervisedTask:
        """One that waits to be accepted."""
        task = self.handled(**told)
        self.prove(task)
        step(self.lixia_handler, task.matter, "finish", remark="已整改")
        return task


def seat_people(world: World) -> Cast:
    """Everybody above, in the database of the running test."""
    city, lixia, shizhong = map(office_of, (world.city, world.lixia, world.shizhong))
    return Cast(
        world=world,
        city=city,
        lixia=lixia,
        shizhong=shizhong,
        leader=make_user("city-leader", Role.LEADER, world.city),
        clerk=make_user("city-clerk", Role.CLERK, world.city),
        lixia_leader=make_user("lixia-leader", Role.LEADER, world.lixia),
        lixia_clerk=make_user("lixia-clerk", Role.CLERK, world.lixia),
        lixia_handler=make_user("lixia-handler", Role.HANDLER, world.lixia),
        shizhong_clerk=make_user("shizhong-clerk", Role.CLERK, world.shizhong),
        shizhong_handler=make_user("shizhong-handler", Role.HANDLER, world.shizhong),
    )


def in_days(days: int) -> dt.date:
    """The day so many days from now."""
    return clock.today() + dt.timedelta(days=days)


def let_days_pass(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """It is so many days later from here on."""
    later = clock.now() + dt.timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: later)


def now_of(task: SupervisedTask) -> Matter:
    """The matter of a task as it is now."""
    return Matter.objects.get(pk=task.pk)
