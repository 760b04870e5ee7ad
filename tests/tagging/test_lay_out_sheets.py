"""Sheets: every label decodes at 300 dpi, lies where the grid says, and shows its Chinese text."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp

from tagging.codes import group_code, make_code
from tagging.grids import GRIDS, Grid
from tagging.sheets import Label, SheetDesign, Unprintable, render_calibration_page, render_sheets

PREFIX = "HTTPS://JZ.SHANDONG.GOV.CN/T/"
DPI = 300


def labels(count: int) -> list[Label]:
    lines = ("登记证号 梯11鲁A00007(26)", "内部编号 7号梯", "使用单位 济南泉城物业管理有限公司")
    return [Label(make_code(), "曳引驱动乘客电梯", lines) for _ in range(count)]


def decoded(content: bytes, grid: Grid) -> list[tuple[int, int, str]]:
    """(page, slot, text) of every symbol found after rendering at 300 dpi."""
    found = []
    document = pypdfium2.PdfDocument(content)
    for number in range(len(document)):
        picture = document[number].render(scale=DPI / 72, grayscale=True).to_pil()
        for mark in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode):
            place = mark.position.top_left
            found.append((number, slot_at(grid, place.x, place.y), mark.text))
    document.close()
    return sorted(found)


def slot_at(grid: Grid, x: float, y: float) -> int:
    x, y = x * 25.4 / DPI, y * 25.4 / DPI
    col = int((x - grid.left) // (grid.width + grid.gap_x))
    return int((y - grid.top) // (grid.height + grid.gap_y)) * grid.cols + col


@pytest.mark.parametrize(
    ("name", "skip", "count"),
    [("3x8", 0, 24), ("3x8", 5, 30), ("3x8-63.5x33.9", 23, 25), ("3x7", 1, 21), ("2x5", 3, 12)],
)
def test_every_label_decodes_in_its_place(name, skip, count):
    grid, made = GRIDS[name], labels(count)
    sheet = render_sheets(made, SheetDesign(grid, PREFIX, skip=skip))
    expected = [(*grid.page_and_slot(i, skip=skip), PREFIX + made[i].code) for i in range(count)]
    assert decoded(sheet, grid) == expected


def test_small_labels_take_level_q():
    grid = Grid(4, 10, 48.5, 25.4, left=8, top=21.5)
    assert SheetDesign(grid, PREFIX).encoder.size < SheetDesign(GRIDS["3x8"], PREFIX).encoder.size
    made = labels(40)
    assert len(decoded(render_sheets(made, SheetDesign(grid, PREFIX)), grid)) == 40


def test_text_beside_and_beneath_is_real_text():
    label = Label(make_code(), "曳引驱动乘客电梯", ("使用单位 济南𠮷祥䶮公司",))
    design = SheetDesign(GRIDS["3x8"], PREFIX, footer="扫码查询 监督电话 12315")
    document = pypdfium2.PdfDocument(render_sheets([label], design))
    text = document[0].get_textpage().get_text_range().replace("\r\n", "")
    for expected in (
        label.title,
        *label.lines,
        group_code(label.code),
        "扫码查询 监督电话 12315",
    ):
        assert expected in text
    document.close()


def test_chinese_and_digits_leave_ink():
    """Each character renders to its own shape, so none is the font's empty box."""
    shapes = set()
    drawn = "电梯登记证号济南0123456789鲁A（）𠮷䶮㛃𫖯"
    for character in drawn:
        label = Label("23456789ABC2", character * 8)
        sheet = render_sheets([label], SheetDesign(GRIDS["2x5"], PREFIX, footer=""))
        document = pypdfium2.PdfDocument(sheet)
        page = document[0].render(scale=DPI / 72, grayscale=True).to_pil()
        shapes.add(page.crop((650, 90, 1100, 170)).tobytes())
        document.close()
    assert len(shapes) == len(drawn)


def test_a_character_without_a_shape_is_named_and_never_left_out():
    good, odd = labels(1)[0], Label(make_code(), "电梯", ("使用单位 𪚥祥𪚥公司",))
    with pytest.raises(Unprintable) as refusal:
        render_sheets([good, odd], SheetDesign(GRIDS["3x8"], PREFIX))
    assert refusal.value.missing == {odd.code: ["𪚥"]}


def test_text_too_long_is_cut_and_the_symbol_still_decodes():
    label = Label(make_code(), "超" * 200, tuple("长" * 300 for _ in range(20)))
    sheet = render_sheets([label], SheetDesign(GRIDS["3x8"], PREFIX))
    assert [text for _page, _slot, text in decoded(sheet, GRIDS["3x8"])] == [PREFIX + label.code]


def test_correction_moves_right_and_down():
    made, grid = labels(1), GRIDS["2x5"]
    places = []
    for dx, dy in ((0, 0), (5, 3)):
        document = pypdfium2.PdfDocument(
            render_sheets(made, SheetDesign(grid, PREFIX, dx=dx, dy=dy))
        )
        picture = document[0].render(scale=DPI / 72, grayscale=True).to_pil()
        (mark,) = zxingcpp.read_barcodes(picture)
        places.append((mark.position.top_left.x, mark.position.top_left.y))
        document.close()
    (x0, y0), (x1, y1) = places
    assert abs((x1 - x0) * 25.4 / DPI - 5) < 0.3
    assert abs((y1 - y0) * 25.4 / DPI - 3) < 0.3


def test_calibration_page_numbers_each_slot():
    document = pypdfium2.PdfDocument(render_calibration_page(SheetDesign(GRIDS["3x8"], PREFIX)))
    text = document[0].get_textpage().get_text_range()
    assert len(document) == 1
    assert all(str(slot) in text for slot in range(1, 25))
    assert "校准页" in text
    document.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"cols": 0, "rows": 1, "width": 10, "height": 10},
        {"cols": 4, "rows": 8, "width": 70, "height": 37},
        {"cols": 3, "rows": 8, "width": 70, "height": 37, "top": 5},
        {"cols": 1, "rows": 1, "width": 0, "height": 37},
        {"cols": 1, "rows": 1, "width": 20, "height": 20, "left": -1},
    ],
)
def test_grid_that_does_not_fit_is_refused(wrong):
    with pytest.raises(ValueError, match=r"grid|Margins|labels"):
        Grid(**wrong)
