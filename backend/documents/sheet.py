"""What is printed of a document, and its PDF (PDF/A-2a) after GB/T 9704 by the measures in force."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import typst
from django.utils.translation import gettext as _

from backend.documents.collective_names import name_recipients
from backend.documents.models import Document, Layout, Party, Secrecy
from backend.documents.paragraphs import read_paragraphs
from backend.lib import clock
from backend.lib.problems import Refused
from backend.matters.models import Matter
from backend.papers.sheet import load_fonts

_LAYOUT = Path(__file__).parent / "layouts" / "official.typ"
_ARCHIVAL: Literal["a-2a"] = "a-2a"
_URGENCIES = {Matter.Urgency.URGENT: "加急", Matter.Urgency.EXPRESS: "特急"}
_one_at_a_time = Lock()  # a compiler serves one thread at a time


def render_document(document: Document) -> bytes:
    """The PDF of a document as it stands; without a number it says that it is a draft.

    Raises Refused: 409 ``secret-has-no-sheet`` for a secret one; 422 ``document-unprintable``.
    """
    if document.secrecy != Secrecy.OPEN:
        told = _("Of a secret document only its entry is kept here.")
        raise Refused("secret-has-no-sheet", told, status=409)
    return _compile_sheet(build_sheet(document))


def refuse_unprintable(document: Document) -> None:
    """Refuse (422 ``document-unprintable``) before anything is promised that cannot be printed."""
    render_document(document)


def build_sheet(document: Document) -> dict[str, Any]:
    """All that the layout says, as plain values."""
    matter, today = document.matter, clock.today()
    joint = document.parties.filter(part=Party.Part.JOINT)
    hosts = [matter.office.name, *joint.values_list("name", flat=True)]
    day = document.signed_on or today
    return {
        "measures": _measures_in_force(today),
        "draft": "" if document.number else "草稿，未签发",
        "urgency": _URGENCIES.get(Matter.Urgency(matter.urgency), ""),
        "heads": [f"{hosts[0]}文件"] if len(hosts) == 1 else [*hosts[:-1], f"{hosts[-1]}文件"],
        "offices": hosts,
        "number": document.number or "",
        "signer": document.signer.display_name if document.signer else "",
        "title": document.title,
        "main": "，".join(name_recipients(document, Party.Part.MAIN)),
        "copies": "，".join(name_recipients(document, Party.Part.COPY)),
        "paragraphs": [one._asdict() for one in read_paragraphs(document.body)],
        "attachments": list(document.attachments.values_list("title", flat=True)),
        "day": spell_day(day),
        "note": document.note,
        "printer": hosts[0],
        "printed": f"{spell_day(today)}印发",
    }


def spell_day(day: dt.date) -> str:
    """A day in Chinese, without zeros in front."""
    return f"{day.year}年{day.month}月{day.day}日"


def _measures_in_force(day: dt.date) -> dict[str, Any]:
    found: dict[str, Any] = (
        Layout.objects.in_force(day).values_list("measures", flat=True).get(code="document")
    )
    return found


def _compile_sheet(sheet: dict[str, Any]) -> bytes:
    try:
        with _one_at_a_time:
            pdf = _make_compiler().compile(
                format="pdf",
                sys_inputs={"document": json.dumps(sheet, ensure_ascii=False)},
                pdf_standards=[_ARCHIVAL],
                timestamp=int(clock.now().timestamp()),
            )
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        told = _("Not every character can be printed: %(message)s")
        raise Refused("document-unprintable", told % {"message": error.message}) from error
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _make_compiler() -> typst.Compiler:
    return typst.Compiler(
        str(_LAYOUT),
        root=str(_LAYOUT.parent),
        font_paths=load_fonts(),
        ignore_system_fonts=True,
    )
