"""注册代码: the 20-character number of the old registration system, kept for old devices.

Class 4 + division (GB/T 2260) 6 + year and month 6 + serial 4. The serial overflows to a letter
(``A002`` is 10002). Drafts also knew 21 characters around an organisation code: kept as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from backend.lib.identifiers.errors import InvalidIdentifier, compact

LENGTH, LEGACY_LENGTH = 20, 21
_GRAMMAR = re.compile(
    r"(?P<base>[1-9][0-9A-Z]{2}0)"
    r"(?P<division>[0-9]{6})"
    r"(?P<year>(?:19|20)[0-9]{2})(?P<month>0[1-9]|1[0-2])"
    r"(?P<serial>[0-9A-Z][0-9]{3})"
)
_LEGACY = re.compile(rf"[0-9A-Z]{{{LEGACY_LENGTH}}}")


class InvalidRegistrationCode(InvalidIdentifier):
    """Not a registration code of the old system."""

    code = "invalid-registration-code"


@dataclass(frozen=True, slots=True)
class RegistrationCode:
    """The parts of a registration code; an opaque legacy code has only its ``text``."""

    text: str
    base: str | None = None
    division: str | None = None
    year: int | None = None
    month: int | None = None
    serial: str | None = None

    @property
    def opaque(self) -> bool:
        """True for the 21-character form, whose parts are not read."""
        return self.base is None


def parse(text: str) -> RegistrationCode:
    """The parts of the registration code ``text``; raises InvalidRegistrationCode."""
    code = compact(text)
    if _LEGACY.fullmatch(code):
        return RegistrationCode(text=code)
    if len(code) != LENGTH:
        raise InvalidRegistrationCode(
            _("A registration code has 20 characters (21 in a legacy form), not %(count)d.")
            % {"count": len(code)}
        )
    found = _GRAMMAR.fullmatch(code)
    if found is None:
        raise InvalidRegistrationCode(
            _(
                "A registration code is a class of 4 characters, a division code of 6 digits, "
                "a year, a month from 01 to 12 and a serial number of 4."
            )
        )
    return RegistrationCode(
        text=code,
        base=found["base"],
        division=found["division"],
        year=int(found["year"]),
        month=int(found["month"]),
        serial=found["serial"],
    )
