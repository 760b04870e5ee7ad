"""What is no table is refused, and no workbook fills the memory."""

from __future__ import annotations

import io
import resource
import zipfile

import pytest

from backend.exchange.tables import read_table
from backend.lib.problems import Refused
from tests.exchange.tables import GOOD, table, workbook

SHEET = "xl/worksheets/sheet1.xml"
ROWS = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def read(content, name="u.xlsx"):
    table = read_table(io.BytesIO(content), name)
    return table.header, list(table.rows)


def replaced(part, pieces):
    """A good workbook whose ``part`` is made of ``pieces``."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(GOOD))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for entry in good.infolist():
            if entry.filename != part:
                bad.writestr(entry.filename, good.read(entry))
        with bad.open(part, "w") as file:
            for piece in pieces:
                file.write(piece)
    return out.getvalue()


@pytest.mark.parametrize(("part", "megabytes"), [("xl/sharedStrings.xml", 200), (SHEET, 1100)])
def test_a_zip_bomb_is_refused_in_bounded_memory(part, megabytes):
    content = replaced(part, (b" " * (1 << 20) for _ in range(megabytes)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused) as refused:
        read(content)
    assert refused.value.code == "too-large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10


def test_a_workbook_that_lies_of_its_size_is_refused():
    start = ROWS.encode()
    content = replaced(SHEET, [start.ljust(1 << 20), *[b" " * (1 << 20)] * 99])
    content = content.replace((100 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(Refused):
        read(content)


def test_a_row_number_beyond_any_sheet_is_refused():
    rows = f'{ROWS}<row r="1"><c r="A1" t="str"><v>x</v></c></row><row r="99999999"/>'
    with pytest.raises(Refused) as refused:
        read(replaced(SHEET, [f"{rows}</sheetData></worksheet>".encode()]))
    assert refused.value.code == "too-large"


def test_entities_in_a_workbook_are_not_unfolded():
    bomb = '<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;&b;">]>'
    with pytest.raises(Refused):
        read(replaced(SHEET, [(bomb + ROWS + "&c;").encode()]))


def test_a_workbook_cut_off_in_the_middle_is_refused():
    with pytest.raises(Refused):
        read(workbook(GOOD)[:-400])


def test_short_rows_get_the_width_of_the_header_and_long_ones_keep_what_is_too_much():
    content = table(["a"], ["b", *"123456789"], ["c", *[""] * 20])
    header, rows = read(content, "u.csv")
    assert [len(values) for _line, values in rows] == [len(header), 10, len(header)]
