"""Telephone numbers as people in China write them, in one stored form each."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from backend.lib.identifiers.errors import InvalidIdentifier, compact


class PhoneKind(enum.StrEnum):
    """Which network answers the number."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    SERVICE = "service"
    SHORT = "short"


class InvalidPhone(InvalidIdentifier):
    """Not a telephone number of mainland China."""

    code = "invalid-phone"
    default_remedy = gettext_noop(
        "Enter a mobile number, or a landline with its area code (0531-88888888)."
    )


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in its stored form: ``13812341234``, ``0531-88888888-123``, ``4006123123``."""

    text: str
    kind: PhoneKind


_COUNTRY = re.compile(r"(?:\+|00)86-?|86(?=1[3-9][0-9]{9}$)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SERVICE = re.compile(r"[48]00[0-9]{7}")
_SHORT = re.compile(r"1[12][0-9]|1[02][0-9]{3}|9[56][0-9]{3,4}")
# Beijing and the nine other great cities have two digits after the 0, all others three.
_LANDLINE = re.compile(r"(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))(?P<number>[2-9][0-9]{6,7})")


def parse(text: str) -> Phone:
    """The number ``text`` in its stored form and its kind; raises InvalidPhone."""
    written = re.sub(r"[\u2010-\u2015\u2212]", "-", compact(text)).replace("(0)", "")
    written = re.sub(r"(?:转|EXT\.?|X|#)", "-", written).replace("(", "").replace(")", "-")
    prefix = _COUNTRY.match(written)
    national = written[prefix.end() :] if prefix else written
    digits = national.replace("-", "")
    for grammar, kind in (
        (_MOBILE, PhoneKind.MOBILE),
        (_SERVICE, PhoneKind.SERVICE),
        (_SHORT, PhoneKind.SHORT),
    ):
        if grammar.fullmatch(digits):
            return Phone(digits, kind)
    return Phone(_parse_landline(national, abroad=prefix is not None), PhoneKind.LANDLINE)


def _parse_landline(national: str, *, abroad: bool) -> str:
    if abroad and not national.startswith("0"):
        national = f"0{national}"
    # An extension is only read after a hyphen: without one its start would be a guess.
    parts = [part for part in national.split("-") if part]
    extension = parts.pop() if len(parts) > 1 and _LANDLINE.fullmatch("".join(parts[:-1])) else None
    found = _LANDLINE.fullmatch("".join(parts))
    if found is None or (extension and not re.fullmatch(r"[0-9]{1,6}", extension)):
        raise InvalidPhone(_("This is not a telephone number of mainland China."))
    whole = f"{found['area']}-{found['number']}"
    return f"{whole}-{extension}" if extension else whole
