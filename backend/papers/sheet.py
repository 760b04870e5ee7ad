"""What is printed of a paper, and its PDF: A4, archival (PDF/A-2a), the same bytes for the same sheet."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

import typst

from backend.lib.fonts import FONTS
from backend.lib.identifiers.random_code import group_code
from backend.lib.qr_symbol import address_prefix, render_svg
from backend.papers.models import Paper
from backend.papers.words import fill_paragraphs

DOOR = "V"
"""What stands before the code in the address at which a paper is verified."""
LAYOUTS = Path(__file__).parent / "layouts"
_ARCHIVAL: Literal["a-2a"] = "a-2a"
_one_at_a_time = Lock()  # a compiler serves one thread at a time


class Unprintable(Exception):
    """The text has a character that no font here has a shape for; the message names it."""


@dataclass(frozen=True)
class Sheet:
    """The words of a paper as they are printed, in the layout named."""

    layout: str
    office: str
    title: str
    number: str
    addressee: str
    paragraphs: list[str]
    signers: list[str]
    day: str
    code: str
    address: str


def build_sheet(paper: Paper, *, number: str, day: dt.date) -> Sheet:
    """The sheet of ``paper`` under ``number`` of ``day``."""
    template, office = paper.template, paper.office
    return Sheet(
        layout=template.layout,
        office=office.name,
        title=template.title,
        number=number,
        addressee=paper.addressee,
        paragraphs=fill_paragraphs(template, paper.fields, office=office.name),
        signers=template.signers,
        day=f"{day.year}年{day.month}月{day.day}日",
        code=group_code(paper.code),
        address=verification_address(paper.code),
    )


def verification_address(code: str) -> str:
    """The address at which everybody sees how a paper stands."""
    return address_prefix(DOOR) + code


def render_pdf(sheet: Sheet, *, made_at: dt.datetime) -> bytes:
    """The PDF of ``sheet``, dated ``made_at`` within. Raises Unprintable."""
    inputs = {
        "paper": json.dumps(asdict(sheet), ensure_ascii=False),
        "symbol": render_svg(sheet.address).decode(),
    }
    try:
        with _one_at_a_time:
            pdf = _make_compiler(sheet.layout).compile(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=[_ARCHIVAL],
                timestamp=int(made_at.timestamp()),
            )
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        raise Unprintable(error.message) from error
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _make_compiler(layout: str) -> typst.Compiler:
    return typst.Compiler(
        str(LAYOUTS / f"{layout}.typ"),
        root=str(LAYOUTS),
        font_paths=load_fonts(),
        ignore_system_fonts=True,
    )


@cache
def load_fonts() -> typst.Fonts:
    """The fonts of papers, read once a process; none of the machine's own."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def has_layout(name: str) -> bool:
    """Whether there is such a layout."""
    return (LAYOUTS / f"{name}.typ").exists()
