"""Names and numbers of people and companies that do not exist, with check digits that fit."""

from __future__ import annotations

import random

from backend.lib.identifiers import resident_id, uscc

_FAMILY = "王李张刘陈杨赵孙周徐吕马高于宋郑姜韩冯曹董隋丛鞠"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰建国志海波鹏宁雪"
_FANCY = "齐鲁泰海润恒鑫盛华安瑞祥金源宏达信诚隆昌博远创新嘉和东岳蓝天黄河沂蒙崂山"
_TRADES = (
    ("物业服务有限公司", "物业管理有限公司", "置业有限公司"),
    ("机械制造有限公司", "重工有限公司", "装备制造股份有限公司"),
    ("化工有限公司", "制药有限公司", "食品有限公司", "纺织有限公司"),
    ("商业广场管理有限公司", "百货有限公司", "物流有限公司", "大酒店有限公司"),
    ("人民医院", "实验学校", "文化旅游发展有限公司", "热力有限公司"),
)
CLASSES = len(_TRADES)
MAKERS = tuple(
    f"{place}{word}{trade}"
    for place in ("山东", "济南", "青岛", "江苏", "上海", "广东")
    for word, trade in (
        ("恒立", "电梯有限公司"),
        ("通宇", "电梯股份有限公司"),
        ("岱岳", "压力容器有限公司"),
        ("鼎力", "起重机械有限公司"),
        ("金叉", "工业车辆有限公司"),
        ("乐途", "游乐设备有限公司"),
        ("沧流", "管道工程有限公司"),
        ("蒸安", "锅炉有限公司"),
    )
)
"""Makers by rows of eight: lift, lift, vessel, crane, vehicle, ride, piping, boiler."""


def make_company_name(rng: random.Random, place: str, trade: int) -> str:
    """A name such as 历下恒瑞机械制造有限公司; ``trade`` below CLASSES."""
    word = rng.choice(_FANCY) + rng.choice(_FANCY)
    return f"{place}{word}{rng.choice(_TRADES[trade])}"


def make_credit_code(division: str, number: int) -> str:
    """A unified social credit code whose organisation part is MA and ``number``."""
    digits = ""
    for _place in range(6):
        number, rest = divmod(number, 24)
        digits = "0123456789ABCDEFGHJKLMNP"[rest] + digits
    return uscc.compose_code(f"91{division}MA{digits}")


def make_person_name(rng: random.Random) -> str:
    """A name of two or three characters."""
    return rng.choice(_FAMILY) + "".join(rng.choices(_GIVEN, k=rng.choice((1, 2, 2))))


def make_resident_id(rng: random.Random, division: str, number: int) -> str:
    """An identity number; ``number`` keeps people of one division apart."""
    day = f"19{60 + number % 40}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}"
    seventeen = f"{division}{day}{number // 40 % 1000:03d}"
    return seventeen + resident_id.check_digit(seventeen)


def make_mobile_number(rng: random.Random) -> str:
    """A mobile number."""
    return f"1{rng.choice('3578')}{rng.randrange(10**9):09d}"
