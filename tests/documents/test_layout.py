"""How a document falls into pages."""

from __future__ import annotations

import pypdfium2
import pytest

from backend.documents.sheet import render_document, spell_day
from backend.lib import clock
from tests.documents.cast import DocumentCast

pytestmark = pytest.mark.django_db


def pages_of(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return pages


def test_no_seal_stands_on_a_page_without_text(cast: DocumentCast) -> None:
    document, day = cast.write(), spell_day(clock.today())
    folded = set()
    for count in range(4, 14):
        document.body = "\n".join(["各单位要落实责任。"] * count)
        pages = pages_of(render_document(document))
        [sealed] = [page for page in pages if day in page.replace(f"{day}印发", "")]
        assert "各单位要落实责任。" in sealed, count
        folded.add(pages.index(sealed))
    assert folded == {0, 1}, "it was looked at where the text fills a page"
