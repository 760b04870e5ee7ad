"""What offices of the demonstration did with the documents that came to them: signed, passed on, returned, registered."""

from __future__ import annotations

import uuid

from backend.accounts.models import User
from backend.deliveries.actions import (
    open_delivery,
    redistribute_delivery,
    return_delivery,
    sign_for_delivery,
)
from backend.deliveries.models import Delivery
from backend.deliveries.urge import urge_receivers
from backend.exchange.demo.official_documents import BOILERS, LIFTS, REPORT, children_of, office_in
from backend.flows.moves import NOTHING, Chosen
from backend.incoming.registration import Letter, register_delivery, register_letter
from backend.matters.decisions import decide

_HOUSING = Letter(
    title="关于商请提供住宅电梯数据的函",
    sender="济南市住房和城乡建设局",
    sender_number="济建函〔2026〕71号",
)
_SCHOOLS = Letter(title="关于报送学校电梯清单的函", sender="济南市教育局", urgency="urgent")
_PROPOSED = ("clerk", "propose", Chosen(remark="建议由历下局主办，其他区县局配合"))


def move_papers(people: dict[str, User]) -> None:
    """济南 has the notice about lifts and passed it on, 青岛 opened it; others have not looked yet."""
    if Delivery.objects.exists():
        sign_for_delivery(actor=people["clerk3"], delivery=_get_delivery(REPORT, "370000"))
        _pass_lifts_down(people)
        _handle_boilers(people)
    _handle_letters(people)


def _pass_lifts_down(people: dict[str, User]) -> None:
    mine = sign_for_delivery(actor=people["clerk"], delivery=_get_delivery(LIFTS, "370100"))
    counties = children_of(mine.receiver).values_list("pk", flat=True)
    onward, _new = redistribute_delivery(
        actor=people["clerk"], delivery=mine.pk, receiver_offices=list(counties),
        note="请逐台核对检验日期，月底前反馈",
    )  # fmt: skip
    open_delivery(actor=people["clerk4"], delivery=_get_delivery(LIFTS, "370200"))
    county = sign_for_delivery(actor=people["clerk2"], delivery=_get_delivery(LIFTS, "370102"))
    register_delivery(actor=people["clerk2"], delivery=county.pk)
    return_delivery(
        actor=people["clerk5"], delivery=_get_delivery(LIFTS, "370103"), reason="附件缺第二页"
    )
    urge_receivers(actor=people["clerk"], distribution=onward.pk)
    urge_receivers(actor=people["clerk3"], distribution=mine.distribution_id)
    incoming, _new = register_delivery(actor=people["clerk"], delivery=mine.pk)
    _take_decisions(people, incoming.pk, ("clerk", "pass", NOTHING), _PROPOSED)


def _handle_boilers(people: dict[str, User]) -> None:
    mine = sign_for_delivery(actor=people["clerk"], delivery=_get_delivery(BOILERS, "370100"))
    incoming, _new = register_delivery(actor=people["clerk"], delivery=mine.pk)
    led = Chosen(office=office_in("370102").pk, remark="请历下局主办")
    _take_decisions(
        people, incoming.pk, ("clerk", "pass", NOTHING), _PROPOSED, ("leader", "assign-below", led)
    )
    theirs = sign_for_delivery(actor=people["clerk4"], delivery=_get_delivery(BOILERS, "370200"))
    register_delivery(actor=people["clerk4"], delivery=theirs.pk)


def _handle_letters(people: dict[str, User]) -> None:
    """One is read by the leader and an officer, the others are new."""
    readers = Chosen(persons=(people["leader"].pk, people["officer"].pk))
    letters: tuple[tuple[str, str, Letter, list[tuple[str, str, Chosen]]], ...] = (
        ("clerk", "370100", _HOUSING, [("clerk", "pass", NOTHING), ("clerk", "circulate", readers)]),
        ("clerk", "370100", _SCHOOLS, []),
        ("clerk5", "370103", _SCHOOLS, []),
    )  # fmt: skip
    for username, region, letter, steps in letters:
        child, _new = register_letter(
            actor=people[username], office=office_in(region).pk, letter=letter, key=uuid.uuid4()
        )
        _take_decisions(people, child.pk, *steps)


def _get_delivery(title: str, region: str) -> int:
    """The delivery of the document of this title to the authority of a region."""
    rows = Delivery.objects.filter(distribution__title=title, receiver=office_in(region))
    return rows.values_list("pk", flat=True).get()


def _take_decisions(people: dict[str, User], matter: int, *steps: tuple[str, str, Chosen]) -> None:
    for username, decision, chosen in steps:
        decide(
            actor=people[username], matter=matter, version=None, decision=decision, chosen=chosen
        )
