"""使用登记证编号: the number of a use-registration certificate in the style of TSG 08-2017.

Kind character, two digits (characters 2-3 of the variety's catalogue code), province, city letter
(that of the licence plate), serial of 4 or 5, year in brackets: ``车11粤T07755(22)``. The official
annex was not at hand, so kinds, provinces and serial lengths are a ``Grammar`` read from data.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from backend.lib.identifiers.errors import InvalidIdentifier, compact

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
KINDS_FILE = Path(__file__).with_name("certificate_kinds.csv")
_BRACKETS = str.maketrans("〔［【[〕］】]", "(((())))")


class InvalidCertificateNumber(InvalidIdentifier):
    """Not the number of a use-registration certificate."""

    code = "invalid-certificate-number"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a certificate number may consist of. ``kinds`` maps a character to a catalogue code."""

    kinds: Mapping[str, str]
    provinces: str = PROVINCES
    serial_lengths: tuple[int, int] = (4, 5)
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shortest, longest = self.serial_lengths
        pattern = re.compile(
            rf"(?P<kind>[{''.join(self.kinds)}])(?P<digits>[0-9A-Z]{{2}})"
            rf"(?P<province>[{self.provinces}])(?P<city>[A-Z])"
            rf"(?P<serial>[0-9A-Z]{{{shortest},{longest}}})\((?P<year>[0-9]{{2}})\)"
        )
        object.__setattr__(self, "pattern", pattern)


@cache
def default_grammar() -> Grammar:
    """The grammar of ``certificate_kinds.csv``."""
    with KINDS_FILE.open(encoding="utf-8", newline="") as lines:
        return Grammar({row["kind_char"]: row["catalogue_code"] for row in csv.DictReader(lines)})


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """The parts of a certificate number. ``digits`` are characters 2-3 of the variety code."""

    kind: str
    digits: str
    province: str
    city: str
    serial: str
    year: int
    catalogue_kind: str

    def __str__(self) -> str:
        return self.format_number()

    def format_number(self, *, full_width: bool = False) -> str:
        """The number as stored (half-width brackets) or with full-width brackets for print."""
        opening, closing = ("（", "）") if full_width else ("(", ")")
        head = f"{self.kind}{self.digits}{self.province}{self.city}{self.serial}"
        return f"{head}{opening}{self.year % 100:02d}{closing}"

    def kind_warning(self, variety_code: str) -> str | None:
        """A warning when the two digits differ from characters 2-3 of ``variety_code``, else None.

        Only a warning: old certificates keep the numbering of the catalogue of their day.
        """
        expected = variety_code[1:3]
        if self.digits == expected:
            return None
        return _(
            "The certificate number says %(digits)s but the variety %(variety)s asks for "
            "%(expected)s. Check the variety or the certificate."
        ) % {"digits": self.digits, "variety": variety_code, "expected": expected}


def kind_character(variety_code: str, *, grammar: Grammar | None = None) -> str | None:
    """The kind character on certificates of a variety; None where there is no such kind."""
    kinds = (grammar or default_grammar()).kinds
    fitting = [(code.rstrip("0"), char) for char, code in kinds.items()]
    fitting = [(prefix, char) for prefix, char in fitting if variety_code.startswith(prefix)]
    return max(fitting, key=lambda each: len(each[0]))[1] if fitting else None


def parse(text: str, *, grammar: Grammar | None = None) -> CertificateNumber:
    """The parts of the certificate number ``text``; raises InvalidCertificateNumber."""
    rules = grammar or default_grammar()
    found = rules.pattern.fullmatch(compact(text).translate(_BRACKETS))
    if found is None:
        raise InvalidCertificateNumber(
            _(
                "A certificate number is a kind character, two digits, a province, a city letter, "
                "a serial number of 4 or 5 and a two-digit year in brackets."
            ),
            _("Write it as on the certificate, for example %(example)s.")
            % {"example": "梯11鲁A3622(16)"},
        )
    return CertificateNumber(
        kind=found["kind"],
        digits=found["digits"],
        province=found["province"],
        city=found["city"],
        serial=found["serial"],
        year=2000 + int(found["year"]),
        catalogue_kind=rules.kinds[found["kind"]],
    )
