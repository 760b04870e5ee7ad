"""A PDF or DOCX that somebody attaches is looked at as a stranger's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings

from backend.evidence.attached_files import check_attached_file
from backend.evidence.office_files import DOCX, PDF
from backend.lib.problems import Refused
from tests.evidence import office_files as made

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600


def kept(folder: Path, content: bytes) -> Path:
    place = folder / "sent"
    place.write_bytes(content)
    return place


def test_a_pdf_is_told_with_its_pages_and_a_docx_without(tmp_path: Path) -> None:
    seen = check_attached_file(kept(tmp_path, made.make_pdf(3)))
    assert (seen.media_type, seen.pages) == (PDF, 3)
    seen = check_attached_file(kept(tmp_path, made.make_docx()))
    assert (seen.media_type, seen.pages) == (DOCX, None)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "file-empty"),
        (lambda: b"MZ\x90\x00 a program", "file-type"),
        (lambda: made.make_pdf()[:300], "file-damaged"),
        (lambda: b"%PDF-1.7\n" + b"\xff" * 5000, "file-damaged"),
        (made.make_locked_pdf, "file-encrypted"),
        (made.make_protected_pdf, "file-encrypted"),
        (lambda: COMPOUND, "file-encrypted"),
        (lambda: made.make_docx()[:-30], "file-damaged"),
        (lambda: made.make_docx(word__vbaProject_bin="x"), "file-active"),
        (lambda: made.make_docx(word__embeddings__oleObject1="x"), "file-active"),
        (made.make_zip_bomb, "file-bomb"),
        (lambda: made.make_pdf(300), "file-too-long"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_hostile_or_broken_is_told_clearly(
    tmp_path: Path, make: Callable[[], bytes], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_attached_file(kept(tmp_path, make()))
    assert refused.value.code == code
    if code == "file-too-long":
        assert "300" in str(refused.value.detail)


@override_settings(ATTACHMENT_MAX_BYTES=1000)
def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        check_attached_file(kept(tmp_path, made.make_pdf(20)))
    assert (refused.value.code, refused.value.status) == ("file-too-large", 413)
