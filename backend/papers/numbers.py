"""Numbers of papers (发文字号): taken without a gap, and read (domain 10.1, rule 24)."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from backend.lib.counters import take_next
from backend.papers.models import Series, SeriesYear

STANDARD_FORM = "{word}〔{year}〕{number}号"
_READ = re.compile(r"([\u4e00-\u9fa5]{2,12})〔([0-9]{4})〕([1-9][0-9]{0,8})号")
_PLACES = re.compile(r"\{([^{}]*)\}")
_NO_BRACKETS = re.compile(r"[\[\]()（）【】［］{}第]")


class DocumentNumber(NamedTuple):
    """The parts of a number: the word of the office, the year, the running number."""

    word: str
    year: int
    serial: int


def take_serial(series: Series, day: dt.date) -> int:
    """The next running number of the year of ``day``, from 1.

    The counter's row stays locked until the transaction ends, and with one that is rolled back the
    number goes back: none is lost. Take it last, for all others of the series wait.
    """
    return take_next(SeriesYear, series=series.pk, year=day.year)


def format_number(series: Series, year: int, serial: int) -> str:
    """The number as it is printed, in the form of its series."""
    return series.form.format(word=series.word, year=year, number=serial)


def is_form(form: str) -> bool:
    """Whether ``form`` names word, year and number once each, without 第 and without other brackets than 〔〕."""
    return sorted(_PLACES.findall(form)) == ["number", "word", "year"] and not _NO_BRACKETS.search(
        _PLACES.sub("", form)
    )


def parse_number(text: str) -> DocumentNumber | None:
    """The parts of a number as ``鲁质监发〔2006〕12号``; None for other brackets, 第 or leading zeros."""
    found = _READ.fullmatch(text)
    return DocumentNumber(found[1], int(found[2]), int(found[3])) if found else None
