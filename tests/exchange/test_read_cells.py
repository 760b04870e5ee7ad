"""What stands in a cell is taken as it was meant, or not at all; what is not read is told."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import zipfile

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from backend.exchange.oddities import Oddity
from backend.exchange.tables import read_table
from backend.lib.guarded_csv import write_csv
from backend.lib.problems import Refused
from backend.units.models import Unit
from tests.exchange.tables import GOOD, HEADER, SECOND, counted, figures, imported, table
from tests.exchange.test_read_tables import ROWS, SHEET, replaced


def sheet(*rows, header=HEADER, formats=(), more=()):
    """A workbook of typed cells; ``formats`` by coordinate, ``more`` sheets by name."""
    book, out = Workbook(), io.BytesIO()
    for row in (header, *rows):
        book.active.append(row)
    for at, form in formats:
        book.active[at].number_format = form
    for name, value in more:
        book.create_sheet(name).append([value])
    book.save(out)
    return out.getvalue()


def refused_rows(job):
    with default_storage.open(job.result["bad_rows"]) as file:
        return list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))


def reasons(world, cell, column="使用地点", **options):
    """Why a row with this cell is refused: its column and reason."""
    row = dict(zip(HEADER, GOOD, strict=True)) | {column: cell}
    job = imported(world.rui, sheet([row.get(n) for n in HEADER], **options), "u.xlsx")
    assert figures(job) == counted(1, 0, bad=1), job.error
    [bad] = refused_rows(job)
    return bad["column"], bad["reason"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (31103702020232000, Oddity.DIGITS),
        (3.1103702020232e19, Oddity.DIGITS),
        (dt.date(2026, 1, 2), Oddity.DATE),
        (dt.time(8, 30), Oddity.DATE),
        (True, Oddity.BOOLEAN),
        ("#N/A", Oddity.ERROR),
        ("=A1&B1", Oddity.FORMULA),
    ],
)
def test_a_cell_that_is_no_text_is_a_bad_row_with_its_column_and_how_to_mend_it(world, cell, said):
    column, reason = reasons(world, cell)
    assert column == "使用地点"
    assert reason.startswith(str(said.value))
    assert not Unit.objects.filter(device_code=GOOD[0]).exists()


def test_a_percentage_is_no_number(world):
    assert reasons(world, 0.5, formats=[("D2", "0%")])[1].startswith(str(Oddity.PERCENT.value))


def test_a_code_as_a_long_number_is_no_unit(world):
    column, reason = reasons(world, 31103702020232000, "设备代码")
    assert (column, "31103702020232000" in reason) == ("设备代码", True)


def test_short_numbers_and_real_dates_are_taken(world):
    header = [*HEADER, "投用日期", "产品编号"]
    row = [*GOOD[:2], 370102, *GOOD[3:], dt.date(2024, 3, 31), 20240017]
    job = imported(world.rui, sheet(row, header=header), "u.xlsx")
    assert figures(job) == counted(1, 1), job.result
    unit = Unit.objects.get(device_code=GOOD[0])
    assert (unit.first_used_on, unit.factory_no) == (dt.date(2024, 3, 31), "20240017")


def test_an_unknown_column_may_hold_anything(world):
    job = imported(world.rui, sheet([*GOOD, True], header=[*HEADER, "颜色"]), "u.xlsx")
    assert figures(job) == counted(1, 1)
    assert job.result["table"]["unread_columns"] == ["颜色"]


def test_excels_own_error_words_and_powers_in_a_csv_are_no_texts(world):
    for cell in ("#REF!", "3.11E+16"):
        row = [*GOOD[:3], cell, *GOOD[4:]]
        assert figures(imported(world.rui, table(row))) == counted(1, 0, bad=1)


# What is not read is told


def test_sheets_columns_and_merged_cells_that_are_not_read_are_told(world):
    book, out = Workbook(), io.BytesIO()
    for row in ([*HEADER, "颜色"], [*GOOD, "红"], [*SECOND, ""]):
        book.active.append(row)
    book.active.merge_cells("H2:H3")
    book.create_sheet("二车间").append(["设备代码"])
    book.create_sheet("Sheet3")
    book.save(out)
    told = imported(world.rui, out.getvalue(), "u.xlsx").result["table"]
    assert told == {
        "sheet": "Sheet", "header_line": 1, "unread_columns": ["颜色"],
        "other_sheets": ["二车间"], "merged_cells": ["H2:H3"],
    }  # fmt: skip


def test_a_column_that_stands_twice_is_refused(world):
    job = imported(world.rui, table([*GOOD, "x"], header=[*HEADER, "使用地点"]))
    assert "使用地点" in job.error
    assert not Unit.objects.filter(device_code=GOOD[0]).exists()


def test_a_row_with_more_cells_than_the_header_is_bad_and_told_whole(world):
    job = imported(world.rui, table([*GOOD, "泉城路1号, 东", "门"]))
    [bad] = refused_rows(job)
    assert "门" in bad["reason"]
    assert bad["line"] == "2"


def test_a_code_without_a_name_is_told(world):
    header = [*HEADER, "使用单位统一社会信用代码"]
    job = imported(world.rui, table([*GOOD, "9144030071526726XG"], header=header))
    assert job.result["notes"]["codes"] == {"no-name": 1}


def test_a_name_that_would_be_cut_is_a_bad_row(world):
    header = [*HEADER, "使用单位统一社会信用代码", "使用单位名称"]
    row = [*GOOD, "91370100163144327R", "长" * 121]
    assert figures(imported(world.rui, table(row, header=header))) == counted(1, 0, bad=1)


# Out and in again


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"])), min_size=1, max_size=4))
def test_what_is_written_is_read_again(cells):
    content = write_csv([["a"] * len(cells), [*cells[:-1], f"x{cells[-1]}"]]).encode()
    read = read_table(io.BytesIO(content), "u.csv")
    assert [values for _line, values in read.rows] == [[*cells[:-1], f"x{cells[-1]}"]]


def test_bad_rows_mended_and_sent_again_are_what_they_were(world):
    row = [*GOOD[:3], "-", "117.05", "-73.95", ""]
    job = imported(world.rui, table(["XX", *row[1:]]))
    [bad] = refused_rows(job)
    mended = (
        write_csv([HEADER]).encode() + ",".join([GOOD[0], *[bad[n] for n in HEADER[1:]]]).encode()
    )
    assert bad["使用地点"] == "'-"
    again = imported(world.rui, mended.replace(b"'-73.95", b"36.65"))
    assert figures(again) == counted(1, 1)
    assert Unit.objects.get(device_code=GOOD[0]).address == "-"


# Forms that are usual in China


@pytest.mark.parametrize(
    ("day", "taken"),
    [("2024.3.31", True), ("20240331", True), ("2024年3月31日", True), ("2024/3/31", True),
     ("24.3.31", False), ("240331", False)],
)  # fmt: skip
def test_days_as_they_are_written_in_china(world, day, taken):
    job = imported(world.rui, table([*GOOD, day], header=[*HEADER, "投用日期"]))
    assert figures(job) == (counted(1, 1) if taken else counted(1, 0, bad=1))
    if taken:
        assert Unit.objects.get(device_code=GOOD[0]).first_used_on == dt.date(2024, 3, 31)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "gb18030-marked"]
)
def test_encodings_and_separators(separator, encoding):
    text = "\n".join(separator.join(row) for row in (HEADER, GOOD))
    mark = b"\x84\x31\x95\x33" if encoding == "gb18030-marked" else b""
    content = mark + text.encode(encoding.removesuffix("-marked"))
    read = read_table(io.BytesIO(content), "u.csv", lambda titles: "品种代码" in titles)
    assert read.header == HEADER
    assert [values for _line, values in read.rows] == [GOOD]
    assert read.form["separator"] == {"\t": "tab"}.get(separator, separator)


def test_titles_and_blank_lines_above_the_header_and_stars_and_breaks_in_it(world):
    header = ["*设备代码", "品种\n代码", "区划代码＊", *HEADER[3:]]
    rows = [["特种设备台账"], [], ["单位：某厂", "2026年"], header, GOOD]
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    job = imported(world.rui, out.getvalue(), "u.xlsx")
    assert figures(job) == counted(1, 1), job.error
    assert job.result["table"]["header_line"] == 4


def test_a_table_that_cannot_be_taken_tells_what_was_read_as_its_header(world):
    job = imported(world.rui, "台账\n设备编号;品种\nA;B\n".encode())
    assert all(word in job.error for word in ("1", ";", "台账", "设备代码/注册代码"))


# Bombs by other roads


def test_the_table_of_texts_under_another_name_counts_as_what_it_is():
    named, out = "xl/worksheets/sheet9.xml", io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(sheet(GOOD)))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "[Content_Types].xml":
                content = content.replace(b"/xl/sharedStrings.xml", f"/{named}".encode())
            if entry.filename != "xl/sharedStrings.xml":
                bomb.writestr(entry, content)
        with bomb.open(named, "w") as part:
            for _ in range(100):
                part.write(b" " * (1 << 20))
    with pytest.raises(Refused) as refused:
        read_table(io.BytesIO(out.getvalue()), "u.xlsx")
    assert refused.value.code == "too-large"


def cell_of(pieces):
    begin = f'{ROWS}<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row><row r="2">'
    return [begin.encode(), *pieces]


@pytest.mark.parametrize(
    "piece", [b"a" * (1 << 20), b'<c t="inlineStr"><is><t>:row</t></is></c>' * 20_000]
)
def test_a_cell_or_a_row_without_end_is_refused(piece):
    content = replaced(SHEET, cell_of(itertools.repeat(piece, 100)))
    with pytest.raises(Refused) as refused:
        list(read_table(io.BytesIO(content), "u.xlsx").rows)
    assert refused.value.code == "too-large"


def test_a_row_of_cells_far_to_the_right_is_refused_at_once():
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 99))
    content = replaced(SHEET, [f"{ROWS}{rows}</sheetData></worksheet>".encode()])
    with pytest.raises(Refused) as refused:
        list(read_table(io.BytesIO(content), "u.xlsx").rows)
    assert refused.value.code == "too-large"


# Sent back unmended


@pytest.mark.parametrize("cell", [31103702020232000, dt.date(2026, 1, 2), True, "=A1&B1"])
def test_a_bad_row_sent_back_as_it_is_stays_bad(world, cell):
    for column in ("设备代码", "使用地点"):
        row = dict(zip(HEADER, GOOD, strict=True)) | {column: cell}
        job = imported(world.rui, sheet([row[name] for name in HEADER]), "u.xlsx")
        with default_storage.open(job.result["bad_rows"]) as file:
            again = imported(world.rui, file.read())
        assert figures(again) == counted(1, 0, bad=1)
    assert (
        not Unit.objects.exclude(pk__in=[world.lift.pk, world.boiler.pk])
        .filter(region=world.lixia)
        .exists()
    )


def test_a_quotation_mark_that_is_not_closed_swallows_no_row(world):
    open_one = table([*GOOD[:3], '"泉城路', "", "", ""], SECOND)
    job = imported(world.rui, open_one)
    assert (job.state, bool(job.error)) == ("failed", True)
    closed_later = table([*GOOD[:3], '"泉城路', "", "", ""], [*SECOND[:3], '路"', "", "", ""])
    assert figures(imported(world.rui, closed_later)) == counted(1, 0, bad=1)


def test_a_number_with_leading_noughts_keeps_them(world):
    header = [*HEADER, "产品编号"]
    job = imported(world.rui, sheet([*GOOD, 7], header=header, formats=[("H2", "0000")]), "u.xlsx")
    assert figures(job) == counted(1, 1)
    assert Unit.objects.get(device_code=GOOD[0]).factory_no == "0007"


@pytest.mark.parametrize("day", ["2024．3．31", "2024年 3月 31日", "２０２４-０３-３１"])
def test_days_in_wide_letters_and_with_blanks(world, day):
    job = imported(
        world.rui, table([*GOOD, day], header=[*HEADER[:-1], "坐标系（选填）", "投用日期（必填）"])
    )
    assert figures(job) == counted(1, 1), job.error
    assert Unit.objects.get(device_code=GOOD[0]).first_used_on == dt.date(2024, 3, 31)


_SST = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def strings(inner):
    """A workbook whose table of texts is this."""
    types = "[Content_Types].xml"
    part = '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    with zipfile.ZipFile(io.BytesIO(replaced("xl/sharedStrings.xml", inner))) as book:
        said = book.read(types).decode()
    content = said if "sharedStrings" in said else said.replace("</Types>", f"{part}</Types>")
    return rebuilt(replaced("xl/sharedStrings.xml", inner), types, content.encode())


def rebuilt(book, part, content):
    """The workbook with another ``part``."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == part else old.read(entry))
    return out.getvalue()


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ([f"<sst {_SST}>".encode(), *[b"<si/>" * 200_000] * 40, b"</sst>"], "too-large"),
        ([f"<sst {_SST}>".encode(), *[b"<a/>" * 200_000] * 40, b"</sst>"], "too-large"),
        ([b'<!DOCTYPE x [<!ENTITY a "aaaa">]>', f"<sst {_SST}><si><t>&a;</t></si></sst>".encode()],
         "not-a-table"),
    ],
)  # fmt: skip
def test_a_table_of_texts_that_would_fill_the_memory_is_refused(inner, code):
    with pytest.raises(Refused) as refused:
        read_table(io.BytesIO(strings(inner)), "u.xlsx")
    assert refused.value.code == code


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "docProps/app.xml"])
def test_any_part_of_very_many_tags_is_refused(part):
    with pytest.raises(Refused):
        read_table(
            io.BytesIO(replaced(part, [b"<x>", *[b"<xf/>" * 100_000] * 70, b"</x>"])), "u.xlsx"
        )


def test_rows_without_end_and_comments_are_refused():
    for pieces, code in (
        (cell_of([b"</row>", *[b'<row r="1"/>' * 100_000] * 12]), "too-large"),
        (cell_of([b"a" * 1000 + b"<!-- <row -->"]), "not-a-table"),
    ):
        with pytest.raises(Refused) as refused:
            list(read_table(io.BytesIO(replaced(SHEET, pieces)), "u.xlsx").rows)
        assert refused.value.code == code


def test_a_line_of_millions_of_columns_is_refused_before_it_is_cut():
    with pytest.raises(Refused) as refused:
        read_table(io.BytesIO(b"a," * (4 << 20)), "u.csv")
    assert refused.value.code == "too-large"
