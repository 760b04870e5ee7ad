"""A stored file as pictures of its pages, for whoever has nothing that could show it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from backend.evidence.handed_out import HandedOut
from backend.evidence.office_files import PDF
from backend.evidence.refusals import TryAgain
from backend.evidence.sandbox import Undrawable, draw_pages_in_sandbox
from backend.lib.problems import Refused
from media_config.presigned import SHOWN_INLINE
from media_config.storage import PrivateStorage, StorageDown

PORTION = 10
"""So many pages are drawn at once."""


class ShownPages(NamedTuple):
    """Some pages of a file that has ``pages``, as pictures of ``media_type``."""

    pages: int
    media_type: str
    pictures: list[bytes]


def show_pages(file: HandedOut, first: int) -> ShownPages:
    """The pages from ``first`` on, ten at most; a picture is the one page of itself.

    Raises Refused 409 ``file-not-shown`` for what cannot be drawn, and TryAgain.
    """
    try:
        if file.media_type in SHOWN_INLINE:
            with PrivateStorage().open(file.key) as source:
                return ShownPages(1, file.media_type, [source.read()] if first == 1 else [])
        if file.media_type == PDF:
            return _draw_pdf(file.key, first)
    except StorageDown as error:
        raise TryAgain from error
    except Undrawable:
        pass
    text = _("This file cannot be shown here. Open it at the desk.")
    raise Refused("file-not-shown", text, status=409)


def _draw_pdf(key: str, first: int) -> ShownPages:
    with tempfile.NamedTemporaryFile() as copy:
        with PrivateStorage().open(key) as source:
            shutil.copyfileobj(source, copy)
        copy.flush()
        pages, pictures = draw_pages_in_sandbox(Path(copy.name), first, PORTION)
    return ShownPages(pages, "image/webp", pictures)
