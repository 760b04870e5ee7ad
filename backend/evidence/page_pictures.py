"""Draws pages of a stranger's PDF as pictures: on many phones nothing can show a PDF.

Run within :mod:`backend.evidence.probe`, in a process that may die; it imports no Django.
"""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2

_WIDEST, _HIGHEST = 1080, 2400
"""Pixels: the width of a good phone; a longer page than A4 at this width gets smaller."""
_QUALITY = 60


def draw_pages(path: Path, first: int, most: int) -> dict[str, Any]:
    """``{"pages": all, "drawn": [WebP in base64, …]}`` from page ``first``, or ``{"refusal": code}``."""
    try:
        with pypdfium2.PdfDocument(path) as document:
            places = range(len(document))[first - 1 : first - 1 + most]
            return {
                "pages": len(document),
                "drawn": [_draw_page(document[place]) for place in places],
            }
    except pypdfium2.PdfiumError:
        return {"refusal": "file-damaged"}
    except MemoryError:
        return {"refusal": "file-bomb"}


def _draw_page(page: pypdfium2.PdfPage) -> str:
    width, height = page.get_size()
    scale = min(_WIDEST / width, _HIGHEST / height)
    with BytesIO() as drawn:
        page.render(scale=scale).to_pil().convert("RGB").save(drawn, "WEBP", quality=_QUALITY)
        return base64.b64encode(drawn.getvalue()).decode()
