"""Names and numbers of people with the telling part starred out, for readers without the right."""

from __future__ import annotations

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "夏侯",
        "淳于",
        "单于",
        "端木",
        "南宫",
        "轩辕",
        "申屠",
    ]
)


def mask_name(name: str) -> str:
    """The family name and a star for each further character: ``张*``, ``欧阳*``, ``王**``."""
    name = name.strip()
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return _star_middle(name, head=2, tail=0)
    return _star_middle(name, head=1 if len(name) > 1 else 0, tail=0)


def mask_resident_id(number: str) -> str:
    """The first three and last four characters: ``110***********002X``."""
    return _star_middle(number.strip(), head=3, tail=4)


def mask_phone(number: str) -> str:
    """The first three and last four digits of a mobile (``138****1234``); all but four else.

    A landline keeps its area code (``0531-****8888``): it names a city, not a person.
    """
    number = number.strip()
    area, hyphen, rest = number.partition("-")
    if hyphen:
        return f"{area}-{_star_middle(rest.split('-')[0], head=0, tail=4)}"
    return _star_middle(number, head=3, tail=4)


def _star_middle(text: str, *, head: int, tail: int) -> str:
    """``text`` with all but ``head`` and ``tail`` characters starred; short texts wholly."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]
