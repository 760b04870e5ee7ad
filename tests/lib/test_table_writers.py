"""Tables are written row by row: many rows take no more memory than few."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import tracemalloc

import pytest
from openpyxl import load_workbook

from backend.lib import table_writers
from backend.lib.table_writers import WRITERS, CsvWriter, XlsxWriter

ROW = ("长" * 200, None, 7, dt.date(2026, 11, 28), dt.datetime(2026, 11, 28, 8, 30))  # noqa: DTZ001 - a spreadsheet knows no zones


@pytest.mark.parametrize("form", WRITERS)
def test_many_rows_do_not_lie_in_memory(form: str) -> None:
    def peak(rows: int) -> int:
        with tempfile.TemporaryFile() as file:
            tracemalloc.start()
            writer = WRITERS[form](file, ["标题"] * 5)
            for _ in range(rows):
                writer.add(ROW)
            writer.finish()
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert file.seek(0, io.SEEK_END) > rows
        return most

    peak(10)
    assert peak(10_000) < peak(1000) + 500_000


def test_csv_is_what_excel_reads_and_guarded() -> None:
    file = io.BytesIO()
    writer = CsvWriter(file, ["=标题", "日"])
    writer.add(["@a", dt.date(2026, 11, 28)])
    writer.add([None, ROW[4]])
    writer.finish()
    assert file.getvalue().decode("utf-8").startswith("\ufeff'=标题,日\r\n'@a,2026-11-28\r\n,")


def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_writers, "_MOST_ROWS_OF_SHEET", 3)
    file = io.BytesIO()
    writer = XlsxWriter(file, ["n"])
    for n in range(5):
        writer.add([n])
    writer.finish()
    sheets = load_workbook(io.BytesIO(file.getvalue())).worksheets
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in sheets] == [
        ["n", 0, 1], ["n", 2, 3], ["n", 4],
    ]  # fmt: skip
