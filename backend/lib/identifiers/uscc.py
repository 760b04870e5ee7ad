"""统一社会信用代码: the unified social credit code of a legal entity (GB 32100-2015).

18 characters: department, type, division 6, organisation code 9 (GB 11714), check character. Both
check characters are verified. The library's own ``validate`` is not used: it leaves out the
organisation code and refuses departments written with a letter (rural collectives, ``N2...``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc as standard

from backend.lib.identifiers.errors import InvalidIdentifier, compact

LENGTH = 18
_GRAMMAR = re.compile(
    r"(?P<department>[0-9A-HJ-NPQRTUWXY])(?P<type>[0-9A-HJ-NPQRTUWXY])(?P<division>[0-9]{6})"
    r"(?P<organisation>[0-9A-HJ-NPQRTUWXY]{9})[0-9A-HJ-NPQRTUWXY]"
)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


class InvalidCreditCode(InvalidIdentifier):
    """Not a unified social credit code."""

    code = "invalid-credit-code"


@dataclass(frozen=True, slots=True)
class CreditCode:
    """The parts of a unified social credit code."""

    text: str
    department: str
    type: str
    division: str
    organisation: str


def organisation_check_character(body: str) -> str:
    """The check character of the 8-character organisation code ``body`` (GB 11714)."""
    total = sum(
        int(char, 36) * weight for char, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def compose_code(body: str) -> str:
    """The whole code for ``body``: department, type, division and 8 organisation characters."""
    seventeen = body + organisation_check_character(body[8:16])
    return seventeen + str(standard.calc_check_digit(seventeen))


def parse(text: str) -> CreditCode:
    """The parts of the credit code ``text``; raises InvalidCreditCode."""
    code = compact(text).replace("-", "")
    if len(code) != LENGTH:
        raise InvalidCreditCode(
            _("A unified social credit code has 18 characters, not %(count)d.")
            % {"count": len(code)}
        )
    found = _GRAMMAR.fullmatch(code)
    if found is None:
        raise InvalidCreditCode(
            _(
                "A unified social credit code consists of digits and capitals without I, O, S, "
                "V and Z, with digits in places 3 to 8."
            )
        )
    if code[:17] + str(standard.calc_check_digit(code[:17])) != code:
        raise InvalidCreditCode(_("The last character does not fit the other 17: one is wrong."))
    organisation = found["organisation"]
    if organisation_check_character(organisation[:8]) != organisation[8]:
        raise InvalidCreditCode(_("The organisation code in places 9 to 17 fails its check."))
    return CreditCode(
        text=code,
        department=found["department"],
        type=found["type"],
        division=found["division"],
        organisation=organisation,
    )
