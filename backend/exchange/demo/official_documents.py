"""Official documents of the demonstration: in a province, a city and a county one at each stage of its way."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.documents.drafts import draft_document
from backend.documents.models import Document
from backend.documents.wording import Wording
from backend.flows.moves import NOTHING, Chosen
from backend.lib.problems import Refused
from backend.matters.decisions import decide
from backend.matters.kinds import Details
from backend.offices.models import Office
from backend.papers.series import open_series


@dataclass(frozen=True)
class Desk:
    """Who writes, checks and signs for the authority of a region, and the word of its numbers."""

    region: str
    word: str
    drafter: str
    checker: str
    leader: str


@dataclass(frozen=True)
class Plan:
    """A document, to the authority of a region or to all right below, and the last step that is taken."""

    desk: Desk
    kind: str
    direction: str
    title: str
    body: str
    to: str
    until: str
    countersigner: str = ""


_PROVINCE = Desk("370000", "鲁市监发", "handler2", "clerk3", "leader3")
_CITY = Desk("370100", "济市监发", "clerk", "clerk", "leader")
_COUNTY = Desk("370102", "历市监发", "handler", "clerk2", "leader2")
_BELOW = "below"
LIFTS = "关于开展全省电梯安全专项检查的通知"
REPORT = "关于电梯安全专项检查情况的报告"
BOILERS = "关于做好供暖期锅炉安全监察工作的通知"
_NOTICE = """为加强特种设备安全监察，现将有关事项通知如下。
一、工作范围
在用电梯、锅炉、压力容器和大型游乐设施，重点是住宅小区、学校、医院和车站。
二、工作安排
（一）自查。使用单位对照安全技术规范自查，形成记录备查。
（二）检查。县级局逐台核对检验日期和维护保养记录，发现隐患的责令限期改正。
（三）抽查。市级局按照不少于百分之十的比例抽查，省局组织交叉检查。
三、工作要求
各单位要落实责任，确保检查取得实效，有关情况及时报告。"""
_REPORT = """按照工作部署，现将专项检查情况报告如下。
一、基本情况
共检查使用单位四百二十家、电梯三千一百台，发现隐患八十六处，已整改七十九处。
二、下一步工作
对尚未整改的七处隐患挂牌督办，逐台销号。
特此报告。"""
_PLANS = (
    Plan(_PROVINCE, "notice", "down", LIFTS, _NOTICE, _BELOW, "issue", "supervisor"),
    Plan(_PROVINCE, "notice", "down", BOILERS, _NOTICE, _BELOW, "archive"),
    Plan(_PROVINCE, "notice", "down", "关于印发大型游乐设施安全监察工作要点的通知", _NOTICE, _BELOW, "issue"),
    Plan(_PROVINCE, "bulletin", "down", "关于第三季度电梯困人故障情况的通报", _NOTICE, _BELOW, "register"),
    Plan(_PROVINCE, "opinion", "down", "关于推行电梯按需维护保养的意见", _NOTICE, _BELOW, "sign", "supervisor"),
    Plan(_PROVINCE, "notice", "down", "关于开展气瓶充装单位证后监督的通知", _NOTICE, _BELOW, "pass"),
    Plan(_PROVINCE, "notice", "down", "关于调整使用登记办理流程的通知", _NOTICE, _BELOW, "countersign", "supervisor"),
    Plan(_PROVINCE, "notice", "down", "关于召开特种设备安全工作会议的通知", _NOTICE, _BELOW, "submit"),
    Plan(_PROVINCE, "notice", "down", "关于组织检验人员培训的通知", _NOTICE, _BELOW, ""),
    Plan(_CITY, "report", "up", REPORT, _REPORT, "370000", "issue"),
    Plan(_CITY, "request", "up", "关于增加电梯应急处置平台经费的请示",
         "因平台接入电梯数量增加，现有经费不足，请增加经费六十万元。\n妥否，请批示。", "370000", "pass"),
    Plan(_COUNTY, "report", "up", "关于泉城路街道电梯隐患整改情况的报告", _REPORT, "370100", "issue"),
    Plan(_COUNTY, "report", "up", "关于住宅小区电梯检查情况的报告", _REPORT, "370100", "pass"),
    Plan(_COUNTY, "report", "up", "关于叉车安全专项整治情况的报告", _REPORT, "370100", "give-back"),
)  # fmt: skip


def write_documents(people: dict[str, User]) -> None:
    """Write them all; those to be issued wait for it where this installation has no key to sign with."""
    for desk in (_PROVINCE, _CITY, _COUNTY):
        office = office_in(desk.region)
        open_series(actor=people["administrator"], office=office.pk, word=desk.word)
    for plan in _PLANS:
        document = _draft_document(people, plan)
        try:
            for username, decision, chosen, details in _list_steps(people, plan, document):
                decide(
                    actor=people[username], matter=document.pk, version=None, decision=decision,
                    chosen=chosen, details=details,
                )  # fmt: skip
        except Refused as refused:
            if refused.code != "signing-key-missing":
                raise


def office_in(region: str) -> Office:
    """The office of the authority of a region today."""
    return Office.objects.of_authorities().get(region=region, valid_to=None)


def children_of(office: Office) -> QuerySet[Office]:
    """The offices of the authorities right below ``office`` today."""
    today: QuerySet[Office] = Office.objects.of_authorities().filter(valid_to=None, parent=office)
    return today.order_by("code")


def _draft_document(people: dict[str, User], plan: Plan) -> Document:
    office = office_in(plan.desk.region)
    main = list(children_of(office)) if plan.to == _BELOW else [office_in(plan.to)]
    signer = people[plan.desk.leader] if plan.direction == "up" else None
    columns = {
        "direction": plan.direction, "title": plan.title, "body": plan.body, "signer": signer,
    }  # fmt: skip
    wording = Wording(kind=plan.kind, columns=columns, parties={"main": main})
    document, _new = draft_document(
        actor=people[plan.desk.drafter], office=None, wording=wording, key=uuid.uuid4()
    )
    return document


def _list_steps(
    people: dict[str, User], plan: Plan, document: Document
) -> Iterator[tuple[str, str, Chosen, Details | None]]:
    """By whom which step is taken, from the first to the last of the plan."""
    desk = plan.desk
    for username, decision, chosen, details in _list_all_steps(people, plan, document):
        if not plan.until:
            return
        yield username, decision, chosen, details
        if decision == plan.until:
            return
        if plan.until == "give-back" and decision == "submit":
            yield desk.checker, plan.until, Chosen(remark="请补充未整改隐患的清单"), None
            return


def _list_all_steps(
    people: dict[str, User], plan: Plan, document: Document
) -> Iterator[tuple[str, str, Chosen, Details | None]]:
    desk, other = plan.desk, plan.countersigner
    yield desk.drafter, "submit", NOTHING, None
    if other:
        yield desk.checker, "countersign", Chosen(persons=(people[other].pk,)), None
        yield other, "agree", Chosen(remark="无不同意见"), None
    else:
        yield desk.checker, "pass", NOTHING, None
    yield desk.leader, "sign", Chosen(remark="同意"), None
    yield desk.checker, "approve", NOTHING, None
    series = office_in(desk.region).paper_series.get(word=desk.word)
    yield desk.checker, "register", NOTHING, {"series": series.pk}
    yield desk.checker, "print", NOTHING, {"print_copies": 30}
    yield desk.checker, "issue", NOTHING, None
    yield desk.checker, "archive", NOTHING, {"retention": "30"}
