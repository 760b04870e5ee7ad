"""A PDF or DOCX that somebody attaches is looked at as a stranger's."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings

from backend.evidence.attached_files import check_attached_file
from backend.evidence.office_files import DOCX, PDF
from backend.evidence.pdf_programs import carries_program
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
        (made.make_active_pdf, "file-active"),
        (lambda: made.make_active_pdf(packed=True), "file-active"),
        (lambda: made.make_active_pdf().replace(b"/Java", b"/J#61va"), "file-active"),
        (lambda: made.make_active_pdf("/Launch"), "file-active"),
        (lambda: made.make_active_pdf("/EmbeddedFile"), "file-active"),
        (made.make_polyglot, "file-polyglot"),
        (lambda: made.make_pdf() + b"<script>alert(1)</script>", "file-polyglot"),
        (lambda: made.make_docx(**{"%PDF-1.7": "x"}), "file-polyglot"),
        (lambda: made.make_docx() + b"MZ", "file-polyglot"),
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


def test_a_pdf_whose_objects_are_packed_is_as_good_as_another(tmp_path: Path) -> None:
    assert b"/ObjStm" in made.make_packed_pdf()
    assert check_attached_file(kept(tmp_path, made.make_packed_pdf())).pages == 1


@pytest.mark.parametrize(
    "hidden",
    [
        b"1 0 obj <</Type/ObjStm/Filter/LZWDecode>> stream\nabc\nendstream",
        b"1 0 obj <</Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]>> stream\nab\nendstream",
        b"1 0 obj <</Type/ObjStm/Filter/FlateDecode>> stream\n" + zlib.compress(b"x")[:-4],
        b"1 0 obj <</Type 2 0 R>> stream\nabc\nendstream endobj 2 0 obj /Obj#53tm endobj",
    ],
)
def test_objects_that_cannot_be_looked_into_count_as_a_program(hidden: bytes) -> None:
    assert carries_program(hidden)


def test_objects_that_unpack_without_end_are_a_bomb() -> None:
    packed = zlib.compress(b"\0" * (65 * 1024 * 1024), 1)
    begin = b"1 0 obj <</Type/ObjStm/Filter/FlateDecode>> stream\n"
    with pytest.raises(MemoryError):
        carries_program(begin + packed + b"\nendstream")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("合同.docx", made.make_pdf()),
        ("合同.pdf", made.make_docx()),
        ("合同.exe", made.make_pdf()),
        ("合同.docm", made.make_docx()),
    ],
)
def test_a_name_that_tells_of_another_type_is_refused(
    tmp_path: Path, name: str, content: bytes
) -> None:
    with pytest.raises(Refused) as refused:
        check_attached_file(kept(tmp_path, content), name=name)
    assert refused.value.code == "file-name-mismatch"


@pytest.mark.parametrize("name", ["合同.PDF", "合同", "第2.1号", "关于2026.11"])
def test_a_name_that_tells_nothing_else_is_no_reason(tmp_path: Path, name: str) -> None:
    check_attached_file(kept(tmp_path, made.make_pdf()), name=name)


@override_settings(ATTACHMENT_MAX_BYTES=1000)
def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        check_attached_file(kept(tmp_path, made.make_pdf(20)))
    assert (refused.value.code, refused.value.status) == ("file-too-large", 413)
