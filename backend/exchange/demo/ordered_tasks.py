"""What leaders of the demonstration had done under supervision: one task at each stage, one of them overdue."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import cache

import typst
from django.core.files.uploadedfile import SimpleUploadedFile

from backend.accounts.models import User
from backend.exchange.demo.official_documents import office_in
from backend.flows.moves import NOTHING, Chosen
from backend.lib import clock
from backend.matters.clocks import put_off
from backend.matters.decisions import decide
from backend.matters.kinds import Details
from backend.papers.sheet import load_fonts
from backend.supervised_tasks.carrying_out import CLOCK
from backend.supervised_tasks.models import Every, SupervisedTask
from backend.supervised_tasks.orders import Order, order_task
from backend.supervised_tasks.proofs import hand_in_proof


@dataclass(frozen=True, slots=True)
class Errand:
    """Who orders what by when, and how far it has come."""

    orderer: str
    title: str
    what: str
    days: int
    steps: tuple[tuple[str, str, Chosen], ...] = ()
    helpers: tuple[str, ...] = ()
    every: str = ""


_LEAD = "370102"
_SIGN = ("clerk2", "sign", NOTHING)
_FINISH = ("handler", "finish", Chosen(remark="已逐台整改，见附件"))
_ERRANDS = (
    Errand("leader", "泉城路街道超期未检电梯清零", "逐台联系检验，清单中的电梯全部取得检验报告", 20,
           (_SIGN,), ("370103",), Every.MONTH),
    Errand("leader", "商场自动扶梯急停按钮排查", "排查辖区商场自动扶梯急停按钮，损坏的立即更换", -6, (_SIGN,)),
    Errand("leader3", "核查电梯困人投诉较多的小区", "逐个小区核查维护保养记录，报告处理结果", 10),
    Errand("leader", "更换老旧小区电梯钢丝绳", "督促使用单位更换断丝超标的钢丝绳", 15, (_SIGN, _FINISH)),
    Errand("leader", "学校锅炉安全阀校验", "学校锅炉安全阀全部在校验有效期内", 12,
           (_SIGN, _FINISH, ("leader", "accept", NOTHING))),
    Errand("leader", "医院电梯应急救援演练", "每家医院演练一次，留存影像", 8,
           (_SIGN, ("handler", "ask-time", Chosen(remark="两家医院改期到下月")))),
    Errand("leader3", "液化石油气充装站安全检查", "检查充装站气瓶超期使用情况", 9,
           (("clerk2", "return", Chosen(remark="辖区内没有充装站，请改派")),)),
    Errand("clerk", "汇总区县叉车登记情况", "报送在用叉车登记台数和未登记台数", 18),
)  # fmt: skip
_REPORT = """#set page(paper: "a4", margin: 28mm)
#set text(font: "FandolFang R", size: 16pt, lang: "zh")
#align(center)[#text(size: 22pt)[整改情况报告]]
#set par(first-line-indent: (amount: 2em, all: true), leading: 1em)
按照督办要求，我局对清单所列设备逐台整改，使用单位已提交检验报告和更换记录，现场复查合格。
"""


def order_supervised_tasks(people: dict[str, User]) -> None:
    """All of 历下, ordered by 济南 and by the province."""
    for errand in _ERRANDS:
        task = _order(people, errand)
        for username, decision, chosen in errand.steps:
            if decision == "finish":
                _prove(people[username], task)
            decide(
                actor=people[username], matter=task.pk, version=None, decision=decision,
                chosen=chosen, details=_detail(decision),
            )  # fmt: skip
        if errand.days < 0:
            _date_back(task, errand.days)


def _order(people: dict[str, User], errand: Errand) -> SupervisedTask:
    order = Order(
        errand.title, errand.what, office_in(_LEAD), tuple(map(office_in, errand.helpers)),
        _in_days(max(errand.days, 0)), errand.every,
    )  # fmt: skip
    task, _new = order_task(
        actor=people[errand.orderer], office=None, order=order, key=uuid.uuid4()
    )
    return task


def _detail(decision: str) -> Details | None:
    return {"wished_on": str(_in_days(30))} if decision == "ask-time" else None


def _prove(actor: User, task: SupervisedTask) -> None:
    sent = SimpleUploadedFile("整改情况报告.pdf", _write_report(), "application/pdf")
    hand_in_proof(actor=actor, task=task.pk, version=None, title="整改情况报告", sent=sent)


@cache
def _write_report() -> bytes:
    pdf = typst.compile(
        _REPORT.encode(), format="pdf", font_paths=load_fonts(), ignore_system_fonts=True
    )
    assert isinstance(pdf, bytes)
    return pdf


def _date_back(task: SupervisedTask, days: int) -> None:
    """Let its day have passed: nobody orders anything for such a day."""
    task.due_on = _in_days(days)
    task.save(update_fields=["due_on"])
    task.matter.refresh_from_db()
    put_off(task.matter, CLOCK, task.due_on)


def _in_days(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)
