"""What citizens told the hotline of 济南 in the demonstration, each letter one step further than the one before."""

from __future__ import annotations

import uuid

from backend.accounts.models import User
from backend.flows.moves import Chosen
from backend.hotline.intake import receive_letter
from backend.hotline.letters import Letter
from backend.hotline.models import Channel, Nature
from backend.hotline.sealed_identity import Identity
from backend.matters.decisions import decide
from backend.offices.models import Office
from backend.units.models import Unit

_COUNTY = "370102"
_TOLD = (
    (Nature.COMPLAINT, "电梯三天内两次困人，物业不修", "曳引电梯", "张建国", "13812340001"),
    (Nature.REPORT, "小区门口有人卖没有合格证的电梯配件", "电梯配件", "", ""),
    (Nature.COMPLAINT, "商场扶梯突然停住，老人摔倒", "自动扶梯", "李秀英", "13812340003"),
    (Nature.QUESTION, "锅炉多久检验一次？", "锅炉", "王强", "13812340004"),
    (Nature.COMPLAINT, "买的燃气灶漏气，商家不退", "家用燃气灶", "赵敏", "13812340005"),
    (Nature.REPORT, "叉车没有牌照还在用", "叉车", "", ""),
)
_STEPS = (
    ("operator", "register", Chosen()),
    ("clerk", "accept", Chosen()),
    ("leader", "instruct", Chosen(remark="请历下局调查处理")),
    ("clerk", "dispatch", Chosen()),
    ("clerk2", "handle", Chosen()),
)


def send_letters() -> None:
    """Six letters about the first units of 历下: the first of a kind waits at the handler's desk, the last at the operator's."""
    units = list(Unit.objects.filter(region=_COUNTY).order_by("pk")[: len(_TOLD)])
    people = {user.username: user for user in User.objects.all()}
    for turn, (nature, account, product, name, phone) in enumerate(_TOLD):
        unit = units[turn % len(units)] if units else None
        [child] = receive_letter(
            actor=None,
            letter=Letter(
                key=uuid.uuid4(),
                natures=(nature,),
                channel=Channel.TAG,
                account=account,
                facts={"product_name": product, "product_category": "special-equipment"},
                reporter=Identity(name=name, phone=phone, address="文化东路29号" if name else ""),
                position=unit.position if unit else None,
                region=_COUNTY,
                unit=unit,
            ),
        )
        if nature != Nature.QUESTION:
            _take_steps(people, child.pk, len(_STEPS) - turn)


def _take_steps(people: dict[str, User], matter: int, count: int) -> None:
    county = Office.objects.of_authorities().get(region=_COUNTY, valid_to=None)
    for username, decision, chosen in _STEPS[: max(count, 0)]:
        given = Chosen(office=county.pk) if decision == "dispatch" else chosen
        decide(actor=people[username], matter=matter, version=None, decision=decision, chosen=given)
