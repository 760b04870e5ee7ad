"""Whatever tells who the reporter is stands starred out in the texts of a matter."""

from __future__ import annotations

import pytest

from backend.hotline.redaction import redact
from backend.hotline.sealed_identity import Identity

ZHANG = Identity(
    name="张建国",
    phone="13812341234",
    address="济南市历下区文化东路29号",
    resident_id="11010519491231002X",
    agent="欧阳小明",
)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("我叫张建国，电梯坏了", "我叫张**，电梯坏了"),
        ("张 建 国 举报", "张** 举报"),
        ("打我电话138 1234-1234", "打我电话138****1234"),
        ("号码13812341234。", "号码138****1234。"),
        ("身份证11010519491231002x", "身份证110***********002X"),
        ("代我说的是欧阳小明", "代我说的是欧阳**"),
        ("住在济南市历下区文化东路29号", "住在*************"),
        ("电梯困人", "电梯困人"),
    ],
)
def test_what_tells_the_reporter_is_starred_out(told: str, kept: str) -> None:
    assert redact(told, ZHANG) == kept


def test_a_name_of_one_letter_is_left_for_it_stands_in_every_text() -> None:
    assert redact("王府井的电梯", Identity(name="王")) == "王府井的电梯"
