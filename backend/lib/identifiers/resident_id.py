"""公民身份号码: the number of a resident identity card (GB 11643-1999), new or of 15 digits.

The library's ``validate`` is not used: it refuses people whose birth is older than the code of
their county. Its check digit is.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from stdnum.cn import ric as standard

from backend.lib import clock
from backend.lib.identifiers.errors import InvalidIdentifier, compact

_OLD = re.compile(r"[1-9][0-9]{14}")
_NEW = re.compile(r"[1-9][0-9]{16}[0-9X]")


class InvalidResidentId(InvalidIdentifier):
    """Not the number of an identity card."""

    code = "invalid-resident-id"
    default_remedy = gettext_noop("Compare it with the identity card and enter it again.")


@dataclass(frozen=True, slots=True)
class ResidentId:
    """The parts of an 18-character number; a 15-digit number has been raised to 18."""

    text: str
    division: str
    born: dt.date
    male: bool


def check_digit(seventeen: str) -> str:
    """The last character for the first 17."""
    return str(standard.calc_check_digit(seventeen + "0"))


def upgrade_to_18(fifteen: str) -> str:
    """The 18-character form of a 15-digit number: ``19`` inserted, check digit added."""
    seventeen = f"{fifteen[:6]}19{fifteen[6:]}"
    return seventeen + check_digit(seventeen)


def parse(text: str) -> ResidentId:
    """The parts of ``text``, raised to 18 characters; raises InvalidResidentId."""
    number = compact(text)
    if _OLD.fullmatch(number):
        number = upgrade_to_18(number)
    if not _NEW.fullmatch(number):
        raise InvalidResidentId(
            _("An identity number has 17 digits and a digit or X at the end (or 15 digits).")
        )
    if check_digit(number[:17]) != number[17]:
        raise InvalidResidentId(_("The last character does not fit the other 17: one is wrong."))
    return ResidentId(
        text=number,
        division=number[:6],
        born=_parse_birthday(number[6:14]),
        male=int(number[16]) % 2 == 1,
    )


def _parse_birthday(digits: str) -> dt.date:
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise InvalidResidentId(_("Places 7 to 14 are not a day of the calendar.")) from None
    if not dt.date(1850, 1, 1) <= born <= clock.today():
        raise InvalidResidentId(_("The date of birth in places 7 to 14 is not possible."))
    return born
