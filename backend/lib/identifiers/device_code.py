"""设备代码: the number a manufacturer gives a device for its whole life.

Composition (TSG 21-2016 and its sisters): base 4 + maker 5 + year 4 + serial 4 or 5. Where the maker
gave none, the authority puts its own six-digit division code in place of the maker code. Hence
17, 18 or 19 characters. Whether the base stands in the catalogue is for the unit app to check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from backend.lib.identifiers.errors import InvalidIdentifier, compact

LENGTHS = (17, 18, 19)
# The two readings of 18 characters never both match: a year beginning 19 or 20 at one place
# leaves a 9 or a 0 where the other reading needs a 1 or a 2.
_GRAMMAR = re.compile(
    r"(?P<base>[1-689][0-9A-Z]{2}0)"
    r"(?:(?P<maker>[0-9]{5})|(?P<division>[0-9]{6}))"
    r"(?P<year>(?:19|20)[0-9]{2})"
    r"(?P<serial>[0-9A-Z][0-9]{3,4})"
)


class InvalidDeviceCode(InvalidIdentifier):
    """Not a device code."""

    code = "invalid-device-code"


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """The parts of a device code; the maker composed it, or the authority
    of ``division``."""

    text: str
    base: str
    maker: str | None
    division: str | None
    year: int
    serial: str


def parse(text: str) -> DeviceCode:
    """The parts of the device code ``text``; raises InvalidDeviceCode."""
    code = compact(text)
    if len(code) not in LENGTHS:
        raise InvalidDeviceCode(
            _("A device code has 17 to 19 characters, not %(count)d.") % {"count": len(code)}
        )
    found = _GRAMMAR.fullmatch(code)
    if found is None:
        raise InvalidDeviceCode(
            _(
                "A device code is a catalogue code of 4 characters, a maker code of 5 or a "
                "division code of 6 digits, a year and a serial number."
            )
        )
    return DeviceCode(
        text=code,
        base=found["base"],
        maker=found["maker"],
        division=found["division"],
        year=int(found["year"]),
        serial=found["serial"],
    )
